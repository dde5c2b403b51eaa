//! Which paths a machine has, what they come to, and how that is written. The numbers are computed by hand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::time::Duration;

use asl_analysis::{Hints, max_transitions};
use asl_document::StateMachine;
use asl_reports::{Count, End, MOST_LISTED, Path, Paths, PriceTable, Report, Span, USUAL_CALL, USUAL_HOP};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn machine(start: &str, states: &Value) -> StateMachine {
    serde_json::from_value(json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states})).unwrap()
}

fn report(machine: &StateMachine, hints: &Hints) -> Report {
    Report::of("Example", machine, hints, &PriceTable::US_EAST_1)
}

/// The machine's own paths.
fn paths(start: &str, states: &Value) -> Paths {
    let mut report = report(&machine(start, states), &Hints::default());
    report.paths.swap_remove(0)
}

fn names(path: &Path) -> String {
    let names: Vec<&str> = path.steps.iter().map(|step| &*step.state).collect();
    names.join(" ")
}

fn exactly<T: Copy>(amount: T) -> Span<T> {
    Span {
        least: amount,
        most: Some(amount),
    }
}

fn call(next: &Value, catch: &Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10, "Catch": catch});
    let fields = task.as_object_mut().unwrap();
    fields.extend(next.as_object().unwrap().clone());
    task
}

fn to_fallback() -> Value {
    json!([{"ErrorEquals": ["States.ALL"], "Next": "Fallback"}])
}

/// Stores and then mails, side by side with a wait; what is not stored fails.
fn example() -> StateMachine {
    let mail = json!({"StartAt": "Mail", "States": {
        "Mail": call(&json!({"End": true}), &to_fallback()),
        "Fallback": {"Type": "Pass", "End": true},
    }});
    let rest = json!({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 3, "End": true}}});
    let states = json!({
        "Store": call(&json!({"Next": "Both"}), &json!([{"ErrorEquals": ["States.Timeout"], "Next": "Unstored"}])),
        "Both": {"Type": "Parallel", "Branches": [mail, rest], "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Unstored": {"Type": "Fail", "Error": "NotStored"},
    });
    machine("Store", &states)
}

#[test]
fn every_path_has_its_states_its_end_and_what_it_comes_to() {
    let report = report(&example(), &Hints::default());

    let [well, failed] = report.paths[0].listed.as_slice() else {
        panic!("there are two");
    };
    assert_eq!(names(well), "Store Both Done");
    assert_eq!(well.end, End::Done);
    // Store, Both, Mail, Rest and Done; or Fallback, too.
    assert_eq!(
        well.totals.transitions,
        Span {
            least: 5,
            most: Some(6)
        }
    );
    assert_eq!(well.totals.requests, exactly(2));
    assert_eq!(
        well.totals.expected,
        exactly(USUAL_HOP + USUAL_CALL + Duration::from_secs(3))
    );
    assert_eq!(well.undisturbed.unwrap().transitions, exactly(5));
    assert_eq!(names(failed), "Store Unstored");
    assert_eq!(failed.end, End::Failed(Some("NotStored".to_owned())));
    assert_eq!(
        failed.steps[0].caught.as_deref(),
        Some(&["States.Timeout".to_owned()][..])
    );
    assert_eq!(failed.totals.transitions, exactly(2));
    // The time-out takes all of its time.
    assert_eq!(failed.totals.expected, exactly(Duration::from_secs(10)));
    assert_eq!(failed.undisturbed, None);
    // Two ways through Both, and one past it.
    assert_eq!(report.paths[0].count.number, 3);
}

#[test]
fn what_the_author_expects_stands_in_the_place_of_the_usual_call() {
    let hints = Hints {
        expected: [("Mail".to_owned(), Duration::from_mins(5))].into(),
        ..Hints::default()
    };

    let report = report(&example(), &hints);

    let expected = USUAL_HOP + USUAL_CALL + USUAL_HOP + Duration::from_mins(5);
    assert_eq!(report.undisturbed.unwrap().expected, exactly(expected));
}

#[test]
fn a_retry_is_one_more_transition() {
    let retry = json!({"End": true, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 4}]});
    let machine = machine("Work", &json!({"Work": call(&retry, &json!([]))}));

    assert_eq!(max_transitions(&machine, &Hints::default()), Ok(5));
}

#[test]
fn each_execution_of_a_distributed_map_is_a_transition_of_its_own() {
    let map = |execution_type: Option<&str>| {
        let config = execution_type.map(|kind| json!({"Mode": "DISTRIBUTED", "ExecutionType": kind}));
        let mut processor = json!({"StartAt": "One", "States": {
            "One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Pass", "End": true}}});
        if let Some(config) = config {
            processor["ProcessorConfig"] = config;
        }
        let states =
            json!({"All": {"Type": "Map", "ItemProcessor": processor, "Items": [1, 2, 3], "End": true}});
        machine("All", &states)
    };

    for (kind, transitions) in [
        (None, 1 + 3 * 2),
        (Some("STANDARD"), 1 + 3 * 3),
        (Some("EXPRESS"), 1 + 3),
    ] {
        let machine = map(kind);
        let report = report(&machine, &Hints::default());

        assert_eq!(report.paths[0].listed[0].totals.transitions, exactly(transitions));
        assert_eq!(report.max_transitions, Ok(transitions));
    }
}

