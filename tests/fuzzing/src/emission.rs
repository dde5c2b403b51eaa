//! What the language emits: any text and any number comes out of the expressions as it went in.

use asl::{Expr, Function, Payload, TaskError, literal, pass};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{EpochMillis, Machine, StateMachines, Status, WorkflowType};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Serialize, Deserialize, Payload)]
struct Given {
    #[payload(at_most = 4096)]
    text: String,
    number: u64,
}

#[derive(Serialize, Deserialize, Payload)]
struct Emitted {
    #[payload(at_most = 4096)]
    literal: String,
    #[payload(at_most = 8192)]
    joined: String,
    number: u64,
    is_equal: bool,
}

#[derive(Debug)]
enum NoError {}

impl TaskError for NoError {
    const DECLARED: &'static [asl::DeclaredError] = &[];

    fn declared(&self) -> asl::DeclaredError {
        match *self {}
    }
}

enum Echo {}

impl Function for Echo {
    const NAME: &'static str = "Echo";
    const TIMEOUT: Duration = Duration::from_mins(1);
    type Input = Given;
    type Output = Emitted;
    type Error = NoError;
}

pub(crate) fn target(data: &[u8]) {
    let Some(text) = crate::text(data) else { return };
    let number = u64::try_from(data.len()).unwrap_or_default();
    // Every literal stays in memory as long as the process: a workflow is built once, as a rule.
    let workflow = Echo::define(|given: Expr<'_, Given>| {
        pass(
            "Echo",
            EmittedFields {
                literal: text.to_owned().into(),
                joined: literal(text.to_owned()).concat(given.text),
                number: given.number + number,
                is_equal: given.text.eq(text.to_owned()),
            },
        )
    });
    let definition = workflow.build().expect("the workflow is well-formed").to_json();
    let definition = definition.expect("a definition becomes JSON");
    let machine = Machine::from_template(&definition, &BTreeMap::new()).expect("it is a machine");
    let mut machines = StateMachines::new(0);
    machines.register("Echo", WorkflowType::Standard, machine);
    let now = EpochMillis::new(1_767_268_800_000);
    let input = json!({"text": text, "number": 1});
    let arn = machines
        .start_execution("Echo", "execution", input, now)
        .expect("it starts");
    let status = machines.describe(&arn).expect("it is known").status;
    let Status::Succeeded { output } = status else {
        panic!("it ends as {}", status.name());
    };
    let expected: Value = json!({
        "literal": text,
        "joined": format!("{text}{text}"),
        "number": number + 1,
        "is_equal": true,
    });
    assert_eq!(*output, expected);
}
