//! The functions and payloads of random workflows.

use std::time::Duration;

use asl::sqs::Queue;
use asl::{Function, Payload, TaskError, TaskToken};
use serde::{Deserialize, Serialize};

/// The output of every step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Payload)]
pub(crate) struct Sample {
    pub(crate) number: u64,
    pub(crate) optional: Option<u64>,
    pub(crate) text: String,
}

/// The input of a workflow.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
pub(crate) struct Start {
    pub(crate) first: Sample,
    pub(crate) list: Vec<Sample>,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Question {
    pub(crate) token: TaskToken,
    pub(crate) about: Sample,
}

#[derive(Debug, TaskError)]
#[expect(dead_code, reason = "the workflows only need the names")]
pub(crate) enum EchoError {
    #[task(name = "Refused", permanent)]
    Refused,
    #[task(name = "Busy", transient)]
    Busy,
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $input:ty, $timeout:expr;)+) => {
        $(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl Function for $name {
                const NAME: &'static str = stringify!($name);
                const TIMEOUT: Duration = $timeout;
                type Input = $input;
                type Output = Sample;
                type Error = EchoError;
            }
        )+
    };
}

functions! {
    /// Returns what it is given.
    Echo: Sample, Duration::from_secs(5);
    /// Asks a person, who replies with the sample of the question.
    Ask: Question, Duration::from_secs(5);
    /// The workflow that is run.
    Whole: Start, Duration::from_secs(99_999_999);
    /// The workflow that it runs and waits for.
    Inner: Sample, Duration::from_secs(100_000);
    /// The workflow that it only starts.
    Later: Sample, Duration::from_secs(1000);
}

pub(crate) enum Post {}

impl Queue for Post {
    const NAME: &'static str = "Post";
    type Message = Sample;
}
