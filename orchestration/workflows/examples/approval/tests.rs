//! All outcomes of an approval.

use serde_json::json;
use simulator::explorer::{Explorer, Outcome, Outcomes};
use simulator::history::Details;
use simulator::{EventType, Execution, Machine, Start, TaskCall};

use super::*;
use crate::support::{Answer, Ran, happened, run};
use crate::{answers, purchase};

const TAKEN: &str = "DynamoDB.ConditionalCheckFailedException";

fn machine() -> Machine {
    Machine::from_json(&approve_purchase().build().unwrap().to_json().unwrap()).unwrap()
}

/// Runs a purchase whose messages come to what `desk` says; what is decided is recorded.
fn run_with(desk: impl Fn(&TaskCall) -> Answer) -> Ran {
    run(&machine(), purchase(), |call| {
        if call.task_token.is_some() {
            desk(call)
        } else {
            Answer::Returns(json!({}))
        }
    })
}

fn asks(call: &TaskCall, approver: &str) -> bool {
    call.payload()["approver"] == approver
}

/// The purchase lies on the desk, and nobody looks at it.
fn silence() -> Answer {
    Answer::Completes(None, Duration::from_hours(4))
}

#[test]
fn the_definition_is_as_reviewed() {
    insta::assert_snapshot!(approve_purchase().build().unwrap().to_json().unwrap());
}

#[test]
fn the_first_answer_is_recorded_with_whose_it_is() {
    for (verdict, state) in [("approved", "RecordApproval"), ("refused", "RecordRefusal")] {
        let ran = run_with(|call| answers(verdict, call, Duration::from_hours(1)));

        assert_eq!(ran.states(), ["AskApprover", state]);
        assert_eq!(ran.output(), &json!({"verdict": verdict}));
        let item = &ran.arguments(state)[0]["Item"];
        assert_eq!(item["verdict"]["S"], verdict);
        assert_eq!(item["approver"]["S"], "team-lead");
        assert_eq!(item["decidedAt"]["S"], "2025-01-01T01:00:00.000Z");
    }
}

#[test]
fn an_approver_who_is_silent_is_reminded_before_the_next_one_is_asked() {
    let ran = run_with(|call| {
        if asks(call, "board") {
            answers("approved", call, Duration::from_hours(1))
        } else {
            silence()
        }
    });

    let messages = ran.calls.iter().filter(|call| call.task_token.is_some());
    let messages: Vec<_> = messages
        .map(|call| {
            (
                call.payload()["approver"].clone(),
                call.payload()["occasion"].clone(),
            )
        })
        .collect();
    let expected = [
        ("team-lead", "request"),
        ("team-lead", "reminder"),
        ("head-of-department", "request"),
        ("head-of-department", "reminder"),
        ("board", "request"),
    ];
    assert_eq!(
        messages,
        expected.map(|(approver, occasion)| (json!(approver), json!(occasion)))
    );
    assert_eq!(
        ran.execution.now() - ran.execution.started_at(),
        Duration::from_millis(17 * 3_600_000 + 200)
    );
    assert_eq!(ran.output()["verdict"], "approved");
}

#[test]
fn an_answer_to_the_reminder_counts() {
    let ran = run_with(|call| match &*call.state {
        "RemindApprover" => answers("refused", call, Duration::from_hours(3)),
        _ => silence(),
    });

    assert_eq!(ran.states(), ["AskApprover", "RemindApprover", "RecordRefusal"]);
}

#[test]
fn a_message_that_the_desk_lost_is_not_waited_for() {
    let ran = run_with(|_| Answer::Completes(None, Duration::ZERO));

    let took = ran.execution.now() - ran.execution.started_at();
    assert_eq!(took, 6 * HEARTBEAT + Duration::from_millis(200));
    assert_eq!(ran.output()["verdict"], "unanswered");
}

#[test]
fn a_role_that_nobody_has_is_passed_over_without_a_reminder() {
    let ran = run_with(|call| {
        if asks(call, "team-lead") {
            Answer::Fails("RoleVacant")
        } else {
            answers("approved", call, Duration::from_hours(1))
        }
    });

    assert_eq!(ran.arguments("AskApprover").len(), 2);
    assert_eq!(ran.arguments("RemindApprover").len(), 0);
    assert_eq!(
        ran.arguments("RecordApproval")[0]["Item"]["approver"]["S"],
        "head-of-department"
    );
}

