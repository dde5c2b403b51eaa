//! Targets of tasks: resources, arguments and results.

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

    /// The path of the contract's output in the response of the integration.
    pub(super) fn result(self) -> &'static str {
        match self {
            Self::Function { callback: false, .. } => "$states.result.Payload",
            Self::Workflow { wait: true, .. } => "$states.result.Output",
            Self::Function { callback: true, .. } | Self::Workflow { wait: false, .. } | Self::Service(_) => {
                WHOLE_RESULT
            }
        }
    }

    /// The arguments of the integration; `execution` is the name of the execution that it starts.
    pub(super) fn arguments(self, payload: Value, execution: Option<Value>) -> Value {
        match self {
            Self::Function { name, .. } => {
                json!({"FunctionName": format!("${{{name}FunctionArn}}"), "Payload": payload})
            }
            Self::Workflow { name, .. } => {
                let machine = json!(format!("${{{name}StateMachineArn}}"));
                let execution = execution.map(|execution| ("Name".to_owned(), execution));
                [("StateMachineArn".to_owned(), machine)]
                    .into_iter()
                    .chain(execution)
                    .chain([("Input".to_owned(), payload)])
                    .collect()
            }
            Self::Service(_) => payload,
        }
    }
}
