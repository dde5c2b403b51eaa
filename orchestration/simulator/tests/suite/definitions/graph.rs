//! Transitions, names and ends.

use serde_json::{Value, json};

use super::{NOTHING, of_state, of_states, problems};

const NO_END: &str = "MISSING_END_STATE: Workflow has no terminal state";

fn missing(target: &str, location: &str) -> String {
    format!("MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {location}")
}

fn unreachable(state: &str, location: &str) -> String {
    format!("MISSING_TRANSITION_TARGET: State \"{state}\" is not reachable. at {location}")
}

#[test]
fn a_machine_has_a_state_that_ends_it() {
    let pass = |next: &str| json!({"Type": "Pass", "Next": next});

    assert_eq!(of_states(json!({"A": pass("A")})), [NO_END]);
    // No state is called unreachable then.
    assert_eq!(
        of_states(json!({"A": pass("B"), "B": pass("A"), "C": pass("A")})),
        [NO_END]
    );
    assert_eq!(
        of_states(json!({"A": pass("B"), "B": pass("A"), "C": {"Type": "Pass", "End": true}})),
        [unreachable("C", "/States/C")]
    );
    assert_eq!(
        of_states(json!({"A": pass("NOPE")})),
        [missing("NOPE", "/States/A/Next"), NO_END.to_owned()]
    );
    for end in [
        json!({"Type": "Succeed"}),
        json!({"Type": "Fail"}),
        json!({"Type": "Pass", "End": true}),
    ] {
        assert_eq!(of_states(json!({"A": pass("B"), "B": end})), NOTHING);
    }
}

#[test]
fn branches_and_item_processors_may_go_on_for_ever() {
    let turns = json!({"StartAt": "I", "States": {"I": {"Type": "Wait", "Seconds": 1, "Next": "I"}}});

    assert_eq!(
        of_state(json!({"Type": "Parallel", "Branches": [turns], "End": true})),
        NOTHING
    );
    assert_eq!(
        of_state(json!({"Type": "Map", "ItemProcessor": turns, "End": true})),
        NOTHING
    );
}

#[test]
fn transitions_lead_to_states_of_their_block() {
    let call = |more: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of_states(json!({"A": state}))
    };
    let choice = |more: Value| {
        let mut state = json!({"Type": "Choice", "Choices": [{"Condition": true, "Next": "B"}]});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of_states(json!({"A": state, "B": {"Type": "Succeed"}}))
    };

    assert_eq!(
        call(json!({"Catch": [{"ErrorEquals": ["X"], "Next": "Gone"}]})),
        [missing("Gone", "/States/A/Catch[0]/Next")]
    );
    assert_eq!(
        choice(json!({"Default": "Gone"})),
        [missing("Gone", "/States/A/Default")]
    );
    assert_eq!(
        choice(json!({"Choices": [{"Condition": true, "Next": "B"}, {"Condition": true, "Next": "Gone"}]})),
        [missing("Gone", "/States/A/Choices[1]/Next")]
    );
    // Neither into a block nor out of it.
    let inner = |next: &str| json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": next}}});
    assert_eq!(
        of_states(
            json!({"A": {"Type": "Parallel", "Branches": [inner("B")], "Next": "B"}, "B": {"Type": "Succeed"}})
        ),
        [missing("B", "/States/A/Branches[0]/States/I/Next")]
    );
    assert_eq!(
        of_states(
            json!({"A": {"Type": "Map", "ItemProcessor": inner("I"), "Next": "I"}, "B": {"Type": "Succeed"}})
        ),
        [missing("I", "/States/A/Next"), unreachable("B", "/States/B")]
    );
}

#[test]
fn a_start_is_a_state_of_its_block() {
    let start =
        |at: &str| json!({"QueryLanguage": "JSONata", "StartAt": at, "States": {"A": {"Type": "Succeed"}}});

    assert_eq!(problems(&start("B")), [missing("B", "/StartAt")]);
    let branch = json!({"StartAt": "Gone", "States": {"I": {"Type": "Succeed"}}});
    assert_eq!(
        of_state(json!({"Type": "Parallel", "Branches": [branch], "End": true})),
        [missing("Gone", "/States/A/Branches[0]/StartAt")]
    );
}

#[test]
fn every_state_is_reachable() {
    let branch = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}, "J": {"Type": "Succeed"}}});

    assert_eq!(
        of_states(json!({"A": {"Type": "Succeed"}, "Lost": {"Type": "Succeed"}})),
        [unreachable("Lost", "/States/Lost")]
    );
    assert_eq!(
        of_state(json!({"Type": "Map", "ItemProcessor": branch, "End": true})),
        [unreachable("J", "/States/A/ItemProcessor/States/J")]
    );
}

#[test]
fn names_are_unique_in_the_whole_machine() {
    let branch = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    let outer = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});

    assert_eq!(
        of_state(json!({"Type": "Parallel", "Branches": [branch, branch, outer], "End": true})),
        [
            "DUPLICATE_STATE_NAME: Duplicate State name: I at /States/A/Branches[1]/States/I",
            "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[2]/States/A",
        ]
    );
}

#[test]
fn names_have_80_characters() {
    let name = |length: usize| {
        let name = "ä".repeat(length);
        problems(&json!({"QueryLanguage": "JSONata", "StartAt": name, "States": {name: {"Type": "Succeed"}}}))
    };

    assert_eq!(name(80), NOTHING);
    for length in [0, 81] {
        let found = name(length);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("INVALID_STATE_NAME: "), "{found:?}");
    }
}

#[test]
fn a_variable_is_not_assigned_in_two_scopes() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"x": 2}, "End": true}}});

    let found = of_states(json!({
        "A": {"Type": "Choice", "Default": "B", "Choices": [{"Condition": true, "Assign": {"x": 1}, "Next": "B"}]},
        "B": {"Type": "Map", "ItemProcessor": inner, "End": true},
    }));

    assert_eq!(
        found,
        [
            "SCHEMA_VALIDATION_FAILED: Variable 'x' is also assigned outside of this Parallel or Map at \
          /States/B/ItemProcessor/States/I/Assign"
        ]
    );
}
