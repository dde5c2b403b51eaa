//! The functions and payloads of random workflows.

use std::time::Duration;

use asl::sqs::Queue;
use asl::{Function, Payload, TaskError, TaskToken};
use serde::{Deserialize, Serialize};

/// The output of every step: a number, an option and a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Payload)]
pub(crate) struct Trio {
    pub(crate) number: u64,
    pub(crate) maybe: Option<u64>,
    pub(crate) text: String,
}

/// The input of a workflow.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
pub(crate) struct Start {
    pub(crate) first: Trio,
    pub(crate) list: Vec<Trio>,
}

#[derive(Serialize, Deserialize, Payload)]
pub(crate) struct Question {
    pub(crate) token: TaskToken,
    pub(crate) about: Trio,
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
                type Output = Trio;
                type Error = EchoError;
            }
        )+
    };
}

functions! {
    /// Returns what it is given.
    Echo: Trio, Duration::from_secs(5);
    /// Asks a person, who answers with the trio of the question.
    Ask: Question, Duration::from_secs(5);
    /// The workflow that is run.
    Whole: Start, Duration::from_secs(99_999_999);
    /// The workflow that it runs and waits for.
    Inner: Trio, Duration::from_secs(100_000);
    /// The workflow that it only starts.
    Later: Trio, Duration::from_secs(1000);
}

pub(crate) enum Post {}

impl Queue for Post {
    const NAME: &'static str = "Post";
    type Message = Trio;
}
