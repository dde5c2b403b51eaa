//! Compiling the fields that only one kind of state has.

use asl_document::{ChoiceRule, ChoiceState, MapState, Number, States, TaskState, WaitState};
use serde_json::Value;

use super::compile::index_of;
use super::fields::{assignments, number, optional, template, text};
use super::program::{
    BatcherNode, ChoiceNode, Distributed, MapNode, NumberField, ReaderNode, RuleNode, TaskNode,
    Transformation, WaitNode, WriterNode,
};
use crate::WorkflowType;
use crate::history::Resource;
use crate::invariant::{Invariant, broken};

pub(super) fn compile_task(task: &TaskState) -> TaskNode {
    let integration = integration(&task.resource);
    TaskNode {
        resource: task.resource.as_str().into(),
        callback: integration
            .as_ref()
            .is_some_and(|known| known.action.ends_with(".waitForTaskToken")),
        integration,
        arguments: optional(task.arguments.as_ref()),
        credentials: optional(task.credentials.as_ref()),
        timeout: number("TimeoutSeconds", task.timeout_seconds.as_ref()),
        heartbeat: number("HeartbeatSeconds", task.heartbeat_seconds.as_ref()),
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

pub(super) fn compile_map(name: &str, map: &MapState, processor: usize) -> MapNode {
    let config = map.item_processor.processor_config.as_ref();
    let setting = |name: &str| config.and_then(|config| config.get(name)).and_then(Value::as_str);
    let distributed = (setting("Mode") == Some("DISTRIBUTED")).then(|| {
        let workflow_type = match setting("ExecutionType") {
            Some("EXPRESS") => WorkflowType::Express,
            _ => WorkflowType::Standard,
        };
        compile_distributed(name, map, workflow_type)
    });
    MapNode {
        items: optional(map.items.as_ref()),
        selector: optional(map.item_selector.as_ref()),
        processor,
        distributed,
        max_concurrency: number("MaxConcurrency", map.max_concurrency.as_ref()),
        tolerated_percentage: number(
            "ToleratedFailurePercentage",
            map.tolerated_failure_percentage.as_ref(),
        ),
        tolerated_count: number("ToleratedFailureCount", map.tolerated_failure_count.as_ref()),
    }
}

fn compile_distributed(name: &str, map: &MapState, workflow_type: WorkflowType) -> Distributed {
    Distributed {
        label: map.label.as_deref().unwrap_or(name).into(),
        workflow_type,
        reader: map.item_reader.as_ref().map(compile_reader),
        batcher: map.item_batcher.as_ref().map(compile_batcher),
        writer: map.result_writer.as_ref().map(compile_writer),
    }
}

fn compile_reader(reader: &Value) -> ReaderNode {
    let resource = reader.get("Resource").and_then(Value::as_str);
    let config = reader.get("ReaderConfig");
    ReaderNode {
        resource: resource
            .expect_invariant("a checked reader has a resource")
            .into(),
        arguments: optional(reader.get("Arguments")),
        max_items: number_in("ItemReader/ReaderConfig/MaxItems", config, "MaxItems"),
    }
}

fn compile_batcher(batcher: &Value) -> BatcherNode {
    let limit = |field, key| number_in(field, Some(batcher), key);
    BatcherNode {
        input: optional(batcher.get("BatchInput")),
        max_items: limit("ItemBatcher/MaxItemsPerBatch", "MaxItemsPerBatch"),
        max_bytes: limit("ItemBatcher/MaxInputBytesPerBatch", "MaxInputBytesPerBatch"),
    }
}

fn compile_writer(writer: &Value) -> WriterNode {
    let transformation = writer
        .get("WriterConfig")
        .and_then(|config| config.get("Transformation"))
        .and_then(Value::as_str);
    WriterNode {
        arguments: optional(writer.get("Arguments")),
        transformation: if transformation == Some("FLATTEN") {
            Transformation::Flatten
        } else {
            Transformation::Compact
        },
    }
}

/// A number, or an expression for one, in a part of the document that has no types of its own.
fn number_in(field: &'static str, part: Option<&Value>, key: &str) -> Option<NumberField> {
    let value = match part?.get(key)? {
        Value::String(text) => Number::Expression(text.clone()),
        value => match value.as_u64() {
            Some(value) => Number::Literal(value),
            None => broken("a checked number is an integer or an expression"),
        },
    };
    number(field, Some(&value))
}

pub(super) fn compile_choice(choice: &ChoiceState, siblings: &States) -> ChoiceNode {
    let rule = |(index, rule): (usize, &ChoiceRule)| RuleNode {
        field: format!("Choices[{index}]/Condition"),
        condition: template(&rule.condition),
        assign: assignments(rule.assign.as_ref()),
        output: optional(rule.output.as_ref()),
        next: index_of(&rule.next, siblings),
    };
    let default = choice.default.as_ref();
    ChoiceNode {
        rules: choice.choices.iter().enumerate().map(rule).collect(),
        default: default.map(|target| index_of(target, siblings)),
    }
}

pub(super) fn compile_wait(wait: &WaitState) -> WaitNode {
    match (
        number("Seconds", wait.seconds.as_ref()),
        wait.timestamp.as_deref(),
    ) {
        (Some(seconds), None) => WaitNode::Seconds(seconds),
        (None, Some(timestamp)) => WaitNode::Timestamp(text(timestamp)),
        _ => broken("a checked Wait has either `Seconds` or `Timestamp`"),
    }
}