#[test]
fn a_loop_is_walked_once_and_once_more() {
    let paths = paths(
        "Poll",
        &json!({
            "Poll": {"Type": "Pass", "Next": "Again"},
            "Again": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Poll"}], "Default": "Done"},
            "Done": {"Type": "Succeed"},
        }),
    );

    let walks: Vec<String> = paths.listed.iter().map(names).collect();
    assert_eq!(walks, ["Poll Again Poll Again Done", "Poll Again Done"]);
}

#[test]
fn a_loop_without_an_end_has_no_path() {
    let paths = paths("Again", &json!({"Again": {"Type": "Pass", "Next": "Again"}}));

    assert_eq!(paths.listed, []);
    assert!(!paths.cut);
}

#[test]
fn a_long_list_is_cut_and_still_counted() {
    let mut states = Map::new();
    for index in 0..20 {
        let next =
            |side: &str| json!({"Type": "Pass", "Next": format!("Which{}", index + 1), "Comment": side});
        let rules = json!([{"Condition": true, "Next": format!("Left{index}")}]);
        let choice = json!({"Type": "Choice", "Choices": rules, "Default": format!("Right{index}")});
        states.insert(format!("Which{index}"), choice);
        states.insert(format!("Left{index}"), next("left"));
        states.insert(format!("Right{index}"), next("right"));
    }
    states.insert("Which20".to_owned(), json!({"Type": "Succeed"}));

    let paths = paths("Which0", &states.into());

    assert!(paths.cut);
    assert_eq!(paths.listed.len(), MOST_LISTED);
    let all = Count {
        number: 1 << 20,
        at_least: false,
    };
    assert_eq!(paths.count, all);
}

/// Choices that lead on to later states only: by position, to which.
fn ways_on() -> impl Strategy<Value = Vec<Vec<usize>>> {
    (2_usize..9).prop_flat_map(|size| {
        (0..size)
            .map(|state| prop::collection::vec(state + 1..=size, 1..4))
            .collect::<Vec<_>>()
    })
}

fn count_one_by_one(ways: &[Vec<usize>], state: usize) -> u64 {
    match ways.get(state) {
        None => 1,
        Some(next) => next.iter().map(|next| count_one_by_one(ways, *next)).sum(),
    }
}

proptest! {
    #[test]
    fn paths_are_counted_as_one_by_one(ways in ways_on()) {
        let name = |state: usize| format!("S{state}");
        let mut states: Map<String, Value> = ways
            .iter()
            .enumerate()
            .map(|(state, next)| {
                let rules: Vec<Value> = next
                    .iter()
                    .map(|next| json!({"Condition": true, "Next": name(*next)}))
                    .collect();
                (name(state), json!({"Type": "Choice", "Choices": rules}))
            })
            .collect();
        states.insert(name(ways.len()), json!({"Type": "Fail"}));

        let paths = paths("S0", &states.into());

        prop_assert_eq!(paths.count.number, count_one_by_one(&ways, 0));
        prop_assert!(!paths.count.at_least);
        prop_assert_eq!(paths.cut, paths.count.number > 500);
    }
}

#[test]
fn a_report_is_legible_as_it_is() {
    let report = report(&example(), &Hints::default()).with_picture("example.svg");

    assert_eq!(report.to_markdown(), report.clone().to_markdown());
    insta::assert_snapshot!(report.to_markdown());
}

#[test]
fn a_report_says_what_has_no_bound_and_what_is_too_long() {
    let states = json!({
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 70, "Next": "All"},
        "All": {"Type": "Map", "End": true, "ItemProcessor": {
            "StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}}},
    });
    let mut machine = machine("Ask", &states);
    machine.timeout_seconds = Some(60);
    let known = Hints {
        items: [("All".to_owned(), 10_000)].into(),
        ..Hints::default()
    };

    let unbounded = report(&machine, &Hints::default()).to_markdown();
    let bounded = report(&machine, &known).to_markdown();

    assert!(unbounded.contains("There is no bound because `All` has an unknown number of items."));
    assert!(bounded.contains("**The longest duration is above the machine's time-out:**"));
    assert!(bounded.contains("**The history may become longer than AWS allows:**"));
}

#[test]
fn what_is_nothing_per_item_is_nothing_for_any_number_of_items() {
    let processor = json!({"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}});
    let paths = paths(
        "All",
        &json!({"All": {"Type": "Map", "ItemProcessor": processor, "End": true}}),
    );

    let totals = paths.listed[0].totals;
    assert_eq!(totals.requests, exactly(0));
    assert_eq!(totals.transitions, Span { least: 1, most: None });
}