#[test]
fn at_most_three_are_asked_and_fewer_if_there_are_no_more() {
    for (approvers, asked) in [
        (json!([]), 0),
        (json!(["a"]), 1),
        (json!(["a", "b", "c", "d"]), 3),
    ] {
        let mut purchase = purchase();
        purchase["approvers"] = approvers;

        let ran = run(&machine(), purchase, |call| {
            if call.task_token.is_some() {
                silence()
            } else {
                Answer::Returns(json!({}))
            }
        });

        assert_eq!(ran.arguments("AskApprover").len(), asked);
        assert_eq!(ran.output()["verdict"], "unanswered");
        assert_eq!(
            ran.arguments("RecordSilence")[0]["Item"]["approver"],
            json!({"NULL": true})
        );
    }
}

#[test]
fn the_time_for_an_answer_has_bounds_that_fit_the_desk_and_the_workflow() {
    let longest = LONGEST.as_secs();
    for (seconds, is_allowed) in [(900, false), (901, true), (longest, true), (longest + 1, false)] {
        let mut purchase = purchase();
        purchase["answerWithinSeconds"] = json!(seconds);

        let ran = run(&machine(), purchase, |call| {
            if call.task_token.is_some() {
                Answer::Completes(None, Duration::from_secs(seconds))
            } else {
                Answer::Returns(json!({}))
            }
        });

        let error = ran.execution.status().error();
        assert_eq!(error, (!is_allowed).then_some("TimeNotAllowed"), "{seconds} s");
    }
}

#[test]
fn a_decision_that_is_not_kept_fails_the_approval_by_name() {
    for (error, expected) in [
        (TAKEN, "AlreadyDecided"),
        ("DynamoDB.ValidationException", "NotRecorded"),
    ] {
        let ran = run(&machine(), purchase(), |call| match &*call.state {
            "RecordApproval" => Answer::Fails(error),
            _ => answers("approved", call, Duration::from_hours(1)),
        });

        assert_eq!(ran.execution.status().error(), Some(expected));
    }
}

fn outcomes() -> Outcomes {
    let answer = |verdict: &str| json!({"verdict": verdict, "approver": "any"});
    let message = || {
        [
            Outcome::token_success(answer("approved")),
            Outcome::token_success(answer("refused")),
            Outcome::token_never(),
            Outcome::token_late(answer("approved")),
            Outcome::failure("RoleVacant"),
        ]
    };
    let asked = Outcomes::new()
        .of("AskApprover", message())
        .of("RemindApprover", message());
    ["RecordApproval", "RecordRefusal", "RecordSilence"]
        .into_iter()
        .fold(asked, |outcomes, state| {
            let recorded = [
                Outcome::success(json!({})),
                Outcome::failure(TAKEN),
                Outcome::timeout(),
            ];
            outcomes.of(state, recorded)
        })
}

/// The verdicts that approvers gave while somebody waited for them.
fn verdicts(execution: &Execution) -> Vec<String> {
    let answers = execution
        .history()
        .iter()
        .filter_map(|event| match &event.details {
            Details::TaskOutput { output, .. } => output["verdict"].as_str().map(str::to_owned),
            _ => None,
        });
    answers.collect()
}

/// One record, of what was answered or of the silence; or none, and the approval has failed.
fn is_decided_once(execution: &Execution) -> Result<(), String> {
    let recorded = [
        ("approved", "RecordApproval"),
        ("refused", "RecordRefusal"),
        ("unanswered", "RecordSilence"),
    ];
    let recorded = recorded
        .iter()
        .filter(|(_, state)| happened(execution, state, EventType::TaskSucceeded));
    let recorded: Vec<_> = recorded.map(|(verdict, _)| *verdict).collect();
    if let Some(error) = execution.status().error() {
        let is_known = ["AlreadyDecided", "NotRecorded"].contains(&error);
        return (is_known && recorded.is_empty())
            .then_some(())
            .ok_or_else(|| format!("it failed with {error}, and recorded {recorded:?}"));
    }
    let answered = verdicts(execution);
    let expected = match answered.as_slice() {
        [] => "unanswered",
        [verdict] => verdict,
        several => return Err(format!("{several:?} were answered")),
    };
    let left = execution.status().output().map(|output| &output["verdict"]);
    if recorded == [expected] && left == Some(&json!(expected)) {
        return Ok(());
    }
    Err(format!(
        "{expected} was answered, {recorded:?} recorded, and {left:?} is left"
    ))
}

#[test]
fn every_path_ends_with_exactly_one_decision() {
    let report = Explorer::new(machine(), Start::new("one", purchase()), outcomes())
        .unwrap()
        .always_ends()
        .at_end("there is exactly one decision", is_decided_once)
        .explore();

    assert!(report.complete && report.violation.is_none(), "{report}");
    let elsewhere = ["TimeNotAllowed"];
    assert!(report.never_visited.iter().eq(elsewhere), "{report}");
}
