//! The compiled form of a definition: blocks of states (the `States` of a machine, a branch or an item processor), with
//! transitions as indices and expressions parsed.

use std::sync::Arc;

use asl_document::Retrier;

use crate::history::Resource;
use crate::invariant::{Invariant, broken};
use crate::template::Template;
use crate::{SharedValue, WorkflowType};

/// A whole machine: its own block first, then those inside of Parallel and Map states.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) blocks: Vec<Block>,
    pub(crate) timeout_seconds: Option<u64>,
}

impl Program {
    pub(crate) fn start_of(&self, block: usize) -> usize {
        self.block(block).start
    }

    pub(crate) fn node(&self, block: usize, state: usize) -> &Arc<StateNode> {
        let node = self.block(block).states.get(state);
        node.expect_invariant("transitions lead to states of their block")
    }

    fn block(&self, block: usize) -> &Block {
        let block = self.blocks.get(block);
        block.expect_invariant("branches and item processors are blocks of the program")
    }
}

/// The states of the machine, of a branch, or of an item processor.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) start: usize,
    pub(crate) states: Vec<Arc<StateNode>>,
}

#[derive(Debug)]
pub(crate) struct StateNode {
    pub(crate) name: Arc<str>,
    pub(crate) kind: StateKind,
    pub(crate) assign: Vec<(Arc<str>, Template)>,
    pub(crate) output: Option<Template>,
    pub(crate) next: Target,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<CatchNode>,
}

impl StateNode {
    pub(crate) fn task(&self) -> Option<&TaskNode> {
        match &self.kind {
            StateKind::Task(task) => Some(task),
            _ => None,
        }
    }

    pub(crate) fn running_task(&self) -> &TaskNode {
        self.task().expect_invariant("only a Task runs a task")
    }

    pub(crate) fn map(&self) -> &MapNode {
        match &self.kind {
            StateKind::Map(map) => map,
            _ => broken("only a Map runs items"),
        }
    }
}

/// A transition: to a state, by its index in the block, or to the end of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    State(usize),
    End,
}

#[derive(Debug)]
pub(crate) enum StateKind {
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

impl MapNode {
    /// The fields of a Map whose items run as executions of their own.
    pub(crate) fn distributed(&self) -> &Distributed {
        let distributed = self.distributed.as_ref();
        distributed.expect_invariant("only a distributed Map has a Map Run")
    }
}

#[derive(Debug)]
pub(crate) struct Distributed {
    pub(crate) label: Arc<str>,
    pub(crate) workflow_type: WorkflowType,
    pub(crate) reader: Option<ReaderNode>,
    pub(crate) batcher: Option<BatcherNode>,
    pub(crate) writer: Option<WriterNode>,
}

#[derive(Debug)]
pub(crate) struct ReaderNode {
    pub(crate) resource: Arc<str>,
    pub(crate) arguments: Option<Template>,
    pub(crate) max_items: Option<NumberField>,
}

#[derive(Debug)]
pub(crate) struct BatcherNode {
    pub(crate) input: Option<Template>,
    pub(crate) max_items: Option<NumberField>,
    pub(crate) max_bytes: Option<NumberField>,
}

#[derive(Debug)]
pub(crate) struct WriterNode {
    /// Bucket and prefix; without them the results stay in the machine.
    pub(crate) arguments: Option<Template>,
    pub(crate) transformation: Transformation,
}

/// `WriterConfig/Transformation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transformation {
    Compact,
    /// Results that are arrays are joined.
    Flatten,
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
            value: Template::Literal(SharedValue::new(number.into())),
        }
    }
}
