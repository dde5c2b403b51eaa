//! Properties of random definitions: a renamed field is refused, and no edit panics.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use simulator::{Machine, WorkflowType, validate};

use super::{NOTHING, problems};

/// The fields that a state of a kind may have or not.
fn fields(kind: usize) -> (Value, Vec<(&'static str, Value)>) {
    let retry =
        json!([{"ErrorEquals": ["Busy"], "MaxAttempts": 2, "JitterStrategy": "FULL", "Comment": "c"}]);
    let common = |mut own: Vec<(&'static str, Value)>| {
        own.extend([
            ("Comment", json!("why")),
            ("Assign", json!({"x": ["{% $states.input %}", {"Next": 1}]})),
            ("Output", json!({"Type": "{% $states.input %}", "y": null})),
        ]);
        own
    };
    match kind % 6 {
        0 => (json!({"Type": "Pass"}), common(vec![])),
        1 => (json!({"Type": "Wait", "Seconds": 1}), common(vec![])),
        2 => (
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}),
            common(vec![
                ("Arguments", json!({"Payload": "{% $states.input %}"})),
                (
                    "Credentials",
                    json!({"RoleArn": "arn:aws:iam::111111111111:role/r"}),
                ),
                ("TimeoutSeconds", json!(60)),
                ("HeartbeatSeconds", json!("{% 5 %}")),
                ("Retry", retry),
            ]),
        ),
        3 => (
            json!({"Type": "Parallel"}),
            common(vec![("Arguments", json!([])), ("Retry", retry)]),
        ),
        4 => (
            json!({"Type": "Map"}),
            common(vec![
                ("Items", json!([1, "{% 2 %}"])),
                (
                    "ItemSelector",
                    json!({"v": "{% $states.context.Map.Item.Value %}"}),
                ),
                ("MaxConcurrency", json!(2)),
                ("ToleratedFailurePercentage", json!(50)),
                ("Retry", retry),
            ]),
        ),
        _ => (
            json!({"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON", "MaxItems": 5}, "Arguments": {"Bucket": "b", "Key": "k"}}}),
            common(vec![
                (
                    "ItemBatcher",
                    json!({"MaxItemsPerBatch": 2, "BatchInput": {"MaxItemsPerBatch": "free"}}),
                ),
                (
                    "ResultWriter",
                    json!({"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}}),
                ),
                ("ToleratedFailureCount", json!(1)),
            ]),
        ),
    }
}

/// The shape of a state: its kind, which of its fields it has, and the states inside of it.
#[derive(Debug, Clone)]
struct Shape {
    kind: usize,
    present: u16,
    inner: Vec<Shape>,
}

fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let leaf = (0..3usize, any::<u16>()).prop_map(|(kind, present)| Shape {
        kind,
        present,
        inner: Vec::new(),
    });
    let shape = leaf.prop_recursive(2, 12, 3, |inner| {
        (0..6usize, any::<u16>(), prop::collection::vec(inner, 1..3))
            .prop_map(|(kind, present, inner)| Shape { kind, present, inner })
    });
    prop::collection::vec(shape, 1..4)
}

