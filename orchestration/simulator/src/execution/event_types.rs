//! The event types of each kind of state.

use crate::definition::StateKind;
use crate::history::EventType;
use crate::invariant::broken;

pub(super) fn entered(kind: &StateKind) -> EventType {
    match kind {
        StateKind::Task(_) => EventType::TaskStateEntered,
        StateKind::Parallel { .. } => EventType::ParallelStateEntered,
        StateKind::Map(_) => EventType::MapStateEntered,
        StateKind::Choice(_) => EventType::ChoiceStateEntered,
        StateKind::Pass => EventType::PassStateEntered,
        StateKind::Wait(_) => EventType::WaitStateEntered,
        StateKind::Succeed => EventType::SucceedStateEntered,
        StateKind::Fail(_) => EventType::FailStateEntered,
    }
}

pub(super) fn exited(kind: &StateKind) -> EventType {
    match kind {
        StateKind::Task(_) => EventType::TaskStateExited,
        StateKind::Parallel { .. } => EventType::ParallelStateExited,
        StateKind::Map(_) => EventType::MapStateExited,
        StateKind::Choice(_) => EventType::ChoiceStateExited,
        StateKind::Pass => EventType::PassStateExited,
        StateKind::Wait(_) => EventType::WaitStateExited,
        StateKind::Succeed => EventType::SucceedStateExited,
        StateKind::Fail(_) => broken("a Fail ends its flow and is not exited"),
    }
}

pub(super) fn aborted(kind: &StateKind) -> EventType {
    match kind {
        StateKind::Task(_) => EventType::TaskStateAborted,
        StateKind::Parallel { .. } => EventType::ParallelStateAborted,
        StateKind::Map(_) => EventType::MapStateAborted,
        StateKind::Wait(_) => EventType::WaitStateAborted,
        StateKind::Choice(_) | StateKind::Pass | StateKind::Succeed | StateKind::Fail(_) => {
            broken("a Choice, a Pass, a Succeed and a Fail take no time in which they could be aborted")
        }
    }
}
