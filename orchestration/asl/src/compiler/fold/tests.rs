//! Each rule on a small machine, and beside it machines on which it must not fire.

use serde_json::{Map, Value, json};

use super::fold;
use asl_document::StateMachine;

/// The states of a machine that begins with the first one, folded.
fn folded(states: &Value) -> Value {
    folded_machine(states)["States"].clone()
}

fn folded_machine(states: &Value) -> Value {
    let first = states.as_object().unwrap().keys().next().unwrap();
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": first, "States": states});
    let mut machine: StateMachine = serde_json::from_value(machine).unwrap();
    fold(&mut machine);
    serde_json::to_value(machine).unwrap()
}

#[track_caller]
fn stays(states: &Value) {
    assert_eq!(folded(states), *states);
}

/// The state with more fields.
fn with(state: Value, fields: Value) -> Value {
    let (Value::Object(mut state), Value::Object(fields)) = (state, fields) else {
        panic!("both are objects")
    };
    state.extend(fields);
    Value::Object(state)
}

/// A call whose every error is caught.
fn call(fields: Value) -> Value {
    let call = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "f", "Payload": {}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
    });
    with(call, fields)
}

fn pass(fields: Value) -> Value {
    with(json!({"Type": "Pass"}), fields)
}

fn failed() -> Value {
    json!({"Type": "Fail", "Error": "Failed", "Cause": "because"})
}

#[test]
fn a_pass_is_folded_into_the_output_of_the_state_before_it() {
    let states = json!({
        "Charge": call(json!({
            "Assign": {"charge": {"number": "{% $states.result.Payload.number %}"}},
            "Output": "{% $states.result.Payload %}",
            "Next": "Paid",
        })),
        "Paid": pass(json!({"Output": {"number": "{% $charge.number %}", "kind": "receipt"}, "End": true})),
        "Failed": failed(),
    });

    let folded = folded(&states);

    let expected = call(json!({
        "Comment": "Includes Paid.",
        "Output": {"number": "{% $states.result.Payload.number %}", "kind": "receipt"},
        "End": true,
    }));
    assert_eq!(folded, json!({"Charge": expected, "Failed": failed()}));
}

#[test]
fn a_pass_that_assigns_is_folded_with_its_variables() {
    let states = json!({
        "Charge": call(json!({"Output": {"paid": true}, "Next": "Count"})),
        "Count": pass(json!({"Assign": {"round": 1, "paid": "{% $states.input.paid %}"}, "Next": "Again"})),
        "Again": call(json!({
            "Arguments": {"FunctionName": "f", "Payload": {"round": "{% $round %}", "paid": "{% $paid %}"}},
            "End": true,
        })),
        "Failed": failed(),
    });

    let folded = folded(&states);

    assert_eq!(folded["Charge"]["Assign"], json!({"round": 1, "paid": true}));
    assert_eq!(folded["Charge"]["Next"], "Again");
    assert_eq!(folded.get("Count"), None);
}

#[test]
fn a_pass_whose_expression_may_fail_stays_behind_a_state_that_would_catch_the_error() {
    stays(&json!({
        "Charge": call(json!({"Output": "{% $states.result.Payload %}", "Next": "Paid"})),
        "Paid": pass(json!({"Output": {"number": "{% $states.input.number %}"}, "End": true})),
        "Failed": failed(),
    }));
}

#[test]
fn a_pass_stays_where_an_output_that_may_fail_would_no_longer_be_evaluated() {
    stays(&json!({
        "Charge": call(json!({"Output": "{% $states.result.Payload.number %}", "Next": "Paid"})),
        "Paid": pass(json!({"Output": {"kind": "receipt"}, "End": true})),
        "Failed": failed(),
    }));
}

#[test]
fn a_pass_that_reads_the_clock_or_chance_or_its_own_state_stays() {
    for expression in [
        "$now()",
        "$uuid()",
        "$random()",
        "$states.context.State.Name",
        "$millis()",
    ] {
        stays(&json!({
            "Charge": call(json!({"Next": "Paid"})),
            "Paid": pass(json!({"Output": {"at": format!("{{% {expression} %}}")}, "End": true})),
            "Failed": failed(),
        }));
    }
}

