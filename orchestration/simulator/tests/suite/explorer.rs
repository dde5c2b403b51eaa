//! The explorer: paths, counts and counterexamples.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Value, json};
use simulator::explorer::{
    Decision, Explorer, Interleavings, Outcome, Outcomes, OutcomesError, ReplayError, Report, Retries,
};
use simulator::{EventType, Execution, HistoryEvent, Machine, Start};

use crate::support::{callback, machine, task};

fn explorer(machine: Machine, outcomes: Outcomes) -> Explorer {
    Explorer::new(machine, Start::new("test", json!({})), outcomes).unwrap()
}

fn parallel(branches: Value, more: Value) -> Value {
    let mut state = json!({"Type": "Parallel", "Branches": branches, "End": true});
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    state
}

fn branch(name: &str, state: Value) -> Value {
    json!({"StartAt": name, "States": {name: state}})
}

fn good_or(error: &str) -> [Outcome; 2] {
    [Outcome::success(json!("good")), Outcome::failure(error)]
}

/// The endings with their counts.
fn endings(report: &Report) -> Vec<(String, u64)> {
    report
        .endings
        .iter()
        .map(|(ending, count)| (ending.to_string(), *count))
        .collect()
}

/// Three tasks in a row: two outcomes each, and a failure ends the execution.
fn three_in_a_row() -> Explorer {
    let states = json!({
        "A": task(json!({"Next": "B"})), "B": task(json!({"Next": "C"})), "C": task(json!({})),
    });
    let outcomes = ["A", "B", "C"]
        .into_iter()
        .fold(Outcomes::new(), |table, state| table.of(state, good_or("Bad")));
    explorer(machine("A", states), outcomes)
}

#[test]
fn every_path_of_a_machine_is_walked_once() {
    let report = three_in_a_row().explore();

    assert_eq!(report.paths, 4);
    assert!(
        report.complete && report.sampled == 0 && report.violation.is_none(),
        "{report}"
    );
    let expected = [("FAILED Bad".to_owned(), 3), ("SUCCEEDED \"good\"".to_owned(), 1)];
    assert_eq!(endings(&report), expected);
}

#[test]
fn states_that_no_path_enters_are_named() {
    let states = json!({
        "A": task(json!({"Catch": [{"ErrorEquals": ["Rare"], "Next": "Never"}], "Next": "Done"})),
        "Done": {"Type": "Succeed"},
        "Never": {"Type": "Succeed"},
    });

    let report = explorer(machine("A", states), Outcomes::new().of("A", good_or("Bad"))).explore();

    assert_eq!(
        report.visited,
        BTreeSet::from(["A".to_owned(), "Done".to_owned()])
    );
    assert_eq!(report.never_visited, BTreeSet::from(["Never".to_owned()]));
}

#[test]
fn a_retried_failure_passes_once_or_exhausts_the_retries() {
    let retry = json!({"Retry": [{"ErrorEquals": ["Busy", "Slow"], "MaxAttempts": 5}]});
    let outcomes = || Outcomes::new().of("A", good_or("Busy").into_iter().chain([Outcome::failure("Slow")]));

    let report = explorer(machine("A", json!({"A": task(retry)})), outcomes()).explore();
    assert_eq!(report.paths, 5);
    let expected = [
        ("FAILED Busy".to_owned(), 1),
        ("FAILED Slow".to_owned(), 1),
        ("SUCCEEDED \"good\"".to_owned(), 3),
    ];
    assert_eq!(endings(&report), expected);

    let two = json!({"Retry": [{"ErrorEquals": ["Busy", "Slow"], "MaxAttempts": 2}]});
    let free = explorer(machine("A", json!({"A": task(two)})), outcomes()).retries(Retries::Free);
    // Of the first two attempts each succeeds or has one of two failures; of the third all three are ends.
    assert_eq!(free.explore().paths, 1 + 2 + 4 * 3);
}

