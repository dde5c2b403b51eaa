//! What goes into the executions of a distributed Map, and what comes out of them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::flow::{Flow, Item};
use super::map::Plan;
use super::map_run::distributed;
use super::{Execution, fields, redacted};
use crate::Payload;
use crate::definition::{BatcherNode, Distributed, MapNode, NumberField, StateNode};
use crate::failure::Failure;
use crate::limits::bytes;

/// What the executions of a run are given: one input each, and how many items are in it.
pub(super) struct Inputs {
    pub(super) inputs: Vec<Payload>,
    pub(super) weights: Vec<usize>,
}

impl Execution {
    /// Selects what each execution gets, and puts items together.
    pub(super) fn inputs(
        &mut self,
        flow: &mut Flow,
        node: &StateNode,
        map: &MapNode,
        distributed: &Distributed,
        plan: &Plan,
    ) -> Result<Inputs, Failure> {
        let mut selected = Vec::with_capacity(plan.items.len());
        for (index, value) in plan.items.iter().enumerate() {
            selected.push(match &map.selector {
                None => Arc::clone(value),
                Some(selector) => {
                    let item = Item {
                        index,
                        value: Arc::clone(value),
                    };
                    self.evaluate(flow, node, None, Some(&item), |scope, world| {
                        Ok(selector.evaluate("ItemSelector", &scope, world)?)
                    })?
                }
            });
        }
        let Some(batcher) = &distributed.batcher else {
            return Ok(Inputs {
                inputs: selected,
                weights: Vec::new(),
            });
        };
        let (shared, most_items, most_bytes) = self.evaluate(flow, node, None, None, |scope, world| {
            let shared = match &batcher.input {
                Some(template) => Some(template.evaluate("ItemBatcher/BatchInput", &scope, world)?),
                None => None,
            };
            let mut number = |field: Option<&NumberField>| fields::number(field, &scope, world);
            let BatcherNode {
                max_items, max_bytes, ..
            } = batcher;
            Ok((shared, number(max_items.as_ref())?, number(max_bytes.as_ref())?))
        })?;
        Ok(batches(&selected, shared.as_deref(), most_items, most_bytes))
    }

    /// The result of the state: the results, or where they would be.
    ///
    /// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
    pub(super) fn written(
        &mut self,
        flow: &mut Flow,
        node: &StateNode,
        arn: &str,
        results: Vec<Value>,
    ) -> Result<Value, Failure> {
        let Some(writer) = distributed(node).and_then(|distributed| distributed.writer.as_ref()) else {
            return Ok(Value::Array(results));
        };
        let Some(template) = &writer.arguments else {
            return Ok(if writer.flatten {
                flattened(results)
            } else {
                Value::Array(results)
            });
        };
        let target = self.evaluate(flow, node, None, None, |scope, world| {
            Ok(template.evaluate("ResultWriter/Arguments", &scope, world)?)
        })?;
        let target = redacted(&target);
        let prefix = target.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let slash = if prefix.is_empty() || prefix.ends_with('/') {
            ""
        } else {
            "/"
        };
        let run = arn.rsplit(':').next().unwrap_or_default();
        Ok(json!({
            "MapRunArn": arn,
            "ResultWriterDetails": {
                "Bucket": target.get("Bucket"),
                "Key": format!("{prefix}{slash}{run}/manifest.json"),
            },
        }))
    }
}

/// The results with those that are arrays joined.
fn flattened(results: Vec<Value>) -> Value {
    results
        .into_iter()
        .flat_map(|result| match result {
            Value::Array(items) => items,
            single => vec![single],
        })
        .collect()
}

/// Puts items together up to the limits; a batch has at least one.
///
/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
fn batches(
    items: &[Payload],
    shared: Option<&Value>,
    most_items: Option<u64>,
    most_bytes: Option<u64>,
) -> Inputs {
    let most = |limit: Option<u64>| {
        limit
            .filter(|limit| *limit > 0)
            .map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
    };
    let (most_items, most_bytes) = (most(most_items), most(most_bytes));
    let mut groups: Vec<Vec<Value>> = Vec::new();
    let mut size = 0;
    for item in items {
        let more = bytes(item);
        match groups.last_mut() {
            Some(group) if group.len() < most_items && size + more <= most_bytes => {
                group.push(Value::clone(item));
                size += more;
            }
            _ => {
                groups.push(vec![Value::clone(item)]);
                size = more;
            }
        }
    }
    let weights = groups.iter().map(Vec::len).collect();
    let inputs = groups
        .into_iter()
        .map(|group| {
            Payload::new(match shared {
                Some(shared) => json!({"BatchInput": shared, "Items": group}),
                None => json!({"Items": group}),
            })
        })
        .collect();
    Inputs { inputs, weights }
}
