//! A workflow, as it is both built and understood.

use std::time::Duration;

use proptest::sample::Index;

use super::values::{Condition, Facts, List, Made, Number, REFUSED, Text};

#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// Leaves a value; where nothing follows also as an end.
    Pass {
        value: Made,
        ends: bool,
    },
    Fail {
        error: Error,
        because: Text,
    },
    Wait {
        time: Time,
        rest: Box<Plan>,
    },
    Task(Box<Task>),
    Choose {
        condition: Condition,
        yes: Box<Plan>,
        no: Box<Plan>,
    },
    /// `some` knows the number that is there.
    IfSome {
        of: Index,
        some: Box<Plan>,
        none: Box<Plan>,
    },
    Both {
        left: Box<Plan>,
        right: Box<Plan>,
        behind: Box<Behind>,
    },
    Map(Box<Map>),
    Repeat {
        most: u8,
        body: Box<Plan>,
        /// It reads what a round left.
        until: Condition,
        exhausted: Box<Plan>,
        then: Box<Plan>,
    },
    Saga {
        body: Box<Plan>,
        handler: Box<Plan>,
    },
    /// A step that `undo` undoes, in a saga around; also when it fails itself, if it is in doubt.
    Undoable {
        in_doubt: bool,
        step: Box<Plan>,
        undo: Box<Plan>,
        rest: Box<Plan>,
    },
    Then {
        first: Box<Plan>,
        rest: Box<Plan>,
    },
}

/// An error that the workflow declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Error {
    Refused,
    Busy,
}

#[derive(Debug, Clone)]
pub(crate) enum Time {
    Known(u8),
    From(Number),
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The state, once it is known where it stands.
    pub(crate) name: String,
    pub(crate) callee: Callee,
    pub(crate) input: Made,
    pub(crate) behaviour: Behaviour,
    pub(crate) retries: u8,
    /// A policy of its own for the permanent error.
    pub(crate) retries_if_refused: Option<u8>,
    pub(crate) caught: Option<(Caught, Plan)>,
    pub(crate) caught_all: Option<Plan>,
    pub(crate) then: Option<Plan>,
}

#[derive(Debug, Clone)]
pub(crate) enum Callee {
    Function,
    /// A function with a bound that is found out.
    Bounded(Number),
    /// A callback; its bound may be found out.
    Callback(Option<Number>),
    Queue,
    /// Runs the inner workflow.
    Run,
    /// Starts another workflow.
    Start,
}

/// What a task does when it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaviour {
    /// Answers, after so many half seconds and a quarter.
    Works(u8),
    /// Fails so many times, and then works at once.
    Fails(How, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    With(Error),
    /// It never answers.
    Silently,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Caught {
    Declared(Error),
    Timeout,
    ExecutionFailed,
}

/// What stands behind a parallel or a map.
#[derive(Debug, Clone)]
pub(crate) struct Behind {
    pub(crate) caught: Option<Plan>,
    pub(crate) undo: Option<Plan>,
    /// Whether it is followed as a step, and not as an arm.
    pub(crate) as_step: bool,
    pub(crate) rest: Plan,
}

#[derive(Debug, Clone)]
pub(crate) struct Map {
    pub(crate) items: List,
    pub(crate) one_by_one: bool,
    pub(crate) distributed: Option<Distributed>,
    pub(crate) body: Plan,
    pub(crate) behind: Behind,
}

#[derive(Debug, Clone)]
pub(crate) struct Distributed {
    /// What an item is handed over as; `None` as it is.
    pub(crate) handed: Option<Made>,
    pub(crate) batch: Option<u8>,
    pub(crate) tolerated: u8,
    /// Whether its failure is caught by its name.
    pub(crate) by_name: bool,
}

impl Error {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Refused => REFUSED,
            Self::Busy => "Busy",
        }
    }
}

impl Caught {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Declared(error) => error.name(),
            Self::Timeout => "States.Timeout",
            Self::ExecutionFailed => "States.TaskFailed",
        }
    }
}

impl Callee {
    pub(crate) fn is_callback(&self) -> bool {
        matches!(self, Self::Callback(_))
    }

    /// The name of the error that a task fails with.
    pub(crate) fn error(&self, how: How) -> &'static str {
        match (self, how) {
            (_, How::Silently) => Caught::Timeout.name(),
            (Self::Queue, How::With(Error::Refused)) => "SQS.InvalidMessageContents",
            (Self::Queue, How::With(Error::Busy)) => "SQS.RequestThrottledException",
            (_, How::With(error)) => error.name(),
        }
    }

    /// How long an attempt may take.
    pub(crate) fn bound(&self, facts: &Facts) -> Duration {
        Duration::from_secs(match self {
            Self::Bounded(number) | Self::Callback(Some(number)) => number.meaning(facts) % 5 + 1,
            Self::Queue => 15,
            Self::Function | Self::Callback(None) | Self::Run | Self::Start => 10,
        })
    }
}

impl Task {
    /// How often it is tried again when it fails like this.
    pub(crate) fn most_retries(&self, how: How) -> u8 {
        match (&self.callee, how) {
            // Its time is a person's.
            (Callee::Callback(_), How::Silently) | (Callee::Queue, How::With(Error::Refused)) => 0,
            (_, How::Silently | How::With(Error::Busy)) => self.retries,
            (_, How::With(Error::Refused)) => self.retries_if_refused.unwrap_or(0),
        }
    }
}
