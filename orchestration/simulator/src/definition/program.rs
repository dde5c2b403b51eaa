//! The form in which a definition is run.

use std::sync::Arc;

use asl_document::Retrier;

use crate::Payload;
use crate::history::Resource;
use crate::template::Template;

/// A whole machine: the outermost level first, then those inside of Parallel and Map states.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) levels: Vec<Level>,
    pub(crate) timeout_seconds: Option<u64>,
}

impl Program {
    pub(crate) fn level(&self, level: usize) -> Option<&Level> {
        self.levels.get(level)
    }

    pub(crate) fn node(&self, level: usize, state: usize) -> Option<&StateNode> {
        self.levels.get(level)?.states.get(state)
    }
}

/// The states of the machine, of a branch, or of an item processor.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) start: usize,
    pub(crate) states: Vec<StateNode>,
}

#[derive(Debug)]
pub(crate) struct StateNode {
    pub(crate) name: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
    pub(crate) next: Target,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<CatchNode>,
}

/// Where a state goes when it is done: an index into its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    State(usize),
    End,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Task(Box<TaskNode>),
    Parallel {
        arguments: Option<Template>,
        branches: Vec<usize>,
    },
    Map(Box<MapNode>),
    Choice(ChoiceNode),
    Pass,
    Wait(WaitNode),
    Succeed,
    Fail(FailNode),
}

#[derive(Debug)]
pub(crate) struct TaskNode {
    pub(crate) resource: Arc<str>,
    /// The integration's names in the history; `None` for a Lambda function's ARN.
    pub(crate) integration: Option<Resource>,
    pub(crate) callback: bool,
    pub(crate) arguments: Option<Template>,
    pub(crate) credentials: Option<Template>,
    pub(crate) timeout: Option<NumberField>,
    pub(crate) heartbeat: Option<NumberField>,
}

#[derive(Debug)]
pub(crate) struct MapNode {
    pub(crate) items: Option<Template>,
    pub(crate) selector: Option<Template>,
    pub(crate) processor: usize,
    /// How the items run as executions of their own; `None` if they run inside of this one.
    pub(crate) distributed: Option<Distributed>,
    pub(crate) max_concurrency: Option<NumberField>,
    pub(crate) tolerated_percentage: Option<NumberField>,
    pub(crate) tolerated_count: Option<NumberField>,
}

/// What only a distributed Map has.
#[derive(Debug)]
pub(crate) struct Distributed {
    pub(crate) label: Arc<str>,
    pub(crate) express: bool,
    pub(crate) reader: Option<ReaderNode>,
    pub(crate) batcher: Option<BatcherNode>,
    pub(crate) writer: Option<WriterNode>,
}

/// Where the items come from.
#[derive(Debug)]
pub(crate) struct ReaderNode {
    pub(crate) resource: Arc<str>,
    pub(crate) arguments: Option<Template>,
    pub(crate) max_items: Option<NumberField>,
}

/// How items are put together.
#[derive(Debug)]
pub(crate) struct BatcherNode {
    pub(crate) input: Option<Template>,
    pub(crate) max_items: Option<NumberField>,
    pub(crate) max_bytes: Option<NumberField>,
}

/// Where the results go.
#[derive(Debug)]
pub(crate) struct WriterNode {
    /// Bucket and prefix; without them the results stay in the machine.
    pub(crate) arguments: Option<Template>,
    /// Whether results that are arrays are joined.
    pub(crate) flatten: bool,
}

#[derive(Debug)]
pub(crate) struct ChoiceNode {
    pub(crate) rules: Vec<RuleNode>,
    pub(crate) default: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct RuleNode {
    /// `Choices[0]/Condition`.
    pub(crate) field: String,
    pub(crate) condition: Template,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
    pub(crate) next: usize,
}

#[derive(Debug)]
pub(crate) enum WaitNode {
    Seconds(NumberField),
    Timestamp(Template),
}

#[derive(Debug)]
pub(crate) struct FailNode {
    pub(crate) error: Option<Template>,
    pub(crate) cause: Option<Template>,
}

#[derive(Debug)]
pub(crate) struct CatchNode {
    pub(crate) errors: Vec<String>,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
    pub(crate) next: usize,
}

/// A number that is written down, or an expression for one.
#[derive(Debug)]
pub(crate) struct NumberField {
    pub(crate) field: &'static str,
    pub(crate) value: Template,
}

impl NumberField {
    pub(crate) fn literal(field: &'static str, number: u64) -> Self {
        Self {
            field,
            value: Template::Literal(Payload::new(number.into())),
        }
    }
}
