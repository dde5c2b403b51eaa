//! A workflow as it was written: what the builders make, and what the lowering turns into states.

use std::time::Duration;

use crate::Retry;
use crate::values::expr::{Binding, ExprKind, Node, Record, next_binding};
use crate::values::shape::Shape;

/// A piece of a workflow with one way in. It has as many ways out as it has ends.
pub(crate) enum Flow {
    Task(Box<TaskFlow>),
    Parallel(Box<ParallelFlow>),
    Choose(ChooseFlow),
    Map(Box<MapFlow>),
    Pass(PassFlow),
    Wait(WaitFlow),
    Succeed(PassFlow),
    Fail(FailFlow),
    Repeat(Box<RepeatFlow>),
    Saga(Box<SagaFlow>),
    /// A step that something undoes if what follows in its saga fails.
    Compensated(Box<CompensatedFlow>),
    /// `first`, whose value `rest` knows as `binding`.
    Then {
        first: Box<Flow>,
        binding: Binding,
        rest: Box<Flow>,
    },
}

pub(crate) struct TaskFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) target: Target,
    pub(crate) payload: &'static Node,
    pub(crate) timeout: TimeLimit,
    pub(crate) heartbeat: Option<TimeLimit>,
    /// The longest that an attempt takes whose error is one that is retried.
    pub(crate) failing_attempt: Duration,
    /// How long it usually takes, where its author says so.
    pub(crate) expected: Option<Duration>,
    pub(crate) input_shape: Shape,
    pub(crate) output_shape: Shape,
    pub(crate) retry: Retry,
    /// Errors with a policy of their own.
    pub(crate) retry_on: Vec<(&'static str, Retry)>,
    pub(crate) transient: Vec<&'static str>,
    pub(crate) arms: Arms,
}

/// How long something may take: known now, or a number of seconds that an execution finds out.
#[derive(Clone, Copy)]
pub(crate) enum TimeLimit {
    Known(Duration),
    From(&'static Node),
}

/// What a task calls.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// A Lambda function, by its contract's name.
    Function { name: &'static str, callback: bool },
    /// A state machine, by its contract's name; waited for or only started.
    Workflow { name: &'static str, wait: bool },
    /// Another service. The task's payload is all of its arguments.
    Service(&'static Service),
}

/// One action of a service that Step Functions calls without a function in between.
pub(crate) struct Service {
    /// The end of the resource's ARN, such as `dynamodb:putItem`.
    pub(crate) resource: &'static str,
    /// The faults on the service's side that another try may get over.
    pub(crate) faults: &'static [&'static str],
    /// What the state leaves, made of what the service answers.
    pub(crate) result: &'static Node,
}

impl Target {
    pub(crate) fn is_callback(self) -> bool {
        matches!(self, Self::Function { callback: true, .. })
    }
}

pub(crate) struct MapFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) items: Items,
    /// What the body, or what is selected for it, knows the map's item as.
    pub(crate) item: Binding,
    pub(crate) body: Flow,
    /// What one run leaves.
    pub(crate) output_shape: Shape,
    pub(crate) concurrency: Option<u64>,
    pub(crate) distributed: Option<Distributed>,
    pub(crate) arms: Arms,
}

impl MapFlow {
    /// The most items, where that is known.
    pub(crate) fn most_items(&self) -> Option<u64> {
        match &self.items {
            Items::Given(node) => node.most_items,
            Items::Read { config, .. } => config.get("MaxItems")?.as_u64(),
        }
    }

    /// The most runs whose results are left, where that is known: none if they are written elsewhere.
    pub(crate) fn most_runs(&self) -> Option<u64> {
        let Some(distributed) = &self.distributed else {
            return self.most_items();
        };
        if distributed.writer.is_some() {
            return Some(0);
        }
        Some(self.most_items()?.div_ceil(distributed.batch.unwrap_or(1).max(1)))
    }
}

