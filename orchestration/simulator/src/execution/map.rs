//! Map states whose iterations run inside of the execution: the mode `INLINE`.
//!
//! Three items with `MaxConcurrency` 2, of which one may fail:
//!
//! ```text
//! start_map        items 0 and 1 are started; Fork { running: {0, 1}, next_item: 2, tolerated: Some(1) }
//! item 0 fails     tolerated: its output stays `None`; item 2 is started in its place
//! item 1 succeeds  no item is left to start
//! item 2 succeeds  nothing runs: the result is the outputs of items 1 and 2
//! ```
//!
//! Source: [Map workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html).

use std::sync::Arc;

use super::cursor::Cursor;
use super::fields::{FailedStep, FieldError, unexpected};
use super::flow::{Fork, Item, Parent, Phase};
use super::{Execution, numbers};
use crate::SharedValue;
use crate::definition::MapNode;
use crate::failure::{EXCEED_TOLERATED_FAILURES, Failure};
use crate::history::{Details, EventId, EventType};
use crate::jsonata::Scope;

pub(super) struct Plan {
    pub(super) items: Vec<SharedValue>,
    /// How many may run at once.
    pub(super) limit: usize,
    /// How many may fail; `None` where no field says so.
    pub(super) tolerated: Option<usize>,
}

impl Execution {
    /// Starts as many iterations as may run at once.
    pub(super) fn start_map(&mut self, mut cursor: Cursor, map: &MapNode) {
        let input = Arc::clone(&cursor.input);
        let plan = self.evaluate(&mut cursor, |scope| {
            map_plan(map, given_items(map, &input, &scope)?, &scope)
        });
        let plan = match plan {
            Ok(plan) => plan,
            Err(failure) => return self.fork_failed(cursor, failure),
        };
        let length = plan.items.len();
        self.push_event(
            &mut cursor,
            EventType::MapStateStarted,
            Details::MapStarted { length },
        );
        if length == 0 {
            return self.fork_succeeded(cursor, &[]);
        }
        let started = cursor.last_event;
        let mut fork = Box::new(Fork {
            outputs: vec![None; length],
            items: plan.items,
            tolerated: plan.tolerated,
            ..Fork::default()
        });
        for _ in 0..plan.limit.min(length) {
            if let Err(failure) = self.start_item(&mut cursor, &mut fork, started) {
                return self.map_failed(cursor, fork, failure);
            }
        }
        cursor.last_event = started;
        self.park(cursor, Phase::Fork(fork));
    }

    /// Starts the next item, if there is one.
    fn start_item(&mut self, cursor: &mut Cursor, fork: &mut Fork, previous: EventId) -> Result<(), Failure> {
        let index = fork.next_item;
        let Some(value) = fork.items.get(index) else {
            return Ok(());
        };
        fork.next_item += 1;
        let item = Item {
            index,
            value: Arc::clone(value),
        };
        let input = self.item_input(cursor, &item)?;
        let started = self.push_iteration(cursor, EventType::MapIterationStarted, index, previous);
        let parent = Parent {
            flow: cursor.id,
            index,
        };
        let mut iteration = cursor.inner(parent, cursor.node.map().processor, input);
        iteration.item = Some(Arc::new(item));
        iteration.last_event = started;
        fork.running.insert(index, self.start_flow(iteration));
        Ok(())
    }

    /// The input of an item's iteration or child execution: the item, or the output of the `ItemSelector`.
    pub(super) fn item_input(&mut self, cursor: &mut Cursor, item: &Item) -> Result<SharedValue, Failure> {
        let node = Arc::clone(&cursor.node);
        match &node.map().selector {
            None => Ok(Arc::clone(&item.value)),
            Some(selector) => self.evaluate_with(cursor, None, Some(item), |scope| {
                Ok(selector.evaluate("ItemSelector", &scope)?)
            }),
        }
    }

    /// Starts the next item after an iteration, whose last event is `done`, or ends the Map.
    pub(super) fn continue_map(&mut self, mut cursor: Cursor, mut fork: Box<Fork>, done: EventId) {
        // As recorded on AWS, the predecessor of the next iteration is the last event inside of the one that it follows.
        let previous = cursor.last_event;
        if let Err(failure) = self.start_item(&mut cursor, &mut fork, previous) {
            return self.map_failed(cursor, fork, failure);
        }
        if fork.running.is_empty() {
            cursor.last_event = done;
            self.fork_succeeded(cursor, &fork.outputs);
        } else {
            self.park(cursor, Phase::Fork(fork));
        }
    }

    /// Fails the whole Map because the input of the next item cannot be evaluated.
    fn map_failed(&mut self, cursor: Cursor, mut fork: Box<Fork>, failure: Failure) {
        self.abort_branches(&mut fork, cursor.last_event);
        self.fork_failed(cursor, failure);
    }
}

pub(super) fn too_many_failures() -> Failure {
    Failure::new(
        EXCEED_TOLERATED_FAILURES,
        "The specified tolerated failure threshold was exceeded",
    )
}

/// The items that the state is given: its `Items`, or its input.
pub(super) fn given_items(
    map: &MapNode,
    input: &SharedValue,
    scope: &Scope<'_>,
) -> Result<Vec<SharedValue>, FieldError> {
    let value = match &map.items {
        Some(template) => template.evaluate("Items", scope)?,
        None => Arc::clone(input),
    };
    if let Some(items) = value.as_array() {
        return Ok(items.iter().cloned().map(SharedValue::new).collect());
    }
    if map.distributed.is_some() && value.is_object() {
        return Err(pairs_are_unsupported());
    }
    Err(match &map.items {
        Some(template) => unexpected(template, "Items", "array", &value),
        None => FieldError {
            field: None,
            message: format!("Map state input must be an array but was: {value}"),
            step: FailedStep::Evaluation,
        },
    })
}

/// On AWS, a distributed Map runs for each key and value of an object. In which form an execution gets them is not
/// documented.
///
/// Source: `Items` in [Distributed Map state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-dist-state-fields).
fn pairs_are_unsupported() -> FieldError {
    FieldError {
        field: None,
        message: "The simulator does not run a distributed Map for the keys and values of an object: give it an array."
            .to_owned(),
        step: FailedStep::Refused,
    }
}

pub(super) fn map_plan(
    map: &MapNode,
    items: Vec<SharedValue>,
    scope: &Scope<'_>,
) -> Result<Plan, FieldError> {
    let limit = limit_of(numbers::CONCURRENCY.optional(map.max_concurrency.as_ref(), scope)?);
    let count = numbers::TOLERATED_COUNT.optional(map.tolerated_count.as_ref(), scope)?;
    let percentage = numbers::percentage(map.tolerated_percentage.as_ref(), scope)?;
    let share = percentage.map(|percentage| share(items.len(), percentage));
    // Where both are given, the stricter one holds.
    let tolerated = count.map(saturated).into_iter().chain(share).min();
    Ok(Plan {
        items,
        limit,
        tolerated,
    })
}

/// A limit as a number of items: 0 is none.
pub(super) fn limit_of(limit: Option<u64>) -> usize {
    limit.filter(|limit| *limit > 0).map_or(usize::MAX, saturated)
}

pub(super) fn saturated(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// That branch of `length`, rounded down: one more would be above the percentage.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of items is far below 2^53, and the share of it is neither negative nor larger"
)]
fn share(length: usize, percentage: f64) -> usize {
    (length as f64 * percentage / 100.0).floor() as usize
}
