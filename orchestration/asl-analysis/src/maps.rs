//! Executions and concurrency of Map states.

use crate::hints::Hints;
use crate::unbounded::{Reason, Unbounded};
use asl_document::{MapState, Number};

/// The most concurrent iterations of an inline Map.
///
/// Source: [Map state processing
/// modes](https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html#concepts-map-process-modes).
const MAX_CONCURRENCY_INLINE: u64 = 40;

/// The most concurrent executions of a distributed Map.
///
/// Source: [Distributed Map state, `MaxConcurrency`](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-state-distributed-additional-fields).
const MAX_CONCURRENCY_DISTRIBUTED: u64 = 10_000;

/// Whether each item runs in an execution of its own.
pub fn is_distributed(map: &MapState) -> bool {
    config(map, "Mode") == Some("DISTRIBUTED")
}

/// Whether the executions of a distributed Map are Express ones.
pub fn is_express(map: &MapState) -> bool {
    is_distributed(map) && config(map, "ExecutionType") == Some("EXPRESS")
}

fn config<'a>(map: &'a MapState, key: &str) -> Option<&'a str> {
    map.item_processor.processor_config.as_ref()?.get(key)?.as_str()
}

/// The most iterations, or executions of a distributed Map: one per item, as if batches held one item each.
pub(crate) fn max_executions(name: &str, map: &MapState, hints: &Hints) -> Result<u64, Unbounded> {
    hints
        .max_items(name, map)
        .ok_or_else(|| Reason::UnknownItems.of(name))
}

/// The number of items that run concurrently, if there are enough; 1 if it is computed at run time.
pub fn concurrency(map: &MapState) -> u64 {
    let max = if is_distributed(map) {
        MAX_CONCURRENCY_DISTRIBUTED
    } else {
        MAX_CONCURRENCY_INLINE
    };
    match map.max_concurrency {
        None | Some(Number::Literal(0)) => max,
        Some(Number::Literal(limit)) => limit.min(max),
        Some(Number::Expression(_)) => 1,
    }
}
