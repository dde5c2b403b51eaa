//! How large things may be, and what is refused because of its bounds.

use serde_json::{Value, json};
use simulator::{DefinitionError, Machine, NotRedrivable, Status};

use crate::support::{fail, machine, next_task, output, start, succeed, task};

const KIB: usize = 1024;

fn problems(definition: Value) -> Vec<String> {
    match Machine::from_json(&definition.to_string()) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

fn problems_of(states: Value) -> Vec<String> {
    problems(json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": states}))
}

#[test]
fn an_assign_holds_256_kib_in_all() {
    let states = json!({"A": task(json!({"Assign": {
        "x": "{% $states.result.Payload %}", "y": "{% $states.result.Payload %}",
    }, "Output": 1}))});
    let assign = |length: usize| {
        let mut execution = start(machine("A", states.clone()), json!({}));
        succeed(&mut execution, json!("x".repeat(length)));
        execution
    };

    let fits = assign(128 * KIB - 2);
    let exceeds = assign(128 * KIB);

    assert_eq!(output(&fits), json!(1));
    assert_eq!(exceeds.status().error(), Some("States.DataLimitExceeded"));
}

#[test]
fn an_execution_stores_10_mib_of_variables() {
    // Each iteration keeps 250 KiB while all of them wait.
    let states = json!({"A": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"x": "{% $pad('', 256000, 'x') %}"}, "Next": "Nap"},
        "Nap": {"Type": "Wait", "Seconds": 1, "Output": 1, "End": true},
    }}}});
    let run = |count: usize| {
        let mut execution = start(machine("A", states.clone()), json!(vec![0; count]));
        if let Some(due) = execution.next_timer() {
            execution.advance(due);
        }
        execution
    };

    assert_eq!(run(40).status().name(), "SUCCEEDED");
    assert_eq!(run(41).status().error(), Some("States.DataLimitExceeded"));
}

#[test]
fn a_variable_that_is_set_again_counts_once() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"n": 0, "x": ""}, "Next": "Set"},
        "Set": {"Type": "Pass", "Assign": {"x": "{% $pad('', 256000, 'x') %}", "n": "{% $n + 1 %}"}, "Next": "More"},
        "More": {"Type": "Choice", "Default": "Done", "Choices": [{"Condition": "{% $n < 60 %}", "Next": "Set"}]},
        "Done": {"Type": "Pass", "Output": "{% $n %}", "End": true},
    });

    assert_eq!(output(&start(machine("A", states), json!({}))), json!(60));
}

#[test]
fn all_problems_are_told_at_once() {
    let found = problems_of(json!({
        "A": {"Type": "Wait", "Next": "B"},
        "B": {"Type": "Task", "Resource": "r", "TimeoutSeconds": 5, "HeartbeatSeconds": 5, "Next": "Gone",
              "Output": "{% 1 + %}", "Retry": [{"ErrorEquals": [], "IntervalSeconds": 0, "MaxDelaySeconds": 31_622_400}]},
    }));

    let expected = [
        "state `A` has a bad `Seconds`: a Wait has either `Seconds` or `Timestamp`",
        "state `B` has a bad `HeartbeatSeconds`: it is 5, and must be less than the `TimeoutSeconds` of 5",
        "state `B` has a bad expression in its `Output`",
        "state `B` goes to `Gone` by its `Next`, but there is no such state beside it",
        "state `B` has a bad `Retry[0]/ErrorEquals`: it names no error",
        "state `B` has a bad `Retry[0]/IntervalSeconds`: it is 0, and may be 1 to 99999999",
        "state `B` has a bad `Retry[0]/MaxDelaySeconds`: it is 31622400, and may be 1 to 31622399",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn all_malformed_states_are_told_at_once() {
    let found =
        problems_of(json!({"A": {"Type": "Pass"}, "B": {"Type": "Nonsense"}, "C": {"Type": "Succeed"}}));

    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("state `A` is malformed: ") && found[1].starts_with("state `B` is malformed: ")
    );
}

#[test]
fn a_jsonpath_machine_is_refused_with_one_sentence() {
    let error = Machine::from_json(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#,
    )
    .unwrap_err();

    assert!(error.is_jsonpath());
    assert_eq!(error.problems().len(), 1);
    assert!(matches!(error, DefinitionError::JsonPathState { .. }));
}

#[test]
fn a_result_can_be_read_only_where_there_is_one() {
    let pass = |output: &str| problems_of(json!({"A": {"Type": "Pass", "Output": output, "End": true}}));

    assert!(pass("{% $states.result %}")[0].contains("`$states.result` is there only in"));
    assert!(
        pass("{% [1, $states.errorOutput.Error] %}")[0].contains("`$states.errorOutput` is there only in")
    );
    // In a text it is no reading.
    assert_eq!(pass("{% '$states.result' %}"), Vec::<String>::new());
    let call = |more: Value| problems_of(json!({"A": task(more)}));
    assert_eq!(
        call(json!({"Output": "{% $states.result.x %}", "Assign": {"y": "{% $states.result %}"}})),
        Vec::<String>::new()
    );
    assert_eq!(call(json!({"Arguments": {"x": "{% $states.result %}"}})).len(), 1);
    let catch =
        |output: &str| json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "A", "Output": output}]});
    assert_eq!(call(catch("{% $states.errorOutput %}")), Vec::<String>::new());
    assert_eq!(call(catch("{% $states.result %}")).len(), 1);
}

