//! The simulator: an expression in a Pass state.

use std::panic;

use serde_json::{Map, Value, json};
use simulator::{DefinitionError, EpochMillis, Execution, Machine, Start, Status};

use crate::oracle::NOW;
use crate::outcome::{Fault, Nothing, Outcome};

/// What the simulator makes of an expression in the `Output` of a state with that input, after a state that assigns the variables.
///
/// A panic is an outcome, too: it is to be reported with the expression, reduced.
pub(crate) fn evaluate(expression: &str, variables: &Map<String, Value>, input: &Value) -> Outcome {
    panic::catch_unwind(|| run(expression, variables, input)).unwrap_or(Outcome::Panicked)
}

fn run(expression: &str, variables: &Map<String, Value>, input: &Value) -> Outcome {
    let evaluating = json!({"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true});
    let definition = if variables.is_empty() {
        json!({"QueryLanguage": "JSONata", "StartAt": "Evaluate", "States": {"Evaluate": evaluating}})
    } else {
        let assigning = json!({"Type": "Pass", "Assign": variables, "Next": "Evaluate"});
        json!({"QueryLanguage": "JSONata", "StartAt": "Assign",
            "States": {"Assign": assigning, "Evaluate": evaluating}})
    };
    let machine = match Machine::from_json(&definition.to_string()) {
        Ok(machine) => machine,
        Err(error) => return Outcome::Refused(refusal(&error)),
    };
    let start = Start {
        now: EpochMillis::new(NOW),
        ..Start::new("reference", input.clone())
    };
    let execution = Execution::start(machine, start);
    match execution.status() {
        Status::Succeeded { output } => Outcome::Value(Value::clone(output)),
        Status::Failed { cause, .. } => failure(cause.as_deref().unwrap_or_default(), expression),
        other => Outcome::Failed(Fault {
            code: None,
            message: format!("the execution did not end: {other:?}"),
        }),
    }
}

/// The faults of a refused definition, without their places.
fn refusal(error: &DefinitionError) -> Fault {
    let messages: Vec<&str> = error
        .problems()
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    Fault::said(&messages.join(" "))
}

/// How the causes begin that name an exceeded limit.
const LIMITS: [&str; 3] = [
    "Expression evaluation timeout",
    "Expression evaluation memory limit exceeded",
    "Stack overflow error",
];

/// The outcome of a failed evaluation, by the words of AWS.
fn failure(cause: &str, expression: &str) -> Outcome {
    let cause = cause.replace(&format!("'{expression}'"), "…");
    // A long cause is cut, so that there may be no end to the expression in it.
    if cause.ends_with("returned nothing (undefined).") {
        return Outcome::Nothing(Nothing::Undefined);
    }
    if cause.ends_with("returned an unsupported result type.") {
        return Outcome::Nothing(Nothing::Function);
    }
    if let Some((_, reason)) = cause.split_once("is refused by the simulator: ") {
        return Outcome::Refused(Fault::said(reason.trim_end_matches('.')));
    }
    let said = cause
        .split_once("threw an error during evaluation")
        .map_or(cause.as_str(), |(_, said)| {
            said.trim_start_matches(['.', ':', ' '])
        });
    if LIMITS.iter().any(|limit| said.starts_with(limit)) {
        return Outcome::Nothing(Nothing::Limit);
    }
    Outcome::Failed(Fault::said(said))
}
