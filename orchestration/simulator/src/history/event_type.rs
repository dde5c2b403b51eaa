//! The names of events.

use std::fmt;

macro_rules! event_types {
    ($($(#[doc = $doc:literal])* $name:ident,)+) => {
        /// The type of an event, by its name in Step Functions. A state, a Map Run or an iteration is aborted when a
        /// sibling fails.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventType {
            $($(#[doc = $doc])* $name,)+
        }

        impl EventType {
            /// The name as Step Functions writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

event_types! {
    ExecutionStarted,
    ExecutionSucceeded,
    ExecutionFailed,
    ExecutionAborted,
    ExecutionTimedOut,
    /// The execution resumes after it had failed, was stopped or timed out.
    ExecutionRedriven,
    TaskStateEntered,
    TaskStateExited,
    TaskStateAborted,
    TaskScheduled,
    TaskStarted,
    /// An integration accepted the request; its result is still to come.
    TaskSubmitted,
    TaskSucceeded,
    TaskFailed,
    TaskTimedOut,
    LambdaFunctionScheduled,
    LambdaFunctionStarted,
    LambdaFunctionSucceeded,
    LambdaFunctionFailed,
    LambdaFunctionTimedOut,
    ParallelStateEntered,
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    ParallelStateAborted,
    ParallelStateExited,
    MapStateEntered,
    MapStateStarted,
    MapStateSucceeded,
    MapStateFailed,
    MapStateAborted,
    MapStateExited,
    MapRunStarted,
    MapRunSucceeded,
    /// The items of a Map Run could not be read, or too many of them failed.
    MapRunFailed,
    MapRunAborted,
    /// The child executions of a Map Run that had not succeeded are redriven.
    MapRunRedriven,
    MapIterationStarted,
    MapIterationSucceeded,
    MapIterationFailed,
    MapIterationAborted,
    ChoiceStateEntered,
    ChoiceStateExited,
    PassStateEntered,
    PassStateExited,
    WaitStateEntered,
    WaitStateExited,
    WaitStateAborted,
    SucceedStateEntered,
    SucceedStateExited,
    FailStateEntered,
    EvaluationFailed,
}

impl EventType {
    pub(super) fn details_key(self) -> String {
        let name = self.name();
        if name.ends_with("StateEntered") {
            return "stateEnteredEventDetails".to_owned();
        }
        if name.ends_with("StateExited") {
            return "stateExitedEventDetails".to_owned();
        }
        let mut key = String::with_capacity(name.len() + 12);
        let mut characters = name.chars();
        key.extend(characters.next().map(|first| first.to_ascii_lowercase()));
        key.push_str(characters.as_str());
        key.push_str("EventDetails");
        key
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