/// A block of states one after another, which a Choice begins and a Succeed ends.
fn block(shapes: &[Shape], depth: usize, number: &mut usize) -> Value {
    *number += 1;
    let own = *number;
    let name = |index: usize| format!("S{own}x{index}");
    let mut states = Map::new();
    states.insert(
        format!("C{own}"),
        json!({"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Output": 1, "Next": name(0)}],
            "Default": format!("E{own}")}),
    );
    for (index, shape) in shapes.iter().enumerate() {
        let (mut state, optional) = fields(shape.kind);
        for (bit, (field, value)) in optional.into_iter().enumerate() {
            // What is assigned around a block cannot be assigned in it.
            if shape.present >> bit & 1 == 1 && (field != "Assign" || depth == 0) {
                state[field] = value;
            }
        }
        let last = index + 1 == shapes.len();
        state["Next"] = json!(if last { format!("E{own}") } else { name(index + 1) });
        if matches!(state["Type"].as_str(), Some("Task" | "Parallel" | "Map")) {
            state["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}",
                "Next": format!("E{own}")}]);
        }
        match state["Type"].as_str() {
            Some("Parallel") => state["Branches"] = json!([block(&shape.inner, depth + 1, number)]),
            Some("Map") => {
                let mut processor = block(&shape.inner, depth + 1, number);
                processor["ProcessorConfig"] = match state.get("ItemReader") {
                    Some(_) => json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}),
                    None => json!({"Mode": "INLINE"}),
                };
                state["ItemProcessor"] = processor;
            }
            _ => {}
        }
        states.insert(name(index), state);
    }
    states.insert(format!("E{own}"), json!({"Type": "Succeed"}));
    json!({"Comment": "c", "StartAt": format!("C{own}"), "States": states})
}

fn definitions() -> impl Strategy<Value = Value> {
    shapes().prop_map(|shapes| {
        let mut machine = block(&shapes, 0, &mut 0);
        machine["QueryLanguage"] = json!("JSONata");
        machine["Version"] = json!("1.0");
        machine["TimeoutSeconds"] = json!(3600);
        machine
    })
}

/// What holds a payload, whose keys are free.
const PAYLOADS: [&str; 6] = [
    "Assign",
    "Output",
    "Arguments",
    "ItemSelector",
    "BatchInput",
    "Items",
];

/// The JSON pointers of the objects of the language.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if !at.ends_with("/States") {
                found.push(at.to_owned());
            }
            for (name, field) in fields {
                if !PAYLOADS.contains(&name.as_str()) {
                    objects(field, &format!("{at}/{name}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The JSON pointers of all values.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, field)| pointers(field, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// AWS's form of a JSON pointer: `/Retry/0` is `/Retry[0]`.
fn location(pointer: &str) -> String {
    let steps = pointer
        .split('/')
        .skip(1)
        .map(|step| match step.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!("/{step}"),
        });
    let location: String = steps.collect();
    if location.is_empty() {
        "/".to_owned()
    } else {
        location
    }
}

fn values() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("{% $states.result %}"),
        json!("{% 1"),
        json!("JSONPath"),
        json!("Map"),
        json!("DISTRIBUTED"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"Type": "Pass"}),
        json!({"StartAt": "x", "States": {"x": 1}}),
    ])
}

proptest! {
    #[test]
    fn a_renamed_field_is_refused(mut definition in definitions(), object in any::<prop::sample::Index>(),
                                  field in any::<prop::sample::Index>()) {
        prop_assert_eq!(problems(&definition), NOTHING);
        let mut all = Vec::new();
        objects(&definition, "", &mut all);
        let pointer: &String = object.get(&all);
        let fields = definition.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        let names: Vec<String> = fields.keys().cloned().collect();
        let name: &String = field.get(&names);
        let value = fields.remove(name).unwrap();
        fields.insert(format!("{name}s"), value);

        let found = problems(&definition);

        // Without its type or its language a state is another one.
        if !matches!(name.as_str(), "Type" | "QueryLanguage") {
            let expected = format!("Field '{name}s' is not supported at {}", location(pointer));
            prop_assert!(found.iter().any(|found| found.contains(&expected)), "{} is not in {:?}", expected, found);
        }
        prop_assert!(!found.is_empty());
    }

    #[test]
    fn no_edit_panics(mut definition in definitions(), edits in prop::collection::vec(
        (any::<prop::sample::Index>(), values()), 1..4)) {
        for (place, value) in edits {
            let mut all = Vec::new();
            pointers(&definition, "", &mut all);
            let pointer: &String = place.get(&all);
            *definition.pointer_mut(pointer).unwrap() = value;
        }

        let text = definition.to_string();

        prop_assert_eq!(Machine::from_json(&text).is_ok(), validate(&text, WorkflowType::Standard).is_empty());
    }
}
