//! The description of the deployed stacks.

use std::collections::HashMap;
use std::{env, fs};

use serde::Deserialize;

/// The file that `DEPLOYED` names.
#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    /// The stack.
    pub(super) stack: Stack,
    /// A stack whose links expire after a few seconds.
    pub(super) short: Stack,
    /// A stack whose sign-ups confirm phone numbers as well, of the countries with the calling code 49. Only on the emulator.
    pub(super) contacts: Option<Stack>,
    /// The URL of the emulator's sent mails. On AWS there is none.
    pub(super) outbox: Option<String>,
    /// The URL of the emulator's sent text messages. On AWS there is none.
    pub(super) phones: Option<String>,
    /// The URL of the webhook receiver.
    pub(super) receiver: String,
}

/// The resources of a stack.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stack {
    /// The URL of the API.
    pub(super) api: String,
    /// The name of the table.
    pub(super) table: String,
    /// The ARN of its state machine.
    pub(super) state_machine: String,
    /// The physical names of the roles, by their logical ids.
    pub(super) roles: HashMap<String, String>,
}

impl Settings {
    pub(super) fn read() -> Self {
        let path = env::var("DEPLOYED").unwrap_or_else(|_| {
            panic!(
                "DEPLOYED must name a file that describes the deployed stacks; run infra/emulator/test, or see \
                 infra/emulator/README.md"
            )
        });
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }
}
