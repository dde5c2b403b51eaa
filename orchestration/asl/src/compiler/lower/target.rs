//! What a task calls, in the words of the document.

use serde_json::{Value, json};

use crate::compiler::jsonata::WHOLE_RESULT;
use crate::steps::flow::Target;

impl Target {
    pub(crate) fn integration(self) -> &'static str {
        match self {
            Self::Function { callback: false, .. } => "lambda:invoke",
            Self::Function { callback: true, .. } => "lambda:invoke.waitForTaskToken",
            // `:2` gives the output as JSON; without it, as a text of JSON.
            Self::Workflow { wait: true, .. } => "states:startExecution.sync:2",
            Self::Workflow { wait: false, .. } => "states:startExecution",
            Self::Service(service) => service.resource,
        }
    }

    /// Where the contract's output stands in what the integration answers.
    pub(super) fn result(self) -> &'static str {
        match self {
            Self::Function { callback: false, .. } => "$states.result.Payload",
            Self::Workflow { wait: true, .. } => "$states.result.Output",
            Self::Function { callback: true, .. } | Self::Workflow { wait: false, .. } | Self::Service(_) => {
                WHOLE_RESULT
            }
        }
    }

    pub(super) fn arguments(self, payload: Value) -> Value {
        match self {
            Self::Function { name, .. } => {
                json!({"FunctionName": format!("${{{name}FunctionArn}}"), "Payload": payload})
            }
            Self::Workflow { name, .. } => {
                json!({"StateMachineArn": format!("${{{name}StateMachineArn}}"), "Input": payload})
            }
            Self::Service(_) => payload,
        }
    }
}
