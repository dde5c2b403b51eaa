//! Limits, and definitions that exceed them.

use serde_json::{Value, json};
use simulator::{DefinitionError, Machine};

use crate::support::{machine, output, start, succeed, task};

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
fn all_problems_are_reported_at_once() {
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
fn all_malformed_states_are_reported_at_once() {
    let found =
        problems_of(json!({"A": {"Type": "Pass"}, "B": {"Type": "Nonsense"}, "C": {"Type": "Succeed"}}));

    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("state `A` is malformed: ") && found[1].starts_with("state `B` is malformed: ")
    );
}

#[test]
fn a_jsonpath_machine_is_one_problem() {
    let error = Machine::from_json(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#,
    )
    .unwrap_err();

    assert!(error.is_jsonpath());
    assert_eq!(error.problems().len(), 1);
    assert!(matches!(error, DefinitionError::JsonPathState { .. }));
}

#[test]
fn states_result_can_be_read_only_where_there_is_one() {
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
fn variable_names_are_checked() {
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
fn fields_of_a_distributed_map_are_rejected_in_an_inline_map() {
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
