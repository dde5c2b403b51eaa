//! What there is to test.

use std::collections::HashMap;
use std::{env, fs};

use serde::Deserialize;

/// The file that `DEPLOYED` names.
#[derive(Debug, Deserialize)]
pub(super) struct Settings {
    /// The stack.
    pub(super) stack: Stack,
    /// The same with links that work for a few seconds.
    pub(super) short: Stack,
    /// Where the emulator shows its mails. On AWS, mails are not read.
    pub(super) outbox: Option<String>,
    /// The webhook receiver.
    pub(super) receiver: String,
}

/// What is known of a stack.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stack {
    /// Where its API is.
    pub(super) api: String,
    /// Its table.
    pub(super) table: String,
    /// The ARN of its state machine.
    pub(super) state_machine: String,
    /// Its roles, by their names in the template.
    pub(super) roles: HashMap<String, String>,
}

impl Settings {
    pub(super) fn read() -> Self {
        let path = env::var("DEPLOYED").unwrap_or_else(|_| {
            panic!(
                "DEPLOYED names no file that says what is deployed; see infra/emulator/README.md, or run \
                 infra/emulator/test"
            )
        });
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }
}
