//! The emitted sign-up, explored with all outcomes that its functions declare.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;
use simulator::explorer::{Explorer, Outcome, Outcomes};
use simulator::history::Details;
use simulator::{EventType, Execution, Machine, Start};

fn machine() -> Machine {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/statemachines/sign-up.asl.json");
    let functions = ["StoreUserData", "ValidateEmail", "SetUserStatus", "NotifyWebhook"];
    let functions = functions.map(|name| (format!("{name}FunctionArn"), name.to_owned()));
    let machine = (
        "RedeliverWebhookStateMachineArn".to_owned(),
        "RedeliverWebhook".to_owned(),
    );
    let substitutions: BTreeMap<String, String> = functions.into_iter().chain([machine]).collect();
    Machine::from_template(&fs::read_to_string(path).unwrap(), &substitutions).unwrap()
}

/// These errors, and no answer at all. The errors of AWS itself are retried and caught like those.
fn failures(errors: &[&str]) -> impl Iterator<Item = Outcome> {
    errors
        .iter()
        .map(|error| Outcome::failure(*error))
        .chain([Outcome::timeout()])
}

/// The results and the errors that the functions declare in their contracts.
fn outcomes() -> Outcomes {
    let stored = |outcome: &str| Outcome::success(json!({"outcome": outcome, "addressKey": "key"}));
    let recorded = |outcome: &str| Outcome::success(json!({"outcome": outcome}));
    let mut outcomes = Outcomes::new()
        .of("StoreUserData", [stored("stored"), stored("held")])
        .of(
            "StoreUserData",
            failures(&["StoreUnavailable", "SignUpNotPending"]),
        )
        .of(
            "ValidateEmail",
            [
                Outcome::token_success(json!({})),
                Outcome::token_never(),
                Outcome::token_late(json!({})),
            ],
        )
        .of(
            "ValidateEmail",
            failures(&[
                "StoreUnavailable",
                "MailUnavailable",
                "MailRateExceeded",
                "MailQuotaUsedUp",
                "MailRefused",
                "AddressSuppressed",
                "WindowEnded",
                "SignUpEnded",
                "AlreadyConfirmed",
                "AddressAlreadyConfirmed",
            ]),
        )
        .of(
            "NotifyWebhook",
            [Outcome::success(json!({"delivery": "delivered"}))],
        )
        .of(
            "NotifyWebhook",
            failures(&[
                "StoreUnavailable",
                "WebhookUnavailable",
                "WebhookRefused",
                "WebhookPaused",
                "SecretUnavailable",
            ]),
        )
        .of(
            "RedeliverWebhook",
            [Outcome::success(json!({"ExecutionArn": "arn", "StartDate": 0}))],
        )
        .of(
            "RedeliverWebhook",
            [Outcome::failure("StepFunctions.ExecutionAlreadyExistsException")],
        )
        .of("RecordVerified", [recorded("verified")]);
    for (state, outcome) in [
        ("Confirmed", "verified"),
        ("AddressConfirmed", "verified"),
        ("Suppression", "suppressed"),
        ("WindowEnd", "expired"),
        ("Expired", "expired"),
        ("ValidationFailure", "failed"),
        ("StorageFailure", "failed"),
    ] {
        outcomes = outcomes.of(format!("Record{state}"), [recorded(outcome)]);
    }
    for state in [
        "Verified",
        "Confirmed",
        "AddressConfirmed",
        "Suppression",
        "WindowEnd",
        "Expired",
        "ValidationFailure",
        "StorageFailure",
    ] {
        let errors = ["StoreUnavailable", "SignUpEnded", "AddressKeyMissing"];
        outcomes = outcomes.of(format!("Record{state}"), failures(&errors));
    }
    outcomes
}

/// The webhook is called only if data is stored.
fn webhook_follows_stored_data(execution: &Execution) -> Result<(), String> {
    let is_stored = |execution: &Execution| {
        execution.history().iter().any(|event| match &event.details {
            Details::StateExited { name, output, .. } => {
                &**name == "StoreUserData" && output["outcome"] == "stored"
            }
            _ => false,
        })
    };
    let is_called = execution.history().iter().any(|event| {
        event.event_type == EventType::TaskScheduled
            && event.location.state.as_deref() == Some("NotifyWebhook")
    });
    if is_called && !is_stored(execution) {
        Err("the webhook is called although nothing is stored".to_owned())
    } else {
        Ok(())
    }
}

#[test]
fn every_path_of_the_sign_up_ends_and_no_webhook_is_called_without_stored_data() {
    let input = json!({"userId": "1", "email": "ada@example.org"});
    let explorer = Explorer::new(machine(), Start::new("sign-up", input), outcomes())
        .unwrap()
        .always(
            "NotifyWebhook is called for stored data only",
            webhook_follows_stored_data,
        )
        .always_ends();

    let report = explorer.explore();

    assert!(report.complete && report.violation.is_none(), "{report}");
    let never: Vec<&str> = report.never_visited.iter().map(String::as_str).collect();
    // Every task in the branches catches every error.
    assert_eq!(never, ["BranchFailed"], "{report}");
    assert!(report.paths > 1_000, "{report}");
}
