//! Flows: the tree that the builders make of a workflow, and that the compiler turns into states.

use std::time::Duration;

use crate::Retry;
use crate::values::expr::{Binding, ExprKind, Node, Record, next_binding};
use crate::values::shape::Shape;

mod control;
mod tree;

/// A part of a workflow with one entry. It has as many exits as it has ends.
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
    /// A step with a compensation, which runs if a later step of its saga fails.
    Compensated(Box<CompensatedFlow>),
    /// `first`, whose output `rest` reads as `binding`.
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
    /// The name of the execution that it starts.
    pub(crate) execution: Option<&'static Node>,
    pub(crate) timeout: TimeLimit,
    pub(crate) heartbeat: Option<TimeLimit>,
    /// The longest duration of an attempt that fails with an error that is retried.
    pub(crate) failing_attempt: Duration,
    /// How long it usually takes, if the author says so.
    pub(crate) expected: Option<Duration>,
    pub(crate) input_shape: Shape,
    pub(crate) output_shape: Shape,
    pub(crate) retry: Retry,
    /// How often the workflow sets `retry`.
    pub(crate) retry_calls: u32,
    /// Errors with a policy of their own.
    pub(crate) retry_on: Vec<(&'static str, Retry)>,
    pub(crate) transient: Vec<&'static str>,
    /// Retried errors that the function does not declare: those that a callback is completed with.
    pub(crate) completion_errors: Vec<&'static str>,
    pub(crate) arms: Arms,
}

/// A timeout or a heartbeat interval: known now, or a number of seconds that an execution computes.
#[derive(Clone, Copy)]
pub(crate) enum TimeLimit {
    Known(Duration),
    From(&'static Node),
}

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
    pub(crate) faults: &'static [&'static str],
    /// The output of the state, as an expression of the service's response.
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
    /// The map's item, for the body or the item selector.
    pub(crate) item: Binding,
    pub(crate) body: Flow,
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

    /// The most results in the map's output, where that is known: none if they are written elsewhere.
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

pub(crate) enum Items {
    Given(&'static Node),
    /// A reader outside of the execution; its arguments are an object.
    Read {
        resource: &'static str,
        config: serde_json::Map<String, serde_json::Value>,
        arguments: &'static Node,
    },
}

/// The settings of a distributed map, whose items are executions of their own.
pub(crate) struct Distributed {
    /// The input of the execution of an item, for the body.
    pub(crate) input: Binding,
    /// The item selector: the input of the execution of an item.
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
    pub(crate) most: u64,
    /// The number of the round, from 1.
    pub(crate) round: Binding,
    /// The output of the previous round; `null` in the first.
    pub(crate) last: Binding,
    pub(crate) body: Flow,
    /// The output of a round, for the states after it.
    pub(crate) value: Binding,
    pub(crate) until: &'static Node,
}

pub(crate) struct SagaFlow {
    pub(crate) body: Flow,
    pub(crate) error: Binding,
    /// The error that a compensation failed with, for the handler.
    pub(crate) compensation_error: Binding,
    pub(crate) handler: Flow,
}

pub(crate) struct CompensatedFlow {
    pub(crate) step: Flow,
    /// The output of the step, for the compensation; none if it also runs when the step itself fails.
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

/// What follows a state: on success, and for each caught error.
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

/// An arm of a choice, and its condition.
pub(crate) struct Rule {
    pub(crate) condition: &'static Node,
    /// The optional value that the condition checks, for the arm.
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
