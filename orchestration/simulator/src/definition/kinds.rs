//! What is particular to each kind of state.

use asl::document::{ChoiceState, MapState, TaskState, WaitState};

use super::compile::{Place, Result};
use super::program::{ChoiceNode, MapNode, RuleNode, TaskNode, WaitNode};
use crate::history::Resource;

pub(super) fn compile_task(place: Place<'_>, task: &TaskState) -> Result<TaskNode> {
    let integration = integration(&task.resource);
    Ok(TaskNode {
        resource: task.resource.as_str().into(),
        callback: integration
            .as_ref()
            .is_some_and(|known| known.action.ends_with(".waitForTaskToken")),
        integration,
        arguments: place.optional("Arguments", task.arguments.as_ref())?,
        credentials: place.optional("Credentials", task.credentials.as_ref())?,
        timeout: place.number("TimeoutSeconds", task.timeout_seconds.as_ref())?,
        heartbeat: place.number("HeartbeatSeconds", task.heartbeat_seconds.as_ref())?,
    })
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

pub(super) fn compile_map(place: Place<'_>, map: &MapState, processor: usize) -> Result<MapNode> {
    for (field, present) in [
        ("ItemReader", map.item_reader.is_some()),
        ("ItemBatcher", map.item_batcher.is_some()),
        ("ResultWriter", map.result_writer.is_some()),
    ] {
        if present {
            return Err(place.bad(field, "a Map that reads or writes elsewhere cannot be run here"));
        }
    }
    let mode = map
        .item_processor
        .processor_config
        .as_ref()
        .and_then(|config| config.get("Mode"));
    Ok(MapNode {
        items: place.optional("Items", map.items.as_ref())?,
        selector: place.optional("ItemSelector", map.item_selector.as_ref())?,
        processor,
        distributed: mode.is_some_and(|mode| mode == "DISTRIBUTED"),
        max_concurrency: place.number("MaxConcurrency", map.max_concurrency.as_ref())?,
        tolerated_percentage: place.number(
            "ToleratedFailurePercentage",
            map.tolerated_failure_percentage.as_ref(),
        )?,
        tolerated_count: place.number("ToleratedFailureCount", map.tolerated_failure_count.as_ref())?,
    })
}

pub(super) fn compile_choice(place: Place<'_>, choice: &ChoiceState) -> Result<ChoiceNode> {
    let rules = choice
        .choices
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let field = format!("Choices[{index}]/Condition");
            let condition = place.template(&field, &rule.condition)?;
            if !rule.condition.is_boolean() && condition.expression().is_none() {
                return Err(place.bad(&field, "neither a boolean nor an expression"));
            }
            Ok(RuleNode {
                field,
                condition,
                assign: place.assign(&format!("Choices[{index}]/Assign"), rule.assign.as_ref())?,
                output: place.optional(&format!("Choices[{index}]/Output"), rule.output.as_ref())?,
                next: place.index(&format!("Choices[{index}]/Next"), &rule.next)?,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    if rules.is_empty() {
        return Err(place.bad("Choices", "there are none"));
    }
    let default = choice
        .default
        .as_ref()
        .map(|target| place.index("Default", target))
        .transpose()?;
    Ok(ChoiceNode { rules, default })
}

pub(super) fn compile_wait(place: Place<'_>, wait: &WaitState) -> Result<WaitNode> {
    match (
        place.number("Seconds", wait.seconds.as_ref())?,
        place.text("Timestamp", wait.timestamp.as_ref())?,
    ) {
        (Some(seconds), None) => Ok(WaitNode::Seconds(seconds)),
        (None, Some(timestamp)) => Ok(WaitNode::Timestamp(timestamp)),
        _ => Err(place.bad("Seconds", "a Wait has either `Seconds` or `Timestamp`")),
    }
}
