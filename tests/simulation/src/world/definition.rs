//! The machine: today's, which is deployed, and yesterday's, whose payloads must still be understood.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use asl::Function as _;
use contracts::sign_up::SignUp;
use serde_json::{Value, json};
use simulator::{Machine, StateMachines, WorkflowType};

/// The definition that is deployed.
const DEFINITION: &str = include_str!("../../../../infra/statemachines/sign-up.asl.json");

/// The machines of a run.
pub(super) fn machines(seed: u64, yesterday: bool) -> StateMachines {
    let mut machines = StateMachines::new(seed);
    let machine = if yesterday { self::yesterday() } else { today() };
    if let Some(machine) = machine {
        machines.register(SignUp::NAME, WorkflowType::Standard, machine);
    }
    machines
}

/// Executions that run go on with yesterday's machine; those that start from now on have today's.
pub(super) fn deploy(machines: &mut StateMachines) {
    if let Some(machine) = today() {
        machines.register(SignUp::NAME, WorkflowType::Standard, machine);
    }
}

fn today() -> Option<Machine> {
    static TODAY: OnceLock<Option<Machine>> = OnceLock::new();
    TODAY.get_or_init(|| machine(DEFINITION)).clone()
}

fn yesterday() -> Option<Machine> {
    static YESTERDAY: OnceLock<Option<Machine>> = OnceLock::new();
    YESTERDAY
        .get_or_init(|| {
            let mut definition: Value = serde_json::from_str(DEFINITION).ok()?;
            age(&mut definition);
            machine(&definition.to_string())
        })
        .clone()
}

/// Yesterday's payloads lack what may be absent and have what is not known any more.
fn age(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(payload)) = fields.get_mut("Payload") {
                payload.shift_remove("locale");
                payload.shift_remove("campaign");
                payload.insert("retired".to_owned(), json!(true));
            }
            fields.values_mut().for_each(age);
        }
        Value::Array(items) => items.iter_mut().for_each(age),
        _ => {}
    }
}

fn machine(definition: &str) -> Option<Machine> {
    let functions = ["StoreUserData", "ValidateEmail", "SetUserStatus", "NotifyWebhook"];
    let arns: BTreeMap<_, _> = functions
        .into_iter()
        .map(|name| (format!("{name}FunctionArn"), name.to_owned()))
        .collect();
    Machine::from_template(definition, &arns).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_machines_can_be_run() {
        assert!(today().is_some());
        assert!(yesterday().is_some());
    }
}
