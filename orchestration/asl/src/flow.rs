//! A workflow as it was written: what the builders make, and what the lowering turns into states.

use std::cell::Cell;
use std::time::Duration;

use crate::Retry;
use crate::expr::{Binding, Kind, Node, Record};
use crate::shape::Shape;

/// A piece of a workflow with one way in. It has as many ways out as it has ends.
pub(crate) enum Flow {
    Task(Box<TaskFlow>),
    Parallel(Box<ParallelFlow>),
    Choose(ChooseFlow),
    Map(Box<MapFlow>),
    Pass(PassFlow),
    Wait(WaitFlow),
    Fail(FailFlow),
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
    pub(crate) takes: Shape,
    pub(crate) leaves: Shape,
    pub(crate) timeout: Duration,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) retry: Retry,
    /// Errors with a policy of their own.
    pub(crate) retry_on: Vec<(&'static str, Retry)>,
    pub(crate) transient: Vec<&'static str>,
    pub(crate) arms: Arms,
}

/// What a task calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A Lambda function, by its contract's name.
    Function { name: &'static str, callback: bool },
    /// A state machine, by its contract's name; waited for or only started.
    Workflow { name: &'static str, wait: bool },
}

impl Target {
    pub(crate) fn is_callback(self) -> bool {
        matches!(self, Self::Function { callback: true, .. })
    }
}

pub(crate) struct MapFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) items: &'static Node,
    /// What the body knows the map's item as.
    pub(crate) item: Binding,
    pub(crate) body: Flow,
    /// What one run leaves.
    pub(crate) leaves: Shape,
    pub(crate) concurrency: Option<u64>,
    pub(crate) tolerated_failures: Option<u64>,
    pub(crate) arms: Arms,
}

pub(crate) struct WaitFlow {
    pub(crate) name: String,
    pub(crate) until: WaitUntil,
}

#[derive(Clone, Copy)]
pub(crate) enum WaitUntil {
    Seconds(u64),
    SecondsFrom(&'static Node),
    Time(&'static Node),
}

pub(crate) struct ParallelFlow {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) branches: Vec<Flow>,
    pub(crate) leaves: Shape,
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
    pub(crate) rules: Vec<(&'static Node, Flow)>,
    pub(crate) otherwise: Box<Flow>,
}

pub(crate) struct PassFlow {
    pub(crate) name: String,
    pub(crate) value: &'static Node,
}

pub(crate) struct FailFlow {
    pub(crate) name: String,
    pub(crate) error: &'static str,
    pub(crate) cause: String,
}

/// A binding that no other value in this thread has.
pub(crate) fn next_binding() -> Binding {
    thread_local! {
        static NEXT: Cell<Binding> = const { Cell::new(0) };
    }
    NEXT.with(|next| next.replace(next.get() + 1))
}

/// A new binding, and the record that reads it.
pub(crate) fn bind() -> (Binding, Record) {
    let binding = next_binding();
    (binding, Record(Node::new(Kind::Bound(binding))))
}

impl Flow {
    /// The name of the state that this flow begins with.
    pub(crate) fn entry(&self) -> &str {
        match self {
            Self::Task(task) => &task.name,
            Self::Parallel(parallel) => &parallel.name,
            Self::Choose(choose) => &choose.name,
            Self::Map(map) => &map.name,
            Self::Pass(pass) => &pass.name,
            Self::Wait(wait) => &wait.name,
            Self::Fail(fail) => &fail.name,
            Self::Then { first, .. } => first.entry(),
        }
    }

    /// The flow at the way in.
    pub(crate) fn first(&self) -> &Self {
        match self {
            Self::Then { first, .. } => first.first(),
            other => other,
        }
    }

    /// The flows inside of this one, in written order.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Task(task) => task.arms.flows().collect(),
            Self::Parallel(parallel) => parallel.branches.iter().chain(parallel.arms.flows()).collect(),
            Self::Choose(choose) => {
                let rules = choose.rules.iter().map(|(_, flow)| flow);
                rules.chain([choose.otherwise.as_ref()]).collect()
            }
            Self::Map(map) => [&map.body].into_iter().chain(map.arms.flows()).collect(),
            Self::Pass(_) | Self::Wait(_) | Self::Fail(_) => Vec::new(),
            Self::Then { first, rest, .. } => vec![first, rest],
        }
    }

    /// The expressions that this flow's own state evaluates.
    pub(crate) fn own_nodes(&self) -> Vec<&'static Node> {
        match self {
            Self::Task(task) => vec![task.payload],
            Self::Choose(choose) => choose.rules.iter().map(|(condition, _)| *condition).collect(),
            Self::Map(map) => vec![map.items],
            Self::Pass(pass) => vec![pass.value],
            Self::Wait(wait) => match wait.until {
                WaitUntil::Seconds(_) => Vec::new(),
                WaitUntil::SecondsFrom(node) | WaitUntil::Time(node) => vec![node],
            },
            Self::Parallel(_) | Self::Fail(_) | Self::Then { .. } => Vec::new(),
        }
    }
}

impl Arms {
    pub(crate) fn flows(&self) -> impl Iterator<Item = &Flow> {
        let then = self.then.iter().map(|(_, flow)| flow.as_ref());
        then.chain(self.caught.iter().map(|arm| &arm.flow))
    }
}
