//! Limits of variables.

use serde_json::json;

use crate::support::{machine, output, start, succeed, task};

const KIB: usize = 1024;

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
