//! Traversal of flows: entries, children and expressions.

use super::{Arms, Flow, Items, TimeLimit, WaitUntil};
use crate::values::expr::Node;

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

    /// The innermost flow at the entry.
    pub(crate) fn first(&self) -> &Self {
        match self {
            Self::Then { first, .. } => first.first(),
            Self::Saga(saga) => saga.body.first(),
            Self::Compensated(compensated) => compensated.step.first(),
            other => other,
        }
    }

    /// The arms of a task, a parallel or a map.
    pub(crate) fn arms(&self) -> Option<&Arms> {
        match self {
            Self::Task(task) => Some(&task.arms),
            Self::Parallel(parallel) => Some(&parallel.arms),
            Self::Map(map) => Some(&map.arms),
            _ => None,
        }
    }

    pub(crate) fn comment(&self) -> Option<&str> {
        match self {
            Self::Task(task) => task.comment.as_deref(),
            Self::Parallel(parallel) => parallel.comment.as_deref(),
            Self::Choose(choose) => choose.comment.as_deref(),
            Self::Map(map) => map.comment.as_deref(),
            Self::Repeat(repeat) => repeat.rounds.comment.as_deref(),
            _ => None,
        }
    }

    /// Whether it is a state itself, and not a composition of others.
    pub(crate) fn is_state(&self) -> bool {
        !matches!(self, Self::Then { .. } | Self::Saga(_) | Self::Compensated(_))
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

    /// The expressions that this flow's own states evaluate in the scope of the flow.
    pub(crate) fn own_nodes(&self) -> Vec<&'static Node> {
        match self {
            Self::Task(task) => {
                let limits = [Some(task.timeout), task.heartbeat].into_iter().flatten();
                let limits = limits.filter_map(|limit| match limit {
                    TimeLimit::Known(_) => None,
                    TimeLimit::From(node) => Some(node),
                });
                [task.payload]
                    .into_iter()
                    .chain(task.execution)
                    .chain(limits)
                    .collect()
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

    /// All expressions of this flow's own states.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &'static Node> {
        self.own_nodes().into_iter().chain(self.inner_nodes())
    }

    /// The expressions of this flow's own states with a larger scope: the item of a map, or the output of a round.
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
    pub(crate) fn is_empty(&self) -> bool {
        self.caught.is_empty() && self.then.is_none()
    }

    pub(crate) fn catches(&self, error: &str) -> bool {
        self.caught.iter().any(|arm| arm.error == error)
    }

    pub(crate) fn flows(&self) -> impl Iterator<Item = &Flow> {
        let then = self.then.iter().map(|(_, flow)| flow.as_ref());
        then.chain(self.caught.iter().map(|arm| &arm.flow))
    }
}