#[test]
fn a_pass_that_reads_a_list_by_an_index_of_each_item_stays() {
    stays(&json!({
        "Charge": call(json!({
            "Assign": {"names": "{% $exists($states.result.list.name) ? $states.result.list.name : null %}"},
            "Next": "Paid",
        })),
        "Paid": pass(json!({"Output": {"first": "{% $exists($names[0]) ? $names[0] : null %}"}, "End": true})),
        "Failed": failed(),
    }));
}

#[test]
fn a_text_for_cloudformation_is_no_literal() {
    stays(&json!({
        "Charge": call(json!({"Assign": {"name": "${Name}"}, "Next": "Paid"})),
        "Paid": pass(json!({"Output": {"is": "{% $name = 'a' %}"}, "End": true})),
        "Failed": failed(),
    }));
}

#[test]
fn a_variable_is_read_as_it_was_before_the_exit_that_assigns_it_anew() {
    let states = json!({
        "One": pass(json!({"Assign": {"a": 1, "b": 2}, "Next": "Swap"})),
        "Swap": pass(json!({"Assign": {"a": "{% $b %}", "b": "{% $a %}"}, "Next": "Use"})),
        "Use": call(json!({
            "Arguments": {"FunctionName": "f", "Payload": {"a": "{% $a %}", "b": "{% $b %}"}},
            "End": true,
        })),
        "Failed": failed(),
    });

    assert_eq!(folded(&states)["One"]["Assign"], json!({"a": 2, "b": 1}));
}

#[test]
fn a_pass_that_sets_nothing_is_folded_into_a_catcher() {
    let states = json!({
        "Charge": call(json!({"End": true, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "NotCharged"}]})),
        "NotCharged": pass(json!({"Next": "Failed"})),
        "Failed": failed(),
    });

    let folded = folded(&states);

    assert_eq!(
        folded["Charge"]["Catch"],
        json!([{"Comment": "Includes NotCharged.", "ErrorEquals": ["States.ALL"], "Next": "Failed"}])
    );
    assert_eq!(folded.get("NotCharged"), None);
}

#[test]
fn the_last_state_behind_a_catcher_or_a_rule_stays() {
    stays(&json!({
        "Charge": call(json!({"End": true})),
        "Failed": pass(json!({"Output": {"charged": false}, "End": true})),
    }));
    stays(&json!({
        "IsGift": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.gift = true %}", "Next": "Gift"}],
            "Default": "NoGift",
        },
        "Gift": pass(json!({"Output": 1, "End": true})),
        "NoGift": {"Type": "Succeed", "Output": 2},
    }));
}

#[test]
fn a_succeed_ends_with_the_state_before_it() {
    let states = json!({
        "Charge": call(json!({"Next": "Done"})),
        "Done": {"Type": "Succeed", "Output": {"charged": true}},
        "Failed": failed(),
    });

    let folded = folded(&states);

    assert_eq!(folded["Charge"]["Output"], json!({"charged": true}));
    assert_eq!(folded["Charge"]["End"], true);
}

#[test]
fn a_machine_begins_behind_a_pass_that_sets_nothing() {
    let states = json!({"Begin": pass(json!({"Next": "Failed"})), "Failed": failed()});

    let folded = folded_machine(&states);

    assert_eq!(folded["StartAt"], "Failed");
    assert_eq!(folded["States"], json!({"Failed": failed()}));
}

#[test]
fn passes_in_a_circle_end_the_folding() {
    let states = json!({
        "One": pass(json!({"Next": "Two"})),
        "Two": pass(json!({"Next": "One"})),
    });

    assert!(!folded(&states).as_object().unwrap().is_empty());
}

#[test]
fn a_choice_whose_ways_are_the_same_is_folded() {
    let states = json!({
        "Charge": call(json!({"Next": "IsGift"})),
        "IsGift": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.gift = true %}", "Next": "Pack"}],
            "Default": "Pack",
        },
        "Pack": call(json!({"End": true})),
        "Failed": failed(),
    });

    assert_eq!(folded(&states)["Charge"]["Next"], "Pack");
    assert_eq!(folded(&states).get("IsGift"), None);
}

