//! The inputs of a Map Run's child executions, and its result.
//!
//! With `MaxItemsPerBatch` 2, the items `[1, 2, 3]` become two child executions:
//!
//! ```text
//! inputs   [{"Items": [1, 2]}, {"Items": [3]}]
//! weights  [2, 1]                               a batch that fails counts with all of its items
//! ```

use std::sync::Arc;

use serde_json::{Value, json};

use super::cursor::Cursor;
use super::flow::Item;
use super::map::{Plan, limit_of};
use super::{Execution, numbers, redacted};
use crate::SharedValue;
use crate::definition::{BatcherNode, Transformation};
use crate::failure::Failure;
use crate::invariant::Invariant;
use crate::limits::bytes;

/// The inputs of a Map Run's child executions, and the number of items in each.
pub(super) struct Inputs {
    pub(super) inputs: Vec<SharedValue>,
    pub(super) weights: Vec<usize>,
}

impl Execution {
    /// Applies the `ItemSelector` to each item, and groups items into batches.
    pub(super) fn child_inputs(&mut self, cursor: &mut Cursor, plan: &Plan) -> Result<Inputs, Failure> {
        let mut inputs = Vec::with_capacity(plan.items.len());
        for (index, value) in plan.items.iter().enumerate() {
            let value = Arc::clone(value);
            inputs.push(self.item_input(cursor, &Item { index, value })?);
        }
        let node = Arc::clone(&cursor.node);
        let Some(batcher) = &node.map().distributed().batcher else {
            let weights = vec![1; inputs.len()];
            return Ok(Inputs { inputs, weights });
        };
        let BatcherNode {
            input,
            max_items,
            max_bytes,
        } = batcher;
        let (shared, item_limit, byte_limit) = self.evaluate(cursor, |scope| {
            let shared = match input {
                Some(template) => Some(template.evaluate("ItemBatcher/BatchInput", &scope)?),
                None => None,
            };
            let items = numbers::BATCH_ITEMS.optional(max_items.as_ref(), &scope)?;
            let bytes = numbers::BATCH_BYTES.optional(max_bytes.as_ref(), &scope)?;
            Ok((shared, limit_of(items), limit_of(bytes)))
        })?;
        Ok(batches(&inputs, shared.as_deref(), item_limit, byte_limit))
    }

    /// The result of the state: the results, or where they would be written.
    ///
    /// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
    pub(super) fn write_results(
        &mut self,
        cursor: &mut Cursor,
        arn: &str,
        results: Vec<Value>,
    ) -> Result<Value, Failure> {
        let node = Arc::clone(&cursor.node);
        let Some(writer) = &node.map().distributed().writer else {
            return Ok(Value::Array(results));
        };
        let Some(template) = &writer.arguments else {
            return Ok(match writer.transformation {
                Transformation::Flatten => flatten(results),
                Transformation::Compact => Value::Array(results),
            });
        };
        let target = self.evaluate(cursor, |scope| {
            Ok(template.evaluate("ResultWriter/Arguments", &scope)?)
        })?;
        let target = redacted(&target);
        // A prefix is optional.
        let prefix = target.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let slash = if prefix.is_empty() || prefix.ends_with('/') {
            ""
        } else {
            "/"
        };
        let (_, run) = arn
            .rsplit_once(':')
            .expect_invariant("the ARN of a Map Run ends with its id");
        Ok(json!({
            "MapRunArn": arn,
            "ResultWriterDetails": {
                "Bucket": target.get("Bucket"),
                "Key": format!("{prefix}{slash}{run}/manifest.json"),
            },
        }))
    }
}

/// The results, of which those that are arrays are joined.
fn flatten(results: Vec<Value>) -> Value {
    results
        .into_iter()
        .flat_map(|result| match result {
            Value::Array(items) => items,
            single => vec![single],
        })
        .collect()
}

/// Groups items up to the limits; a batch has at least one item.
///
/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
fn batches(items: &[SharedValue], shared: Option<&Value>, item_limit: usize, byte_limit: usize) -> Inputs {
    let mut groups: Vec<Vec<Value>> = Vec::new();
    let mut size = 0;
    for item in items {
        let more = bytes(item);
        match groups.last_mut() {
            Some(group) if group.len() < item_limit && size + more <= byte_limit => {
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
            SharedValue::new(match shared {
                Some(shared) => json!({"BatchInput": shared, "Items": group}),
                None => json!({"Items": group}),
            })
        })
        .collect();
    Inputs { inputs, weights }
}
