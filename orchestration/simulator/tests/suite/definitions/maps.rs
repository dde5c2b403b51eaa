//! Maps, inline and distributed.

use serde_json::{Value, json};

use super::{NOTHING, of_state, schema};

fn map(config: Value, more: Value) -> Vec<String> {
    let mut state = json!({"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": config, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}});
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    of_state(state)
}

fn distributed(more: Value) -> Vec<String> {
    map(json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}), more)
}

#[test]
fn a_distributed_map_says_how_its_children_run() {
    assert_eq!(
        map(json!({"Mode": "DISTRIBUTED"}), json!({})),
        [schema(
            "These fields are required: [ExecutionType]",
            "/States/A/ItemProcessor/ProcessorConfig"
        )]
    );
    assert_eq!(map(json!({"Mode": "INLINE"}), json!({})), NOTHING);
    assert_eq!(
        map(json!({"Mode": "ELSEWHERE"}), json!({})),
        [schema(
            "Value should be one of the following: [INLINE, DISTRIBUTED]",
            "/States/A/ItemProcessor/ProcessorConfig/Mode"
        )]
    );
}

#[test]
fn fields_of_a_distributed_map_are_refused_in_an_inline_map() {
    let fields = json!({
        "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": {"Bucket": "b"}},
        "ItemBatcher": {"MaxItemsPerBatch": 2},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}},
        "Label": "Bulk",
    });

    assert_eq!(distributed(fields.clone()), NOTHING);
    for (field, value) in fields.as_object().unwrap() {
        assert_eq!(
            map(json!({"Mode": "INLINE"}), json!({field: value})),
            [schema(
                &format!("Field '{field}' needs the mode 'DISTRIBUTED'"),
                "/States/A"
            )]
        );
    }
}

#[test]
fn readers_and_writers_call_s3() {
    let resource = |field: &str| {
        distributed(json!({field: {"Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}}}))
    };

    for field in ["ItemReader", "ResultWriter"] {
        let found = resource(field);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].ends_with(&format!(" at /States/A/{field}/Resource")),
            "{found:?}"
        );
    }
    assert_eq!(
        distributed(json!({"ItemReader": {"Resource": "${Reader}", "ReaderConfig": {"InputType": "XML"}}})),
        [schema(
            "Value should be one of the following: [MANIFEST, JSON, CSV, JSONL, PARQUET]",
            "/States/A/ItemReader/ReaderConfig/InputType"
        )]
    );
}

#[test]
fn a_result_writer_says_what_is_written_or_where() {
    let writer = |writer: Value| distributed(json!({"ResultWriter": writer}));
    let s3 = "arn:aws:states:::s3:putObject";

    assert_eq!(
        writer(json!({"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}})),
        NOTHING
    );
    assert_eq!(
        writer(json!({"Resource": s3, "Arguments": {"Bucket": "b"}})),
        NOTHING
    );
    assert_eq!(
        writer(json!({})),
        [schema(
            "One of these fields is required: [Resource, WriterConfig]",
            "/States/A/ResultWriter"
        )]
    );
    assert_eq!(
        writer(json!({"Resource": s3})),
        [schema(
            "These fields are required: [Arguments]",
            "/States/A/ResultWriter"
        )]
    );
    let unwritten = writer(json!({"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}}));
    assert_eq!(unwritten.len(), 1);
    assert!(unwritten[0].starts_with("NOT_SIMULATED: "), "{unwritten:?}");
}

#[test]
fn a_batch_has_a_limit() {
    assert_eq!(
        distributed(json!({"ItemBatcher": {}})),
        [schema(
            "One of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]",
            "/States/A/ItemBatcher"
        )]
    );
    assert_eq!(
        distributed(json!({"ItemBatcher": {"MaxInputBytesPerBatch": 262_145}})),
        [schema(
            "Maximum value is 262144",
            "/States/A/ItemBatcher/MaxInputBytesPerBatch"
        )]
    );
}

#[test]
fn items_have_one_source() {
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject"});

    assert_eq!(
        distributed(json!({"Items": [1], "ItemReader": reader})),
        [schema(
            "There should only be one of the following fields: [ItemReader, Items]",
            "/States/A"
        )]
    );
}

#[test]
fn the_older_name_of_an_item_processor_is_accepted_in_its_place() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});

    assert_eq!(
        of_state(json!({"Type": "Map", "Iterator": inner, "End": true})),
        NOTHING
    );
    let both = of_state(json!({"Type": "Map", "ItemProcessor": inner, "Iterator": inner, "End": true}));
    let expected = "There should only be one of the following fields: [ItemProcessor, Iterator]";
    assert!(both.contains(&schema(expected, "/States/A")), "{both:?}");
}

#[test]
fn labels_are_short_names_and_unique() {
    for label in ["", &"x".repeat(41), "two words", "wild*"] {
        let found = distributed(json!({"Label": label}));
        assert_eq!(found.len(), 1, "{label}: {found:?}");
        assert!(found[0].starts_with("INVALID_LABEL_NAME: "), "{found:?}");
    }
    let inner = |name: &str| {
        json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": name, "States": {name: {"Type": "Succeed"}}})
    };
    let found = super::of_states(json!({
        "A": {"Type": "Map", "Label": "Bulk", "ItemProcessor": inner("I"), "Next": "B"},
        "B": {"Type": "Map", "Label": "Bulk", "ItemProcessor": inner("J"), "End": true},
    }));
    assert_eq!(
        found,
        ["DUPLICATE_LABEL_NAME: Another Map of the machine has the same label at /States/B/Label"]
    );
}