#[test]
fn a_choice_whose_ways_are_the_same_stays_where_a_condition_may_fail() {
    for condition in ["$states.input.cents < 5", "$states.input.gift", "$gift = true"] {
        stays(&json!({
            "Charge": call(json!({"Next": "IsGift"})),
            "IsGift": {
                "Type": "Choice",
                "Choices": [{"Condition": format!("{{% {condition} %}}"), "Next": "Pack"}],
                "Default": "Pack",
            },
            "Pack": call(json!({"End": true})),
            "Failed": failed(),
        }));
    }
}

#[test]
fn a_choice_whose_ways_differ_in_what_they_set_stays() {
    stays(&json!({
        "Charge": call(json!({"Next": "IsGift"})),
        "IsGift": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.gift = true %}", "Output": 1, "Next": "Pack"}],
            "Default": "Pack",
            "Output": 2,
        },
        "Pack": call(json!({"End": true})),
        "Failed": failed(),
    }));
}

#[test]
fn a_choice_is_passed_by_a_way_on_which_it_is_decided() {
    let states = json!({
        "Charge": call(json!({"Assign": {"outcome": "{% $states.result %}"}, "Next": "Check"})),
        "Failed": pass(json!({"Assign": {"outcome": "failed"}, "Next": "Check"})),
        "Check": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $outcome = 'held' %}", "Next": "Held"},
                {"Condition": "{% $outcome = 'failed' %}", "Next": "Ended"},
            ],
            "Default": "Pack",
        },
        "Held": {"Type": "Succeed"},
        "Pack": {"Type": "Succeed"},
        "Ended": {"Type": "Fail", "Error": "Ended"},
    });

    let folded = folded(&states);

    let catcher = &folded["Charge"]["Catch"][0];
    assert_eq!(catcher["Next"], "Ended");
    assert_eq!(catcher["Comment"], "Includes Failed, Check.");
    assert_eq!(folded["Charge"]["Next"], "Check");
}

#[test]
fn a_choice_behind_the_default_of_a_choice_adds_its_rules() {
    let states = json!({
        "One": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.kind = 'a' %}", "Next": "A"}],
            "Default": "Two",
        },
        "Two": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.kind = 'b' %}", "Next": "B"}],
            "Default": "C",
            "Output": "c",
        },
        "A": {"Type": "Succeed"},
        "B": {"Type": "Succeed"},
        "C": {"Type": "Succeed"},
    });

    let folded = folded(&states);

    let rules: Vec<&Value> = folded["One"]["Choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| &rule["Next"])
        .collect();
    assert_eq!(rules, ["A", "B"]);
    assert_eq!(
        (&folded["One"]["Default"], &folded["One"]["Output"]),
        (&json!("C"), &json!("c"))
    );
    assert_eq!(folded.get("Two"), None);
}

#[test]
fn a_choice_stays_behind_a_choice_that_sets_something_or_where_its_condition_may_fail() {
    let choices = |first: Value, condition: &str| {
        json!({
            "One": with(json!({
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.kind = 'a' %}", "Next": "A"}],
                "Default": "Two",
            }), first),
            "Two": {
                "Type": "Choice",
                "Choices": [{"Condition": condition, "Next": "A"}],
                "Default": "C",
            },
            "A": {"Type": "Succeed"},
            "C": {"Type": "Succeed"},
        })
    };

    stays(&choices(
        json!({"Output": {"kind": "{% $states.input.kind %}"}}),
        "{% $states.input.kind = 'b' %}",
    ));
    stays(&choices(json!({}), "{% $states.input.cents < 5 %}"));
}

/// Two branches, a check of the first one's output, and the end.
fn parallel(fields: Value, branch: Value) -> Value {
    let mut branch_states = Map::new();
    branch_states.insert("Confirm".to_owned(), branch);
    branch_states.insert(
        "Unconfirmed".to_owned(),
        pass(json!({"Output": {"outcome": "failed"}, "End": true})),
    );
    json!({
        "Both": with(json!({
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Confirm", "States": branch_states},
                {"StartAt": "Other", "States": {"Other": pass(json!({"Output": {}, "End": true}))}},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}],
            "Next": "Check",
        }), fields),
        "Check": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input[0].outcome = 'failed' %}", "Next": "Bad"}],
            "Default": "Report",
            "Assign": {"both": [{"outcome": "{% $states.input[0].outcome %}"}]},
        },
        "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "the outcome"},
        "Report": pass(json!({"Output": {"outcome": "{% $both[0].outcome %}"}, "End": true})),
        "Broken": failed(),
    })
}

