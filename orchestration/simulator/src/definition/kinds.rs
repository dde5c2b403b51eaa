//! Compiling the fields that only one kind of state has.

use asl_document::{ChoiceState, MapState, Number, TaskState, WaitState};
use serde_json::{Map, Value};

use super::bounds;
use super::program::{
    BatcherNode, ChoiceNode, Distributed, MapNode, NumberField, ReaderNode, RuleNode, TaskNode,
    Transformation, WaitNode, WriterNode,
};
use super::state_compiler::StateCompiler;
use crate::WorkflowType;
use crate::history::Resource;
use crate::name::is_valid;

/// The longest label of a distributed Map, in characters.
///
/// Source: `Label` in [Distributed Map state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-dist-state-fields).
const MAX_LABEL_CHARACTERS: usize = 40;

pub(super) fn compile_task(place: StateCompiler<'_>, task: &TaskState) -> TaskNode {
    let integration = integration(&task.resource);
    bounds::check_timeouts(
        place,
        task.timeout_seconds.as_ref(),
        task.heartbeat_seconds.as_ref(),
    );
    TaskNode {
        resource: task.resource.as_str().into(),
        callback: integration
            .as_ref()
            .is_some_and(|known| known.action.ends_with(".waitForTaskToken")),
        integration,
        arguments: place.optional("Arguments", task.arguments.as_ref()),
        credentials: place.optional("Credentials", task.credentials.as_ref()),
        timeout: place.number("TimeoutSeconds", task.timeout_seconds.as_ref()),
        heartbeat: place.number("HeartbeatSeconds", task.heartbeat_seconds.as_ref()),
    }
}

/// `arn:aws:states:::lambda:invoke` is the action `invoke` of the service `lambda`, and
/// `arn:aws:states:::aws-sdk:dynamodb:getItem` the action `getItem` of `aws-sdk:dynamodb`.
///
/// Source: [Integrating services](https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html).
fn integration(resource: &str) -> Option<Resource> {
    let mut parts = resource.splitn(6, ':');
    let ("arn", Some(_partition), Some("states"), Some(_region), Some(_account), Some(rest)) = (
        parts.next()?,
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return None;
    };
    // The version that some actions have at their end belongs to the action: `startExecution.sync:2`.
    let action_start = match rest.strip_prefix("aws-sdk:") {
        Some(after) => "aws-sdk:".len() + after.find(':')?,
        None => rest.find(':')?,
    };
    let (service, action) = rest.split_at(action_start);
    (service != "activity").then(|| Resource {
        service: service.into(),
        action: action.trim_start_matches(':').into(),
    })
}

pub(super) fn compile_map(place: StateCompiler<'_>, name: &str, map: &MapState, processor: usize) -> MapNode {
    let config = map.item_processor.processor_config.as_ref();
    let mode = config.and_then(|config| config.get("Mode"));
    let distributed = match mode.map(Value::as_str) {
        None | Some(Some("INLINE")) => None,
        Some(Some("DISTRIBUTED")) => Some(compile_distributed(place, name, map, config)),
        Some(_) => {
            place.bad(
                "ItemProcessor/ProcessorConfig/Mode",
                "neither `INLINE` nor `DISTRIBUTED`",
            );
            None
        }
    };
    if distributed.is_none() {
        for (field, present) in [
            ("ItemReader", map.item_reader.is_some()),
            ("ItemBatcher", map.item_batcher.is_some()),
            ("ResultWriter", map.result_writer.is_some()),
            ("Label", map.label.is_some()),
        ] {
            if present {
                place.bad(field, "only a Map of mode `DISTRIBUTED` has it");
            }
        }
    }
    let percentage = map.tolerated_failure_percentage.as_ref();
    bounds::check_number(place, "ToleratedFailurePercentage", percentage, 0, 100);
    MapNode {
        items: place.optional("Items", map.items.as_ref()),
        selector: place.optional("ItemSelector", map.item_selector.as_ref()),
        processor,
        distributed,
        max_concurrency: place.number("MaxConcurrency", map.max_concurrency.as_ref()),
        tolerated_percentage: place.number("ToleratedFailurePercentage", percentage),
        tolerated_count: place.number("ToleratedFailureCount", map.tolerated_failure_count.as_ref()),
    }
}

fn compile_distributed(
    place: StateCompiler<'_>,
    name: &str,
    map: &MapState,
    config: Option<&Map<String, Value>>,
) -> Distributed {
    let workflow_type = config.and_then(|config| config.get("ExecutionType"));
    let workflow_type = match workflow_type.map(Value::as_str) {
        None | Some(Some("STANDARD")) => WorkflowType::Standard,
        Some(Some("EXPRESS")) => WorkflowType::Express,
        Some(_) => {
            place.bad(
                "ItemProcessor/ProcessorConfig/ExecutionType",
                "neither `STANDARD` nor `EXPRESS`",
            );
            WorkflowType::Standard
        }
    };
    if map.item_reader.is_some() && map.items.is_some() {
        place.bad(
            "Items",
            "the items come from `ItemReader` or from `Items`, not from both",
        );
    }
    let label = map.label.as_deref();
    if label.is_some_and(|label| {
        label.is_empty() || label.chars().count() > MAX_LABEL_CHARACTERS || !is_valid(label)
    }) {
        place.bad(
            "Label",
            format!("it takes 1 to {MAX_LABEL_CHARACTERS} characters, and no spaces or wildcards"),
        );
    }
    Distributed {
        label: label.unwrap_or(name).into(),
        workflow_type,
        reader: map
            .item_reader
            .as_ref()
            .map(|reader| compile_reader(place, reader)),
        batcher: map
            .item_batcher
            .as_ref()
            .map(|batcher| compile_batcher(place, batcher)),
        writer: map
            .result_writer
            .as_ref()
            .map(|writer| compile_writer(place, writer)),
    }
}