#[test]
fn an_outcome_with_a_limit_bounds_a_loop() {
    let states = json!({
        "Poll": task(json!({"Next": "IsDone"})),
        "IsDone": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input = 'done' %}", "Next": "Done"}],
            "Default": "Poll"},
        "Done": {"Type": "Succeed"},
    });
    let outcomes = Outcomes::new().of(
        "Poll",
        [
            Outcome::success(json!("pending")).at_most(3),
            Outcome::success(json!("done")),
        ],
    );

    let report = explorer(machine("Poll", states.clone()), outcomes).explore();
    assert_eq!((report.paths, report.complete), (4, true));

    let endless = Outcomes::new().of("Poll", [Outcome::success(json!("pending"))]);
    let report = explorer(machine("Poll", states), endless).max_depth(50).explore();
    assert_eq!((report.paths, report.cut, report.complete), (0, 1, false));
}

#[test]
fn a_callback_has_the_outcomes_of_its_token() {
    let caught =
        json!({"TimeoutSeconds": 60, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}]});
    let states = json!({"Ask": callback(caught), "Late": {"Type": "Pass", "Output": "late", "End": true}});
    let outcomes = Outcomes::new().of(
        "Ask",
        [
            Outcome::failure("NotSent"),
            Outcome::timeout(),
            Outcome::token_success(json!("yes")),
            Outcome::token_failure("Refused"),
            Outcome::token_never(),
            Outcome::token_late(json!("yes")),
        ],
    );

    let report = explorer(machine("Ask", states), outcomes).always_ends().explore();

    assert!(report.complete && report.violation.is_none(), "{report}");
    let expected = [
        ("FAILED NotSent".to_owned(), 1),
        ("FAILED Refused".to_owned(), 1),
        ("SUCCEEDED \"late\"".to_owned(), 3),
        ("SUCCEEDED \"yes\"".to_owned(), 1),
    ];
    assert_eq!(endings(&report), expected);
}

#[test]
fn an_execution_that_waits_for_ever_is_found() {
    let outcomes = Outcomes::new().of("Ask", [Outcome::token_success(json!(1)), Outcome::token_never()]);

    let report = explorer(machine("Ask", json!({"Ask": callback(json!({}))})), outcomes)
        .always_ends()
        .explore();

    let violation = report.violation.unwrap();
    assert_eq!(violation.invariant, "every path ends");
    assert!(violation.execution.status().is_running());
    assert_eq!((report.paths, report.failing), (2, 1));
}

#[test]
fn the_shortest_counterexample_is_printed_and_replayed() {
    let states = json!({
        "Way": task(json!({"Next": "IsShort"})),
        "IsShort": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input = 'short' %}", "Next": "Last"}],
            "Default": "Detour"},
        "Detour": task(json!({"Next": "Last"})),
        "Last": task(json!({})),
    });
    let outcomes = Outcomes::new()
        .of(
            "Way",
            [Outcome::success(json!("long")), Outcome::success(json!("short"))],
        )
        .of("Detour", [Outcome::success(json!("there"))])
        .of("Last", good_or("Bad"));
    let explorer = explorer(machine("Way", states), outcomes).always("nothing is bad", |execution| {
        match execution.status().error() {
            Some(error) => Err(format!("it came to {error}")),
            None => Ok(()),
        }
    });

    let report = explorer.explore();
    let violation = report.violation.as_ref().unwrap();

    assert_eq!((report.paths, report.failing), (4, 2));
    let steps: Vec<String> = violation.decisions.iter().map(Decision::to_string).collect();
    assert_eq!(steps.len(), 2);
    assert!(steps[0].starts_with("Way (task ") && steps[0].ends_with(") succeeds with \"short\""));
    assert!(steps[1].ends_with(") fails with Bad"));
    let text = report.to_string();
    assert!(text.contains("   2. Last (task "), "{text}");
    assert!(text.contains("+0.000 s  execution  failed: Bad"), "{text}");
    let stored = serde_json::to_string(&violation.decisions).unwrap();
    let decisions: Vec<Decision> = serde_json::from_str(&stored).unwrap();
    let replayed = explorer.replay(&decisions).unwrap();
    assert_eq!(replayed.history(), violation.execution.history());
}

