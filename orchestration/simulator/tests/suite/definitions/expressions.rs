//! Delimiters of expressions, and what they read.

use serde_json::{Value, json};

use super::{NOTHING, of_state, schema};

const HALF_OPEN: &str =
    "An expression has to begin with '{%' and to end with '%}', without white space outside of them";

/// Every place of an expression, and its location.
fn places(text: &str) -> Vec<(Vec<String>, String)> {
    let call = |field: &str, value: Value| {
        of_state(
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, field: value}),
        )
    };
    let map = |field: &str, value: Value| {
        of_state(
            json!({"Type": "Map", "End": true, field: value, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}),
        )
    };
    let choice = |field: &str, value: Value| {
        let mut rule = json!({"Condition": true, "Next": "B"});
        rule[field] = value;
        of_state(json!({"Type": "Choice", "Choices": [rule]}))
    };
    let wait = |field: &str| of_state(json!({"Type": "Wait", field: text, "End": true}));
    let fail = |field: &str| of_state(json!({"Type": "Fail", field: text}));
    let reader = |more: Value| {
        let mut reader = json!({"Resource": "arn:aws:states:::s3:getObject"});
        reader
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        map("ItemReader", reader)
    };
    let catcher = json!([{"ErrorEquals": ["X"], "Next": "B", "Output": text}]);
    let places = vec![
        (
            call("Arguments", json!({"a": [1, {"b": text}]})),
            "Arguments/a[1]/b",
        ),
        (call("Assign", json!({"x": [text]})), "Assign/x[0]"),
        (call("Output", json!(text)), "Output"),
        (call("TimeoutSeconds", json!(text)), "TimeoutSeconds"),
        (call("HeartbeatSeconds", json!(text)), "HeartbeatSeconds"),
        (
            call("Credentials", json!({"RoleArn": text})),
            "Credentials/RoleArn",
        ),
        (call("Catch", catcher), "Catch[0]/Output"),
        (map("Items", json!(text)), "Items"),
        (map("Items", json!([text])), "Items[0]"),
        (map("ItemSelector", json!({"v": text})), "ItemSelector/v"),
        (map("MaxConcurrency", json!(text)), "MaxConcurrency"),
        (map("ToleratedFailureCount", json!(text)), "ToleratedFailureCount"),
        (
            map("ToleratedFailurePercentage", json!(text)),
            "ToleratedFailurePercentage",
        ),
        (
            map("ItemBatcher", json!({"MaxItemsPerBatch": text})),
            "ItemBatcher/MaxItemsPerBatch",
        ),
        (
            map(
                "ItemBatcher",
                json!({"MaxItemsPerBatch": 1, "BatchInput": {"x": text}}),
            ),
            "ItemBatcher/BatchInput/x",
        ),
        (
            reader(json!({"Arguments": {"Bucket": text}})),
            "ItemReader/Arguments/Bucket",
        ),
        (
            reader(json!({"ReaderConfig": {"MaxItems": text}})),
            "ItemReader/ReaderConfig/MaxItems",
        ),
        (choice("Condition", json!(text)), "Choices[0]/Condition"),
        (choice("Output", json!({"x": text})), "Choices[0]/Output/x"),
        (wait("Seconds"), "Seconds"),
        (fail("Error"), "Error"),
        (fail("Cause"), "Cause"),
    ];
    let location = |place: &str| format!("/States/A/{place}");
    places
        .into_iter()
        .map(|(found, place)| (found, location(place)))
        .collect()
}

#[test]
fn a_half_open_expression_is_refused_everywhere() {
    for text in [
        "{% 2 + 3 %",
        "2 + 3 %}",
        " {% 2 + 3 %}",
        "{% 2 + 3 %}\n",
        "{%}",
        "{%",
        "%}",
    ] {
        for (found, location) in places(text) {
            assert!(
                found.contains(&schema(HALF_OPEN, &location)),
                "{text:?}: {found:?}"
            );
        }
    }
}

#[test]
fn an_expression_that_does_not_parse_is_refused_everywhere() {
    for text in ["{% 1 + %}", "{%%}", "{% 1 %} and {% 2 %}"] {
        for (found, location) in places(text) {
            assert_eq!(found.len(), 1, "{location}: {found:?}");
            assert!(
                found[0].starts_with("INVALID_JSONATA_EXPRESSION: ")
                    && found[0].ends_with(&format!(" at {location}")),
                "{text}: {found:?}"
            );
        }
    }
}

#[test]
fn every_reference_to_a_document_is_named() {
    let found =
        of_state(json!({"Type": "Pass", "Output": "{% [phone, $, mail.x, phone] & $$ %}", "End": true}));

    let expected = [
        "'phone' at the top level",
        "'$' at the top level",
        "'mail' at the top level",
        "'$$'",
    ];
    let expected = expected.map(|reference| {
        format!(
            "UNSUPPORTED_JSONATA_EXPRESSION: Reference to {reference} is not supported. at /States/A/Output"
        )
    });
    assert_eq!(found, expected);
}

#[test]
fn an_expression_is_accepted_everywhere() {
    for text in [
        "{% $states.input.x %}",
        "{%$states.input.x%}",
        "{%\n  $states.input.x\n%}",
    ] {
        for (found, location) in places(text) {
            assert_eq!(found, NOTHING, "{location}");
        }
    }
}

#[test]
fn text_that_neither_begins_nor_ends_as_an_expression_is_text() {
    for text in [
        "plain",
        "a {% b %} c",
        " {% $states.input %} ",
        "% {",
        "{ % 1 % }",
        "",
    ] {
        assert_eq!(
            of_state(json!({"Type": "Pass", "Output": {"x": text}, "End": true})),
            NOTHING,
            "{text:?}"
        );
    }
}

#[test]
fn texts_that_are_no_payload_are_no_expressions() {
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Comment": "{% half", "End": true,
        "Retry": [{"ErrorEquals": ["{% half"], "Comment": "open %}"}]});

    assert_eq!(of_state(state), NOTHING);
}

#[test]
fn results_and_errors_are_read_only_where_there_are_any() {
    let no = |name: &str, location: &str| {
        format!("UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.{name}' does not exist. at {location}")
    };
    let pass = |output: &str| of_state(json!({"Type": "Pass", "Output": output, "End": true}));
    let call = |more: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of_state(state)
    };
    let catch = |output: &str| {
        call(json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B", "Output": output}]}))
    };

    assert_eq!(pass("{% $states.result %}"), [no("result", "/States/A/Output")]);
    assert_eq!(
        pass("{% [1, $states.errorOutput.Error] %}"),
        [no("errorOutput", "/States/A/Output")]
    );
    // In a text it is no reading.
    assert_eq!(pass("{% '$states.result' %}"), NOTHING);
    assert_eq!(
        call(json!({"Output": "{% $states.result.x %}", "Assign": {"y": "{% $states.result %}"}})),
        NOTHING
    );
    assert_eq!(
        call(json!({"Arguments": {"x": "{% $states.result %}"}})),
        [no("result", "/States/A/Arguments/x")]
    );
    assert_eq!(catch("{% $states.errorOutput %}"), NOTHING);
    assert_eq!(
        catch("{% $states.result %}"),
        [no("result", "/States/A/Catch[0]/Output")]
    );
}
