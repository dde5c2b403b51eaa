//! Paths, totals and Markdown of reports, against numbers that were computed by hand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::time::Duration;

use asl_analysis::{Hints, max_transitions};
use asl_document::StateMachine;
use asl_reports::{
    Interval, MAX_LISTED_PATHS, Path, PathCount, PathEnd, Paths, PriceTable, Report, TYPICAL_CALL,
    TYPICAL_HOP,
};
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

fn exactly<T: Copy>(amount: T) -> Interval<T> {
    Interval {
        min: amount,
        max: Some(amount),
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
fn a_path_has_states_an_end_and_totals() {
    let report = report(&example(), &Hints::default());

    let [well, failed] = report.paths[0].listed.as_slice() else {
        panic!("there are two");
    };
    assert_eq!(names(well), "Store Both Done");
    assert_eq!(well.end, PathEnd::Succeeded);
    // Store, Both, Mail, Rest and Done; or Fallback, too.
    assert_eq!(well.totals.transitions, Interval { min: 5, max: Some(6) });
    assert_eq!(well.totals.requests, exactly(2));
    assert_eq!(
        well.totals.expected,
        exactly(TYPICAL_HOP + TYPICAL_CALL + Duration::from_secs(3))
    );
    assert_eq!(well.error_free.unwrap().transitions, exactly(5));
    assert_eq!(names(failed), "Store Unstored");
    assert_eq!(failed.end, PathEnd::Failed(Some("NotStored".to_owned())));
    assert_eq!(
        failed.steps[0].caught.as_deref(),
        Some(&["States.Timeout".to_owned()][..])
    );
    assert_eq!(failed.totals.transitions, exactly(2));
    // The timeout takes all of its time.
    assert_eq!(failed.totals.expected, exactly(Duration::from_secs(10)));
    assert_eq!(failed.error_free, None);
    // Two paths through Both, and one without it.
    assert_eq!(report.paths[0].count.number, 3);
}

#[test]
fn a_hint_replaces_the_typical_call_duration() {
    let hints = Hints {
        expected: [("Mail".to_owned(), Duration::from_mins(5))].into(),
        ..Hints::default()
    };

    let report = report(&example(), &hints);

    let expected = TYPICAL_HOP + TYPICAL_CALL + TYPICAL_HOP + Duration::from_mins(5);
    assert_eq!(report.error_free.unwrap().expected, exactly(expected));
}

#[test]
fn a_retry_adds_a_transition() {
    let retry = json!({"End": true, "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 4}]});
    let machine = machine("Work", &json!({"Work": call(&retry, &json!([]))}));

    assert_eq!(max_transitions(&machine, &Hints::default()), Ok(5));
}

#[test]
fn a_child_execution_of_a_distributed_map_is_a_transition() {
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
fn a_loop_is_passed_or_repeated_once() {
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
fn an_endless_loop_has_no_path() {
    let paths = paths("Again", &json!({"Again": {"Type": "Pass", "Next": "Again"}}));

    assert_eq!(paths.listed, []);
    assert!(!paths.is_truncated);
}

#[test]
fn a_truncated_list_is_still_counted() {
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

    assert!(paths.is_truncated);
    assert_eq!(paths.listed.len(), MAX_LISTED_PATHS);
    let all = PathCount {
        number: 1 << 20,
        is_lower_bound: false,
    };
    assert_eq!(paths.count, all);
}

/// A directed acyclic graph of Choices: the successors of each state.
fn acyclic_successors() -> impl Strategy<Value = Vec<Vec<usize>>> {
    (2_usize..9).prop_flat_map(|size| {
        (0..size)
            .map(|state| prop::collection::vec(state + 1..=size, 1..4))
            .collect::<Vec<_>>()
    })
}

fn count_recursively(successors: &[Vec<usize>], state: usize) -> u64 {
    match successors.get(state) {
        None => 1,
        Some(next) => next.iter().map(|next| count_recursively(successors, *next)).sum(),
    }
}

proptest! {
    #[test]
    fn the_count_equals_a_recursive_count(successors in acyclic_successors()) {
        let name = |state: usize| format!("S{state}");
        let mut states: Map<String, Value> = successors
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
        states.insert(name(successors.len()), json!({"Type": "Fail"}));

        let paths = paths("S0", &states.into());

        prop_assert_eq!(paths.count.number, count_recursively(&successors, 0));
        prop_assert!(!paths.count.is_lower_bound);
        prop_assert_eq!(paths.is_truncated, paths.count.number > 500);
    }
}

#[test]
fn the_markdown_of_a_report() {
    let report = report(&example(), &Hints::default()).with_diagrams(&example(), "example.svg");

    assert_eq!(report.to_markdown(), report.clone().to_markdown());
    insta::assert_snapshot!(report.to_markdown());
}

#[test]
fn a_report_warns_of_absent_and_exceeded_bounds() {
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
    assert!(bounded.contains("**The worst-case duration exceeds the machine's timeout:**"));
    assert!(bounded.contains("**The history may exceed the quota of AWS:**"));
}

#[test]
fn zero_per_item_is_zero_for_an_unknown_number_of_items() {
    let processor = json!({"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}});
    let paths = paths(
        "All",
        &json!({"All": {"Type": "Map", "ItemProcessor": processor, "End": true}}),
    );

    let totals = paths.listed[0].totals;
    assert_eq!(totals.requests, exactly(0));
    assert_eq!(totals.transitions, Interval { min: 1, max: None });
}