/// Where a map has its items from.
pub(crate) enum Items {
    Given(&'static Node),
    /// A reader outside of the execution; its arguments are an object.
    Read {
        resource: &'static str,
        config: serde_json::Map<String, serde_json::Value>,
        arguments: &'static Node,
    },
}

/// What a map has that runs its items as executions of their own.
pub(crate) struct Distributed {
    /// What the body knows the input of its execution as.
    pub(crate) input: Binding,
    /// What is handed to the execution of an item.
    pub(crate) selected: &'static Node,
    pub(crate) batch: Option<u64>,
    pub(crate) express: bool,
    pub(crate) tolerated: Option<Tolerated>,
    /// The arguments of the writer, if the results are written somewhere.
    pub(crate) writer: Option<&'static Node>,
}

/// How much of a distributed map may fail.
#[derive(Clone, Copy)]
pub(crate) enum Tolerated {
    Count(u64),
    Percentage(u64),
}

pub(crate) struct RepeatFlow {
    pub(crate) rounds: Rounds,
    pub(crate) then: Flow,
    pub(crate) exhausted: Flow,
}

pub(crate) struct Rounds {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    /// The most rounds.
    pub(crate) most: u64,
    /// The number of the round, from 1.
    pub(crate) round: Binding,
    /// What the round before left; `null` in the first.
    pub(crate) last: Binding,
    pub(crate) body: Flow,
    /// What a round leaves, for those behind it.
    pub(crate) value: Binding,
    pub(crate) until: &'static Node,
}

pub(crate) struct SagaFlow {
    pub(crate) body: Flow,
    /// What the handler knows the error as.
    pub(crate) error: Binding,
    /// What the handler knows the error as that an undo failed with.
    pub(crate) compensation_error: Binding,
    pub(crate) handler: Flow,
}

pub(crate) struct CompensatedFlow {
    pub(crate) step: Flow,
    /// What the undo knows the step's value as; nothing if it also runs when the step itself fails.
    pub(crate) value: Option<Binding>,
    pub(crate) compensation: Flow,
}

pub(crate) struct WaitFlow {
    pub(crate) name: String,
    pub(crate) until: WaitUntil,
}

#[derive(Clone, Copy)]
pub(crate) enum WaitUntil {
    Seconds(Duration),
    SecondsFrom(&'static Node),
    Time(&'static Node),
}

pub(crate) struct ParallelFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) branches: Vec<Flow>,
    pub(crate) output_shape: Shape,
    pub(crate) arms: Arms,
}

/// Where a state goes: on, and for each caught error.
#[derive(Default)]
pub(crate) struct Arms {
    pub(crate) caught: Vec<CatchArm>,
    pub(crate) then: Option<(Binding, Box<Flow>)>,
}

pub(crate) struct CatchArm {
    pub(crate) error: &'static str,
    pub(crate) binding: Binding,
    pub(crate) flow: Flow,
}

pub(crate) struct ChooseFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) otherwise: Box<Flow>,
}

/// One way to go, and when.
pub(crate) struct Rule {
    pub(crate) condition: &'static Node,
    /// What the way knows a value as that the condition says is there.
    pub(crate) present: Option<Binding>,
    pub(crate) flow: Flow,
}

pub(crate) struct PassFlow {
    pub(crate) name: String,
    pub(crate) value: &'static Node,
    pub(crate) output_shape: Shape,
}

pub(crate) struct FailFlow {
    pub(crate) name: String,
    pub(crate) error: &'static str,
    pub(crate) cause: &'static Node,
}

/// A new binding, and the record that reads it.
pub(crate) fn bind() -> (Binding, Record) {
    let binding = next_binding();
    (binding, Record(Node::new(ExprKind::Bound(binding))))
}

