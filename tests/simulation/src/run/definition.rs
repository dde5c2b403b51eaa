//! The deployed machine, and the previous version, which new versions of the functions must still serve.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use asl::Function as _;
use contracts::sign_up::SignUp;
use serde_json::{Value, json};
use simulator::{Machine, StateMachines, WorkflowType};

const DEFINITION: &str = include_str!("../../../../infra/statemachines/sign-up.asl.json");

static CURRENT: LazyLock<Machine> = LazyLock::new(|| machine(DEFINITION));

#[expect(
    clippy::expect_used,
    reason = "the definition is committed and read by every run"
)]
static PREVIOUS: LazyLock<Machine> = LazyLock::new(|| {
    let mut definition = serde_json::from_str(DEFINITION).expect("the definition is JSON");
    make_previous(&mut definition);
    machine(&definition.to_string())
});

/// The machines at the start of a run.
pub(crate) fn machines(seed: u64, previous: bool) -> StateMachines {
    let mut machines = StateMachines::new(seed);
    let machine = if previous { &PREVIOUS } else { &CURRENT };
    machines.register(SignUp::NAME, WorkflowType::Standard, Machine::clone(machine));
    machines
}

/// Running executions keep the previous machine, as on AWS; new ones get the current machine.
pub(super) fn deploy(machines: &mut StateMachines) {
    machines.register(SignUp::NAME, WorkflowType::Standard, CURRENT.clone());
}

/// In the previous version, payloads lack the fields that are optional now, and have a field that was removed since.
fn make_previous(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(payload)) = fields.get_mut("Payload") {
                payload.shift_remove("locale");
                payload.shift_remove("campaign");
                payload.insert("retired".to_owned(), json!(true));
            }
            fields.values_mut().for_each(make_previous);
        }
        Value::Array(items) => items.iter_mut().for_each(make_previous),
        _ => {}
    }
}

#[expect(
    clippy::expect_used,
    reason = "the definition is committed and read by every run"
)]
fn machine(definition: &str) -> Machine {
    let functions = ["StoreUserData", "ValidateEmail", "SetUserStatus", "NotifyWebhook"];
    let arns: BTreeMap<_, _> = functions
        .into_iter()
        .map(|name| (format!("{name}FunctionArn"), name.to_owned()))
        .collect();
    Machine::from_template(definition, &arns).expect("the simulator accepts the definition")
}