/// Source: [ItemReader](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html).
fn compile_reader(place: StateCompiler<'_>, reader: &Value) -> ReaderNode {
    let resource = reader.get("Resource").and_then(Value::as_str);
    let resource = resource.unwrap_or_else(|| {
        place.bad(
            "ItemReader/Resource",
            "it names the integration that reads the items",
        );
        "refused"
    });
    let config = reader.get("ReaderConfig");
    ReaderNode {
        resource: resource.into(),
        arguments: place.optional("ItemReader/Arguments", reader.get("Arguments")),
        max_items: number_in(place, "ItemReader/ReaderConfig/MaxItems", config, "MaxItems"),
    }
}

/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
fn compile_batcher(place: StateCompiler<'_>, batcher: &Value) -> BatcherNode {
    let node = BatcherNode {
        input: place.optional("ItemBatcher/BatchInput", batcher.get("BatchInput")),
        max_items: number_in(
            place,
            "ItemBatcher/MaxItemsPerBatch",
            Some(batcher),
            "MaxItemsPerBatch",
        ),
        max_bytes: number_in(
            place,
            "ItemBatcher/MaxInputBytesPerBatch",
            Some(batcher),
            "MaxInputBytesPerBatch",
        ),
    };
    if node.max_items.is_none() && node.max_bytes.is_none() {
        place.bad("ItemBatcher", "it bounds a batch by items, by bytes, or by both");
    }
    node
}

/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
fn compile_writer(place: StateCompiler<'_>, writer: &Value) -> WriterNode {
    let transformation = writer
        .get("WriterConfig")
        .and_then(|config| config.get("Transformation"))
        .and_then(Value::as_str);
    let elsewhere = writer.get("Resource").is_some();
    match transformation {
        None | Some("COMPACT" | "FLATTEN") => {}
        Some("NONE") if elsewhere => {}
        Some("NONE") => place.bad(
            "ResultWriter/WriterConfig/Transformation",
            "results with the metadata of their executions are written only, and nothing is written here",
        ),
        Some(_) => place.bad(
            "ResultWriter/WriterConfig/Transformation",
            "neither `NONE` nor `COMPACT` nor `FLATTEN`",
        ),
    }
    if elsewhere != writer.get("Arguments").is_some() {
        place.bad("ResultWriter", "`Resource` and `Arguments` go together");
    }
    WriterNode {
        arguments: place.optional("ResultWriter/Arguments", writer.get("Arguments")),
        transformation: if transformation == Some("FLATTEN") {
            Transformation::Flatten
        } else {
            Transformation::Compact
        },
    }
}

/// A number, or an expression for one, in a part of the document that has no types of its own.
fn number_in(
    place: StateCompiler<'_>,
    field: &'static str,
    part: Option<&Value>,
    key: &str,
) -> Option<NumberField> {
    let value = part?.get(key)?;
    let number = match value {
        Value::String(text) => Number::Expression(text.clone()),
        value => {
            let Some(number) = value.as_u64() else {
                place.bad(field, "neither a number nor an expression");
                return None;
            };
            Number::Literal(number)
        }
    };
    place.number(field, Some(&number))
}

pub(super) fn compile_choice(place: StateCompiler<'_>, choice: &ChoiceState) -> ChoiceNode {
    let rules: Vec<RuleNode> = choice
        .choices
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let field = format!("Choices[{index}]/Condition");
            if !rule.condition.is_boolean()
                && rule
                    .condition
                    .as_str()
                    .and_then(asl_document::expression)
                    .is_none()
            {
                place.bad(&field, "neither a boolean nor an expression");
            }
            RuleNode {
                condition: place.template(&field, &rule.condition),
                assign: place.assign(None, &format!("Choices[{index}]/Assign"), rule.assign.as_ref()),
                output: place.output(None, &format!("Choices[{index}]/Output"), rule.output.as_ref()),
                next: place.index(&format!("Choices[{index}]/Next"), &rule.next),
                field,
            }
        })
        .collect();
    if rules.is_empty() {
        place.bad("Choices", "there are none");
    }
    let default = choice
        .default
        .as_ref()
        .map(|target| place.index("Default", target));
    ChoiceNode { rules, default }
}

pub(super) fn compile_wait(place: StateCompiler<'_>, wait: &WaitState) -> WaitNode {
    bounds::check_wait(place, wait.seconds.as_ref());
    match (
        place.number("Seconds", wait.seconds.as_ref()),
        place.string_template("Timestamp", wait.timestamp.as_ref()),
    ) {
        (Some(seconds), None) => WaitNode::Seconds(seconds),
        (None, Some(timestamp)) => WaitNode::Timestamp(timestamp),
        _ => {
            place.bad("Seconds", "a Wait has either `Seconds` or `Timestamp`");
            WaitNode::Seconds(NumberField::literal("Seconds", 0))
        }
    }
}
