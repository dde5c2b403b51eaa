//! The syntax tree of a random workflow, which `build` and `interpreter` both read.

use std::time::Duration;

use proptest::sample::Index;

use super::values::{Condition, List, Number, REFUSED, SampleTerm, Text, Values};

#[derive(Debug, Clone)]
pub(crate) enum Ast {
    /// Outputs a value; `ends` makes it a succeed state.
    Pass {
        value: SampleTerm,
        ends: bool,
    },
    Fail {
        error: Error,
        cause: Text,
    },
    Wait {
        time: Time,
        rest: Box<Ast>,
    },
    Task(Box<Task>),
    Choose {
        condition: Condition,
        yes: Box<Ast>,
        no: Box<Ast>,
    },
    /// `some` can read the number.
    IfSome {
        of: Index,
        some: Box<Ast>,
        none: Box<Ast>,
    },
    Parallel {
        left: Box<Ast>,
        right: Box<Ast>,
        continuation: Box<Continuation>,
    },
    Map(Box<Map>),
    Repeat {
        most: u8,
        body: Box<Ast>,
        /// It reads the output of a round.
        until: Condition,
        exhausted: Box<Ast>,
        then: Box<Ast>,
    },
    Saga {
        body: Box<Ast>,
        handler: Box<Ast>,
    },
    /// A step with the compensation `undo`, which also runs if the step itself fails, if it is `in_doubt`.
    Undoable {
        in_doubt: bool,
        step: Box<Ast>,
        undo: Box<Ast>,
        rest: Box<Ast>,
    },
    Then {
        first: Box<Ast>,
        rest: Box<Ast>,
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
    Literal(u8),
    Computed(Number),
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The name of the state, set by the normalisation.
    pub(crate) name: String,
    pub(crate) callee: Callee,
    pub(crate) input: SampleTerm,
    pub(crate) behaviour: Behaviour,
    pub(crate) retries: u8,
    /// The retries of a separate policy for the permanent error.
    pub(crate) retries_if_refused: Option<u8>,
    pub(crate) caught: Option<(CaughtError, Ast)>,
    pub(crate) caught_all: Option<Ast>,
    pub(crate) then: Option<Ast>,
}

#[derive(Debug, Clone)]
pub(crate) enum Callee {
    Function,
    /// A function with a computed timeout.
    Bounded(Number),
    /// A callback, perhaps with a computed timeout.
    Callback(Option<Number>),
    Queue,
    /// Runs the inner workflow.
    Run,
    /// Starts another workflow.
    Start,
}

/// The behaviour of a task's callee.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaviour {
    /// Succeeds after so many half seconds and a quarter of a second.
    Succeeds(u8),
    /// Fails so many times, and then succeeds immediately.
    Fails(FailureMode, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureMode {
    Error(Error),
    /// It never answers.
    NoAnswer,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum CaughtError {
    Declared(Error),
    Timeout,
    ExecutionFailed,
}

/// The continuation of a parallel or a map.
#[derive(Debug, Clone)]
pub(crate) struct Continuation {
    pub(crate) caught: Option<Ast>,
    pub(crate) undo: Option<Ast>,
    /// Whether it is appended with `into_step().then`, and not with `and_then`.
    pub(crate) as_step: bool,
    pub(crate) rest: Ast,
}

#[derive(Debug, Clone)]
pub(crate) struct Map {
    pub(crate) items: List,
    pub(crate) one_by_one: bool,
    pub(crate) distributed: Option<Distributed>,
    pub(crate) body: Ast,
    pub(crate) continuation: Continuation,
}

#[derive(Debug, Clone)]
pub(crate) struct Distributed {
    /// The input of an item's execution; `None` for the item itself.
    pub(crate) item_input: Option<SampleTerm>,
    pub(crate) batch: Option<u8>,
    pub(crate) tolerated: u8,
    /// Whether its failure is caught by name.
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

impl CaughtError {
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
    pub(crate) fn error(&self, how: FailureMode) -> &'static str {
        match (self, how) {
            (_, FailureMode::NoAnswer) => CaughtError::Timeout.name(),
            (Self::Queue, FailureMode::Error(Error::Refused)) => "SQS.InvalidMessageContents",
            (Self::Queue, FailureMode::Error(Error::Busy)) => "SQS.RequestThrottledException",
            (_, FailureMode::Error(error)) => error.name(),
        }
    }

    /// The timeout of an attempt.
    pub(crate) fn timeout(&self, values: &Values) -> Duration {
        Duration::from_secs(match self {
            Self::Bounded(number) | Self::Callback(Some(number)) => number.evaluate(values) % 5 + 1,
            Self::Queue => 15,
            Self::Function | Self::Callback(None) | Self::Run | Self::Start => 10,
        })
    }
}

impl Task {
    /// The maximum number of retries after a failure of this kind.
    pub(crate) fn max_retries(&self, how: FailureMode) -> u8 {
        match (&self.callee, how) {
            // A callback waits for a person; a timeout is not retried.
            (Callee::Callback(_), FailureMode::NoAnswer)
            | (Callee::Queue, FailureMode::Error(Error::Refused)) => 0,
            (_, FailureMode::NoAnswer | FailureMode::Error(Error::Busy)) => self.retries,
            (_, FailureMode::Error(Error::Refused)) => self.retries_if_refused.unwrap_or(0),
        }
    }
}
