//! All outcomes of an order.

use asl::document::State;
use serde_json::json;
use simulator::explorer::{Explorer, Outcome, Outcomes};
use simulator::{EventType, Execution, Machine, Start, TaskCall};

use super::*;
use crate::support::{Answer, Ran, happened, run};
use crate::{order, well};

const TAKEN: &str = "DynamoDB.ConditionalCheckFailedException";
const ALL_UNDOS: [&str; 3] = ["CancelShipment", "RefundCharge", "ReleaseBicycle"];

fn machine(workflow: &Workflow<PlaceOrder>) -> Machine {
    Machine::from_json(&workflow.build().unwrap().to_json().unwrap()).unwrap()
}

/// All goes well, but for the states that are named: they fail with these errors, or time out where none is given.
fn run_with(failing: &[(&str, Option<&'static str>)]) -> Ran {
    let fails = |call: &TaskCall| failing.iter().find(|(state, _)| *state == &*call.state);
    run(&machine(&place_order()), order(), |call| match fails(call) {
        Some((_, Some(error))) => Answer::Fails(error),
        Some((_, None)) => Answer::Nothing,
        None => well(call),
    })
}

#[test]
fn the_definition_is_as_reviewed() {
    insta::assert_snapshot!(place_order().build().unwrap().to_json().unwrap());
}

#[test]
fn an_order_that_goes_well_undoes_nothing() {
    let ran = run_with(&[]);

    assert_eq!(
        ran.states(),
        ["ReserveBicycle", "ChargeCard", "BookShipment", "PutOrderPlaced"]
    );
    assert_eq!(
        ran.output(),
        &json!({"outcome": "placed", "shipment": "s-5", "reason": null})
    );
}

#[test]
fn whichever_step_fails_it_and_those_before_it_are_undone_in_reverse() {
    let cases: [(&str, Option<&str>, &[&str]); 8] = [
        (
            "ReserveBicycle",
            Some("DynamoDB.ValidationException"),
            &["ReleaseBicycle"],
        ),
        ("ReserveBicycle", None, &["ReleaseBicycle"]),
        (
            "ChargeCard",
            Some("CardDeclined"),
            &["RefundCharge", "ReleaseBicycle"],
        ),
        ("ChargeCard", None, &["RefundCharge", "ReleaseBicycle"]),
        ("BookShipment", Some("AddressNotServed"), &ALL_UNDOS),
        ("BookShipment", None, &ALL_UNDOS),
        ("PutOrderPlaced", Some("EventBridge.FailedEntry"), &ALL_UNDOS),
        ("PutOrderPlaced", None, &ALL_UNDOS),
    ];
    for (failing, error, undos) in cases {
        let ran = run_with(&[(failing, error)]);

        let states = ran.states();
        let undone: Vec<_> = states
            .into_iter()
            .skip_while(|state| *state != failing)
            .skip(1)
            .collect();
        assert_eq!(
            undone,
            [undos, &["PutOrderCancelled"]].concat(),
            "{failing} {error:?}"
        );
        let reason = error.unwrap_or("States.Timeout");
        assert_eq!(
            ran.output(),
            &json!({"outcome": "cancelled", "shipment": null, "reason": reason})
        );
    }
}

#[test]
fn a_bicycle_that_another_order_has_stays_with_it() {
    let ran = run_with(&[("ReserveBicycle", Some(TAKEN)), ("ReleaseBicycle", Some(TAKEN))]);

    assert_eq!(
        ran.states(),
        ["ReserveBicycle", "ReleaseBicycle", "PutOrderCancelled"]
    );
    assert_eq!(ran.output()["reason"], "AlreadySold");
    assert_eq!(
        ran.arguments("ReleaseBicycle")[0]["ConditionExpression"],
        "#order = :order"
    );
}

#[test]
fn a_charge_and_its_refund_share_a_key_that_no_other_order_has() {
    let ran = run_with(&[("ChargeCard", None)]);

    let charges = ran.arguments("ChargeCard");
    let key = &ran.arguments("RefundCharge")[0]["Payload"]["key"];
    assert_eq!(charges.len(), 3, "a charge that times out is tried again");
    assert!(charges.iter().all(|charge| charge["Payload"]["key"] == *key));
    assert_eq!(*key, ran.execution.arn());
}

#[test]
fn an_undo_that_fails_is_handed_to_a_person_and_the_rest_is_undone() {
    for (place, undo, error) in [
        (0, "CancelShipment", Some("AlreadyShipped")),
        (1, "RefundCharge", Some("RefundRefused")),
        (2, "ReleaseBicycle", None),
    ] {
        let ran = run_with(&[("PutOrderPlaced", None), (undo, error)]);

        let by_hand = format!("{undo}ByHand");
        let mut expected = [&ALL_UNDOS[..], &["PutOrderCancelled"]].concat();
        expected.insert(place + 1, &by_hand);
        assert_eq!(ran.states()[4..], expected);
        let error = error.unwrap_or("States.Timeout");
        assert_eq!(
            ran.arguments(&by_hand)[0]["MessageBody"],
            json!({"order": "o-1", "undo": undo, "key": ran.execution.arn(), "error": error})
        );
    }
}

#[test]
fn the_rest_is_undone_even_if_nobody_can_be_told() {
    let ran = run_with(&[
        ("BookShipment", Some("AddressNotServed")),
        ("RefundCharge", Some("RefundRefused")),
        ("RefundChargeByHand", Some("SQS.AccessDeniedException")),
    ]);

    assert_eq!(
        ran.states()[3..],
        [
            "CancelShipment",
            "RefundCharge",
            "RefundChargeByHand",
            "ReleaseBicycle",
            "PutOrderCancelled"
        ]
    );
    assert_eq!(ran.execution.status().error(), Some("LeftUndone"));
}

#[test]
fn an_order_whose_end_cannot_be_told_fails() {
    let ran = run_with(&[
        ("ChargeCard", Some("CardDeclined")),
        ("PutOrderCancelled", Some("EventBridge.FailedEntry")),
    ]);

    assert_eq!(ran.execution.status().error(), Some("CancellationNotTold"));
}

/// Each task gives its result, fails with an error, or never answers. Errors that differ by their name alone lead the
/// same way.
fn outcomes(workflow: &Workflow<PlaceOrder>) -> Outcomes {
    let error_of = |state: &str| match state {
        "ReserveBicycle" | "ReleaseBicycle" => TAKEN,
        "ChargeCard" => "CardDeclined",
        "RefundCharge" => "RefundRefused",
        "BookShipment" => "AddressNotServed",
        "CancelShipment" => "AlreadyShipped",
        _ => "EventBridge.FailedEntry",
    };
    let states = workflow.build().unwrap().states;
    let tasks = states.iter().filter(|(_, state)| matches!(state, State::Task(_)));
    tasks.fold(Outcomes::new(), |outcomes, (name, _)| {
        let result = match name.as_str() {
            "BookShipment" => json!({"shipment": "s-5"}),
            _ => json!({"MessageId": "m-1"}),
        };
        let outcomes = outcomes.of(name, [Outcome::success(result)]);
        // That the last event cannot be put has a test of its own.
        if name == "PutOrderCancelled" {
            return outcomes;
        }
        let outcomes = outcomes.of(name, [Outcome::failure(error_of(name))]);
        // A timeout of the queue has the same consequences as a failure.
        if name.ends_with("ByHand") {
            return outcomes;
        }
        outcomes.of(name, [Outcome::timeout()])
    })
}

fn explorer(workflow: &Workflow<PlaceOrder>) -> Explorer {
    Explorer::new(machine(workflow), Start::new("one", order()), outcomes(workflow))
        .unwrap()
        .always_ends()
}

/// What `step` did, or may have done before its time was up, stands in an order that is placed, or is undone, or a person
/// was told: by the queue, or since the order fails.
fn stands_or_is_settled(step: &str, undo: &str) -> impl Fn(&Execution) -> Result<(), String> + 'static {
    let (step, undo, by_hand) = (step.to_owned(), undo.to_owned(), format!("{undo}ByHand"));
    move |execution| {
        let done = |state: &str| happened(execution, state, EventType::TaskSucceeded);
        let may_be_done = done(&step) || happened(execution, &step, EventType::TaskTimedOut);
        let placed = done("PutOrderPlaced");
        let settled = done(&undo) || done(&by_hand) || execution.status().error() == Some("LeftUndone");
        if may_be_done && !placed && !settled {
            return Err(format!("{step} may be done, and {undo} is not"));
        }
        Ok(())
    }
}

#[test]
fn on_no_path_is_anybody_charged_without_a_shipment_or_a_person_being_told() {
    let report = explorer(&place_order())
        .at_end(
            "charged and shipped, or settled",
            stands_or_is_settled("ChargeCard", "RefundCharge"),
        )
        .at_end(
            "shipped and charged, or settled",
            stands_or_is_settled("BookShipment", "CancelShipment"),
        )
        .explore();

    assert!(report.complete && report.violation.is_none(), "{report}");
    assert!(
        report.never_visited.iter().eq(["CancellationNotTold"]),
        "{report}"
    );
}

#[test]
fn an_undo_that_is_declared_behind_its_step_forgets_what_timed_out() {
    let naive = PlaceOrder::define(|order| {
        saga(
            charge(order)
                .compensate(|_| refund(order))
                .then(|_| book_shipment(order))
                .then(|booked| tell_placed(order, booked)),
        )
        .catch_all_with_undos(|error, not_undone| tell_cancelled(order, error, not_undone))
    });

    let report = explorer(&naive)
        .at_end(
            "charged and shipped, or settled",
            stands_or_is_settled("ChargeCard", "RefundCharge"),
        )
        .explore();

    assert_eq!(
        report.violation.unwrap().message,
        "ChargeCard may be done, and RefundCharge is not"
    );
}