#[test]
fn a_variable_needs_a_name() {
    let assign = |name: &str| {
        let mut assign = serde_json::Map::new();
        assign.insert(name.to_owned(), json!(1));
        problems_of(json!({"A": {"Type": "Pass", "Assign": assign, "End": true}}))
    };

    for name in ["x", "größe", "a_1"] {
        assert_eq!(assign(name), Vec::<String>::new(), "{name}");
    }
    for name in ["", "states", "1a", "x.y", "x[0]", &"x".repeat(81)] {
        assert_eq!(assign(name).len(), 1, "{name}");
    }
}

#[test]
fn what_only_a_distributed_map_has_is_refused_elsewhere() {
    let map = |mode: &str, more: Value| {
        let mut state = json!({"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": mode}, "StartAt": "Each", "States": {"Each": {"Type": "Succeed"}}}});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        problems_of(json!({"A": state}))
    };
    let batcher = json!({"ItemBatcher": {"MaxItemsPerBatch": 2}, "Label": "Bulk"});

    assert_eq!(map("DISTRIBUTED", batcher.clone()), Vec::<String>::new());
    assert_eq!(map("INLINE", batcher).len(), 2);
    assert_eq!(map("ELSEWHERE", json!({})).len(), 1);
    assert_eq!(map("DISTRIBUTED", json!({"Label": "x".repeat(41)})).len(), 1);
    assert_eq!(map("DISTRIBUTED", json!({"ItemBatcher": {}})).len(), 1);
    assert_eq!(map("INLINE", json!({"ToleratedFailurePercentage": 101})).len(), 1);
}

#[test]
fn only_what_did_not_end_well_can_be_redriven_and_not_for_ever() {
    let states = json!({"A": task(json!({}))});
    let mut good = start(machine("A", states.clone()), json!({}));
    assert_eq!(good.redrive(good.now()), Err(NotRedrivable::Running));
    succeed(&mut good, json!(1));
    let mut bad = start(machine("A", states), json!({}));
    fail(&mut bad, "Broken");
    let fortnight = bad.now() + std::time::Duration::from_hours(14 * 24);

    assert_eq!(good.redrive(good.now()), Err(NotRedrivable::Succeeded));
    assert_eq!(
        bad.clone()
            .redrive(fortnight + std::time::Duration::from_millis(1)),
        Err(NotRedrivable::TooLate)
    );
    assert_eq!(bad.redrive(fortnight), Ok(()));
    assert_eq!(bad.status(), &Status::Running);
    assert_eq!(next_task(&mut bad).retry_count, 0);
}

#[test]
fn the_machines_time_begins_anew_with_a_redrive() {
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "A", "TimeoutSeconds": 10,
        "States": {"A": {"Type": "Wait", "Seconds": 8, "Next": "B"}, "B": {"Type": "Wait", "Seconds": 8, "End": true}},
    });
    let mut execution = start(Machine::from_json(&definition.to_string()).unwrap(), json!({}));
    while let Some(due) = execution.next_timer() {
        execution.advance(due);
    }
    assert_eq!(execution.status(), &Status::TimedOut);

    execution.redrive(execution.now()).unwrap();
    execution.advance(execution.next_timer().unwrap());

    assert_eq!(execution.status().name(), "SUCCEEDED");
}