#[test]
fn a_replay_rejects_decisions_that_do_not_match_by_their_number() {
    let explorer = three_in_a_row();

    let error = explorer.replay(&[Decision::TimePasses]).unwrap_err();

    assert_eq!(error, ReplayError::NoTimer { number: 1 });
}

#[test]
fn interleavings_of_branches_that_cannot_abort_each_other_are_not_varied() {
    let branches = json!([branch("A", task(json!({}))), branch("B", task(json!({})))]);
    let outcomes = || {
        let two = || [Outcome::success(json!(1)), Outcome::success(json!(2))];
        Outcomes::new().of("A", two()).of("B", two())
    };
    let machine = machine("Both", json!({"Both": parallel(branches, json!({}))}));

    let some = explorer(machine.clone(), outcomes()).explore();
    let all = explorer(machine, outcomes())
        .interleavings(Interleavings::All)
        .explore();

    assert_eq!((some.paths, all.paths), (4, 8));
    assert_eq!(some.racing, BTreeSet::new());
}

#[test]
fn every_order_is_tried_where_one_branch_aborts_the_others() {
    let branches = json!([branch("A", task(json!({}))), branch("B", task(json!({})))]);
    let states = json!({"Both": parallel(branches, json!({}))});
    let outcomes = Outcomes::new()
        .of("A", good_or("Bad"))
        .of("B", [Outcome::success(json!(1))]);
    let failing_if = |kind: EventType| {
        let holds = move |execution: &Execution| {
            let mut events = execution.history().iter();
            let of_b = |event: &HistoryEvent| {
                event.event_type == kind && event.location.state.as_deref() == Some("B")
            };
            if execution.status().error().is_some() && events.any(of_b) {
                return Err(format!("B comes to {kind:?}"));
            }
            Ok(())
        };
        explorer(machine("Both", states.clone()), outcomes.clone())
            .at_end("calm", holds)
            .explore()
    };

    let cut_off = failing_if(EventType::TaskStateAborted);
    let in_vain = failing_if(EventType::TaskSucceeded);

    // Good A before or after B, bad A before B, and bad A after B.
    assert_eq!((cut_off.paths, cut_off.failing, in_vain.failing), (4, 1, 1));
    assert_eq!(cut_off.racing, BTreeSet::from(["Both".to_owned()]));
}

#[test]
fn an_answer_races_against_timers_and_against_its_own_timeout() {
    let branches = json!([
        branch("Stop", json!({"Type": "Wait", "Seconds": 10, "Next": "Break"})),
        branch("Work", task(json!({"TimeoutSeconds": 20}))),
    ]);
    let mut branches = branches;
    branches[0]["States"]["Break"] = json!({"Type": "Fail", "Error": "Stopped"});
    let states = json!({"Both": parallel(branches, json!({}))});
    let done = |outcomes: Vec<Outcome>| {
        let table = Outcomes::new().of("Work", outcomes);
        let report = explorer(machine("Both", states.clone()), table).explore();
        (report.paths, report.complete)
    };

    // Before the Wait is over, or not.
    assert_eq!(done(vec![Outcome::success(json!(1))]), (2, true));
    // What never answers is not yet late when the Wait is over.
    assert_eq!(
        done(vec![Outcome::success(json!(1)), Outcome::timeout()]),
        (2, true)
    );
    assert_eq!(done(vec![Outcome::timeout()]), (1, true));
}

/// Eight tasks in a row whose every outcome goes on: 256 paths.
fn wide() -> Explorer {
    let names: Vec<String> = (0..8).map(|number| format!("T{number}")).collect();
    let mut states = json!({});
    let mut outcomes = Outcomes::new();
    for (index, name) in names.iter().enumerate() {
        let next = names
            .get(index + 1)
            .map_or(json!({"End": true}), |next| json!({"Next": next}));
        let append = json!({"Output": "{% $string($states.input) & $string($states.result.Payload) %}"});
        let mut state = task(next);
        state
            .as_object_mut()
            .unwrap()
            .extend(append.as_object().unwrap().clone());
        states[name] = state;
        outcomes = outcomes.of(name, [Outcome::success(json!(0)), Outcome::success(json!(1))]);
    }
    explorer(machine("T0", states), outcomes)
}

