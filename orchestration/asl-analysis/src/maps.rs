//! How many items a Map has, and how many of them run at once.

use crate::hints::Hints;
use crate::unbounded::{Reason, Unbounded};
use asl_document::{MapState, Number};

/// The most iterations of an inline Map that run at once.
///
/// Source: [Map state processing
/// modes](https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html#concepts-map-process-modes).
const AT_ONCE_INLINE: u64 = 40;

/// The most executions of a distributed Map that run at once.
///
/// Source: [Distributed Map state, `MaxConcurrency`](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-state-distributed-additional-fields).
const AT_ONCE_DISTRIBUTED: u64 = 10_000;

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
pub fn most_executions(name: &str, map: &MapState, hints: &Hints) -> Result<u64, Unbounded> {
    hints
        .most_items(name, map)
        .ok_or_else(|| Reason::NoItems.of(name))
}

/// How many items run at once if there are enough; one if that comes from data.
pub fn at_once(map: &MapState) -> u64 {
    let most = if is_distributed(map) {
        AT_ONCE_DISTRIBUTED
    } else {
        AT_ONCE_INLINE
    };
    match map.max_concurrency {
        None | Some(Number::Literal(0)) => most,
        Some(Number::Literal(limit)) => limit.min(most),
        Some(Number::Expression(_)) => 1,
    }
}
