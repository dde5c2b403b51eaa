//! The names of events.

use std::fmt;

macro_rules! event_types {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// The type of an event, by its name in Step Functions.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EventType {
            $($(#[doc = $doc])+ $name,)+
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
    /// The execution began.
    ExecutionStarted,
    /// The execution has succeeded.
    ExecutionSucceeded,
    /// The execution ended with an error.
    ExecutionFailed,
    /// The execution was stopped.
    ExecutionAborted,
    /// The execution took longer than the machine allows.
    ExecutionTimedOut,
    /// The execution goes on after it had failed, was stopped or timed out.
    ExecutionRedriven,
    /// A Task was entered.
    TaskStateEntered,
    /// A Task was left.
    TaskStateExited,
    /// A Task was aborted because a sibling failed.
    TaskStateAborted,
    /// An integration is to be called.
    TaskScheduled,
    /// An integration is being called.
    TaskStarted,
    /// An integration took the request; its answer is still to come.
    TaskSubmitted,
    /// A task gave its result.
    TaskSucceeded,
    /// A task gave an error.
    TaskFailed,
    /// A task gave no answer in time.
    TaskTimedOut,
    /// A Lambda function is to be called.
    LambdaFunctionScheduled,
    /// A Lambda function is being called.
    LambdaFunctionStarted,
    /// A Lambda function gave its result.
    LambdaFunctionSucceeded,
    /// A Lambda function gave an error.
    LambdaFunctionFailed,
    /// A Lambda function gave no answer in time.
    LambdaFunctionTimedOut,
    /// A Parallel was entered.
    ParallelStateEntered,
    /// The branches of a Parallel begin.
    ParallelStateStarted,
    /// All branches of a Parallel succeeded.
    ParallelStateSucceeded,
    /// A branch of a Parallel failed.
    ParallelStateFailed,
    /// A Parallel was aborted because a sibling failed.
    ParallelStateAborted,
    /// A Parallel was left.
    ParallelStateExited,
    /// A Map was entered.
    MapStateEntered,
    /// The iterations of a Map begin.
    MapStateStarted,
    /// All iterations of a Map succeeded.
    MapStateSucceeded,
    /// A Map failed.
    MapStateFailed,
    /// A Map was aborted because a sibling failed.
    MapStateAborted,
    /// A Map was left.
    MapStateExited,
    /// A Map Run began.
    MapRunStarted,
    /// A Map Run ended with no more failures than are tolerated.
    MapRunSucceeded,
    /// The items of a Map Run could not be read, or too many of them failed.
    MapRunFailed,
    /// A Map Run was aborted because a sibling failed.
    MapRunAborted,
    /// The child executions of a Map Run that had not succeeded are redriven.
    MapRunRedriven,
    /// An iteration began.
    MapIterationStarted,
    /// An iteration succeeded.
    MapIterationSucceeded,
    /// An iteration failed.
    MapIterationFailed,
    /// An iteration was aborted because a sibling failed.
    MapIterationAborted,
    /// A Choice was entered.
    ChoiceStateEntered,
    /// A Choice was left.
    ChoiceStateExited,
    /// A Pass was entered.
    PassStateEntered,
    /// A Pass was left.
    PassStateExited,
    /// A Wait was entered.
    WaitStateEntered,
    /// A Wait was left.
    WaitStateExited,
    /// A Wait was aborted because a sibling failed.
    WaitStateAborted,
    /// A Succeed was entered.
    SucceedStateEntered,
    /// A Succeed was left.
    SucceedStateExited,
    /// A Fail was entered.
    FailStateEntered,
    /// An expression could not be evaluated.
    EvaluationFailed,
}

impl EventType {
    /// The key of the details.
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