impl Flow {
    /// The name of the state that this flow begins with.
    pub(crate) fn entry(&self) -> &str {
        match self {
            Self::Task(task) => &task.name,
            Self::Parallel(parallel) => &parallel.name,
            Self::Choose(choose) => &choose.name,
            Self::Map(map) => &map.name,
            Self::Pass(pass) | Self::Succeed(pass) => &pass.name,
            Self::Wait(wait) => &wait.name,
            Self::Fail(fail) => &fail.name,
            Self::Repeat(repeat) => &repeat.rounds.name,
            Self::Saga(saga) => saga.body.entry(),
            Self::Compensated(compensated) => compensated.step.entry(),
            Self::Then { first, .. } => first.entry(),
        }
    }

    /// The flow at the way in.
    pub(crate) fn first(&self) -> &Self {
        match self {
            Self::Then { first, .. } => first.first(),
            Self::Saga(saga) => saga.body.first(),
            Self::Compensated(compensated) => compensated.step.first(),
            other => other,
        }
    }

    /// The flows inside of this one, in written order.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Task(task) => task.arms.flows().collect(),
            Self::Parallel(parallel) => parallel.branches.iter().chain(parallel.arms.flows()).collect(),
            Self::Choose(choose) => {
                let rules = choose.rules.iter().map(|rule| &rule.flow);
                rules.chain([choose.otherwise.as_ref()]).collect()
            }
            Self::Map(map) => [&map.body].into_iter().chain(map.arms.flows()).collect(),
            Self::Pass(_) | Self::Succeed(_) | Self::Wait(_) | Self::Fail(_) => Vec::new(),
            Self::Repeat(repeat) => vec![&repeat.rounds.body, &repeat.then, &repeat.exhausted],
            Self::Saga(saga) => vec![&saga.body, &saga.handler],
            Self::Compensated(compensated) => vec![&compensated.step, &compensated.compensation],
            Self::Then { first, rest, .. } => vec![first, rest],
        }
    }

    /// The expressions that the states which are this flow's own evaluate.
    pub(crate) fn own_nodes(&self) -> Vec<&'static Node> {
        match self {
            Self::Task(task) => {
                let bounds = [Some(task.timeout), task.heartbeat].into_iter().flatten();
                let bounds = bounds.filter_map(|bound| match bound {
                    TimeLimit::Known(_) => None,
                    TimeLimit::From(node) => Some(node),
                });
                [task.payload].into_iter().chain(bounds).collect()
            }
            Self::Choose(choose) => choose.rules.iter().map(|rule| rule.condition).collect(),
            Self::Map(map) => {
                let items = match &map.items {
                    Items::Given(node) | Items::Read { arguments: node, .. } => *node,
                };
                let writer = map
                    .distributed
                    .as_ref()
                    .and_then(|distributed| distributed.writer);
                [Some(items), writer].into_iter().flatten().collect()
            }
            Self::Pass(pass) | Self::Succeed(pass) => vec![pass.value],
            Self::Wait(wait) => match wait.until {
                WaitUntil::Seconds(_) => Vec::new(),
                WaitUntil::SecondsFrom(node) | WaitUntil::Time(node) => vec![node],
            },
            Self::Fail(fail) => vec![fail.cause],
            Self::Parallel(_)
            | Self::Repeat(_)
            | Self::Saga(_)
            | Self::Compensated(_)
            | Self::Then { .. } => Vec::new(),
        }
    }

    /// The expressions that belong to this flow, and see more than its surroundings do: an item, or what a round left.
    pub(crate) fn inner_nodes(&self) -> Vec<&'static Node> {
        match self {
            Self::Map(map) => {
                let selected = map.distributed.as_ref().map(|distributed| distributed.selected);
                selected.into_iter().collect()
            }
            Self::Repeat(repeat) => vec![repeat.rounds.until],
            _ => Vec::new(),
        }
    }
}

impl Arms {
    pub(crate) fn flows(&self) -> impl Iterator<Item = &Flow> {
        let then = self.then.iter().map(|(_, flow)| flow.as_ref());
        then.chain(self.caught.iter().map(|arm| &arm.flow))
    }
}