fn confirm(fields: Value) -> Value {
    let confirm = json!({
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Unconfirmed"}],
        "Output": {"outcome": "{% $states.result.Payload.outcome %}"},
        "End": true,
    });
    call(with(confirm, fields))
}

#[test]
fn a_choice_that_decides_whether_to_fail_is_a_guard_of_the_parallel_before_it() {
    let folded = folded(&parallel(json!({}), confirm(json!({}))));

    let both = &folded["Both"];
    assert_eq!(
        both["Output"],
        json!({"outcome": "{% $states.result[0].outcome = 'failed' ? $error('Bad') : $states.result[0].outcome %}"})
    );
    assert_eq!((&both["End"], both.get("Assign")), (&json!(true), None));
    assert_eq!(both["Comment"], "Includes Check, Report.");
    assert_eq!(
        both["Catch"],
        json!([
            {"Comment": "The rule of Check.", "ErrorEquals": ["States.QueryEvaluationError"], "Next": "Bad"},
            {"ErrorEquals": ["States.ALL"], "Next": "Broken"},
        ])
    );
    let states: Vec<_> = folded.as_object().unwrap().keys().collect();
    assert_eq!(states, ["Both", "Bad", "Broken"]);
}

#[test]
fn a_guard_needs_branches_that_cannot_raise_its_error() {
    let silent = confirm(json!({}));
    // Each could end a branch with the error of an expression, which the guard's catcher would take for its own.
    for branch in [
        without_catch(silent.clone()),
        with(
            silent.clone(),
            json!({"Catch": [{"ErrorEquals": ["Busy"], "Next": "Unconfirmed"}]}),
        ),
        with(
            silent.clone(),
            json!({"Catch": [{
                "ErrorEquals": ["States.ALL"],
                "Output": "{% $states.errorOutput.More %}",
                "Next": "Unconfirmed",
            }]}),
        ),
        pass(json!({"Output": {"outcome": "{% $states.input.outcome %}"}, "End": true})),
        json!({"Type": "Fail", "Error": "States.QueryEvaluationError"}),
        json!({"Type": "Wait", "Seconds": "{% $states.input.pause %}", "End": true, "Output": {"outcome": 1}}),
    ] {
        stays(&reached_only(parallel(json!({}), branch)));
    }
}

fn without_catch(mut state: Value) -> Value {
    state.as_object_mut().unwrap().shift_remove("Catch");
    state
}

/// Without a state of the first branch that it does not lead to.
fn reached_only(mut states: Value) -> Value {
    let branch = states["Both"]["Branches"][0]["States"].as_object_mut().unwrap();
    if !branch["Confirm"].to_string().contains("Unconfirmed") {
        branch.shift_remove("Unconfirmed");
    }
    states
}

#[test]
fn a_guard_needs_an_output_that_cannot_fail() {
    // The function may output anything.
    stays(&parallel(
        json!({}),
        confirm(json!({"Output": "{% $states.result.Payload %}"})),
    ));
}

#[test]
fn a_guard_needs_a_parallel_that_does_not_handle_its_error() {
    for fields in [
        json!({"Retry": [{"ErrorEquals": ["States.ALL"]}]}),
        json!({"Retry": [{"ErrorEquals": ["States.QueryEvaluationError"]}]}),
        json!({"Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Broken"}]}),
        json!({"Arguments": {"a": "{% $states.input.a %}"}}),
    ] {
        stays(&parallel(fields, confirm(json!({}))));
    }
}

#[test]
fn a_guard_needs_a_fail_of_literals() {
    let mut states = parallel(json!({}), confirm(json!({})));
    states["Bad"]["Cause"] = json!("{% $string($states.input) %}");

    stays(&states);
}

#[test]
fn folding_twice_changes_nothing() {
    let once = folded(&parallel(json!({}), confirm(json!({}))));

    assert_eq!(folded(&once), once);
}
