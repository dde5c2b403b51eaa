//! The deployed machine, and the previous version, which new versions of the functions must still serve.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use asl::Function as _;
use contracts::notify_webhook::NotifyWebhook;
use contracts::redeliver_webhook::{AttemptRedelivery, RedeliverWebhook};
use contracts::sign_up::SignUp;
use serde_json::{Value, json};
use simulator::{Machine, StateMachines, WorkflowType};

use crate::contacts::Contacts;
use crate::scenario::Scenario;

const WITH_EMAIL: &str = include_str!("../../../../infra/statemachines/sign-up.asl.json");
const WITH_CONTACTS: &str = include_str!("../../../../infra/statemachines/sign-up-contacts.asl.json");
const REDELIVERY: &str = include_str!("../../../../infra/statemachines/redeliver-webhook.asl.json");

/// A version of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Version {
    Current(Contacts),
    Previous(Contacts),
}

impl Version {
    /// The version with which a run of the scenario starts.
    pub(super) fn at_start(scenario: &Scenario) -> Self {
        match scenario.deployed_at {
            None => Self::Current(scenario.contacts),
            Some(_) if scenario.is_replaced => Self::Previous(Contacts::Email),
            Some(_) => Self::Previous(scenario.contacts),
        }
    }

    fn machine(self) -> Machine {
        static CURRENT: LazyLock<[Machine; 2]> = LazyLock::new(|| [WITH_EMAIL, WITH_CONTACTS].map(machine));
        static PREVIOUS: LazyLock<[Machine; 2]> =
            LazyLock::new(|| [WITH_EMAIL, WITH_CONTACTS].map(previous_machine));

        let (machines, contacts) = match self {
            Self::Current(contacts) => (&CURRENT, contacts),
            Self::Previous(contacts) => (&PREVIOUS, contacts),
        };
        let [with_email, with_contacts] = &**machines;
        match contacts {
            Contacts::Email => with_email.clone(),
            Contacts::EmailAndSms => with_contacts.clone(),
        }
    }
}

/// The machines at the start of a run.
pub(crate) fn machines(seed: u64, version: Version) -> StateMachines {
    static REDELIVER_WEBHOOK: LazyLock<Machine> = LazyLock::new(|| machine(REDELIVERY));

    let mut machines = StateMachines::new(seed);
    machines.register(
        RedeliverWebhook::NAME,
        WorkflowType::Standard,
        REDELIVER_WEBHOOK.clone(),
    );
    machines.register(SignUp::NAME, WorkflowType::Standard, version.machine());
    machines
}

/// Running executions keep the previous machine, as on AWS; new ones get the current machine.
pub(super) fn deploy(machines: &mut StateMachines, contacts: Contacts) {
    let machine = Version::Current(contacts).machine();
    machines.register(SignUp::NAME, WorkflowType::Standard, machine);
}

#[expect(
    clippy::expect_used,
    reason = "the definition is committed and read by every run"
)]
fn previous_machine(definition: &str) -> Machine {
    let mut definition = serde_json::from_str(definition).expect("the definition is JSON");
    make_previous(&mut definition);
    machine(&definition.to_string())
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
    let functions = [
        "StoreUserData",
        "ValidateEmail",
        "ValidateContacts",
        "SetUserStatus",
        "NotifyWebhook",
    ];
    let mut arns: BTreeMap<_, _> = functions
        .into_iter()
        .map(|name| (format!("{name}FunctionArn"), name.to_owned()))
        .collect();
    // It is the same function, deployed a second time.
    let attempts = format!("{}FunctionArn", AttemptRedelivery::NAME);
    arns.insert(attempts, NotifyWebhook::NAME.to_owned());
    let redelivery = format!("{}StateMachineArn", RedeliverWebhook::NAME);
    arns.insert(redelivery, RedeliverWebhook::NAME.to_owned());
    Machine::from_template(definition, &arns).expect("the simulator accepts the definition")
}