#[test]
fn beyond_the_bound_paths_are_sampled_from_the_seed() {
    let drawn = |seed| wide().max_paths(10).samples(20, seed).explore();

    let (first, again, other) = (drawn(7), drawn(7), drawn(8));

    assert_eq!((first.paths, first.sampled, first.complete), (10, 20, false));
    assert_eq!(first.endings, again.endings);
    assert_ne!(first.endings, other.endings);
    assert!(first.endings.len() > 20, "{first}");
    let all = wide().max_paths(256).explore();
    assert_eq!((all.paths, all.complete, all.endings.len()), (256, true, 256));
}

#[test]
fn a_sampled_counterexample_is_shortened() {
    let fails = |execution: &Execution| {
        let deep = execution
            .history()
            .iter()
            .any(|event| event.location.state.as_deref() == Some("T6"));
        if deep { Err("too deep".to_owned()) } else { Ok(()) }
    };

    let report = wide()
        .max_paths(1)
        .samples(1, 0)
        .at_end("shallow", fails)
        .explore();
    assert_eq!(report.violation.unwrap().decisions.len(), 8);

    let report = wide()
        .max_paths(1)
        .samples(1, 0)
        .always("shallow", fails)
        .explore();
    assert_eq!(report.violation.unwrap().decisions.len(), 6);
}

#[test]
fn an_invariant_is_checked_at_every_step_and_the_start() {
    let calls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&calls);
    let explorer = three_in_a_row().always("counted", move |_| {
        counted.set(counted.get() + 1);
        Ok(())
    });

    explorer.explore();

    // The start, and two after each of three decisions.
    assert_eq!(calls.get(), 7);
}

#[test]
fn a_table_that_does_not_match_its_machine_is_rejected() {
    let refused = |outcomes: Outcomes| {
        let states = json!({"A": task(json!({"Next": "Ask"})), "Ask": callback(json!({}))});
        Explorer::new(machine("A", states), Start::new("test", json!({})), outcomes).unwrap_err()
    };
    let of_a = || Outcomes::new().of("A", [Outcome::success(json!(1))]);
    let state = || "Ask".to_owned();

    assert_eq!(refused(of_a()), OutcomesError::Missing { state: state() });
    let error = refused(of_a().of("Ask", [Outcome::success(json!(1))]));
    assert_eq!(
        error.to_string(),
        "`Ask` waits for a token, so it cannot be that it succeeds with 1: use the outcomes of the token"
    );
    let with_token = of_a().of("Ask", [Outcome::token_never()]);
    let error = refused(with_token.clone().of("A", [Outcome::token_never()]));
    assert_eq!(
        error.to_string(),
        "`A` has no token, so it cannot be that it never gets its token back"
    );
    let state = "Gone".to_owned();
    assert_eq!(
        refused(with_token.of("Gone", [Outcome::timeout()])),
        OutcomesError::UnknownState { state }
    );
}

#[test]
fn the_items_of_a_distributed_map_are_read_and_run_one_by_one() {
    let definition = json!({
        "Type": "Map", "End": true,
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "k"}},
        "ToleratedFailureCount": 1,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Each", "States": {"Each": task(json!({}))},
        },
    });
    let outcomes = Outcomes::new()
        .of(
            "All",
            [Outcome::success(json!([1, 2])), Outcome::failure("S3.NoSuchKey")],
        )
        .of("Each", good_or("Bad"));

    let report = explorer(machine("All", json!({"All": definition})), outcomes)
        .always_ends()
        .explore();

    assert!(
        report.complete && report.violation.is_none() && report.never_visited.is_empty(),
        "{report}"
    );
    assert_eq!(report.racing, BTreeSet::from(["All".to_owned()]));
    let failed: u64 = endings(&report)
        .iter()
        .filter(|(ending, _)| ending.starts_with("FAILED"))
        .map(|(_, count)| count)
        .sum();
    // Two items in two orders, with two outcomes each, of which two bad ones fail; and a reader that fails.
    assert_eq!((report.paths, failed), (9, 3));
}
