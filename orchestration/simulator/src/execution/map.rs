//! Map states that run their items inside of the execution.
//!
//! Source: [Map workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Execution;
use super::fields::{self, FieldError};
use super::flow::{Flow, FlowId, Group, Item, Parent, Phase};
use crate::Payload;
use crate::definition::{MapNode, NumberField, Program, StateNode};
use crate::failure::{EXCEED_TOLERATED_FAILURES, Failure};
use crate::history::{Details, EventId, EventType};
use crate::jsonata::{Scope, World};

/// What a Map is run with.
pub(super) struct Plan {
    pub(super) items: Vec<Payload>,
    /// How many may run at once.
    pub(super) limit: usize,
    /// How many may fail; `None` if nothing says so.
    pub(super) tolerated: Option<usize>,
}

impl Execution {
    /// Starts as many iterations as may run at once.
    pub(super) fn start_map(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        map: &MapNode,
    ) {
        if let Some(distributed) = &map.distributed {
            return self.start_map_run(program, id, flow, node, map, distributed);
        }
        let input = Arc::clone(&flow.input);
        let plan = self.evaluate(&mut flow, node, None, None, |scope, world| {
            let items = given_items(map, &input, &scope, world)?;
            plan(map, items, &scope, world)
        });
        let plan = match plan {
            Ok(plan) => plan,
            Err(failure) => return self.group_failed(program, id, flow, node, failure),
        };
        let length = plan.items.len();
        self.note(
            &mut flow,
            EventType::MapStateStarted,
            Details::MapStarted { length },
        );
        let started = flow.last_event;
        let mut group = Box::new(Group {
            running: BTreeMap::new(),
            outputs: vec![None; length],
            items: plan.items,
            next_item: 0,
            failed: 0,
            tolerated: plan.tolerated,
            tolerated_flows: Vec::new(),
            run: None,
        });
        if length == 0 {
            return self.group_succeeded(program, id, flow, node, &[]);
        }
        for _ in 0..plan.limit.min(length) {
            if let Err(failure) = self.start_item(program, id, &mut flow, node, map, &mut group, started) {
                return self.map_failed(program, id, flow, node, group, failure);
            }
        }
        flow.last_event = started;
        flow.phase = Phase::Group(group);
        self.flows.insert(id, flow);
    }

    /// Starts the next item, if there is one.
    #[expect(
        clippy::too_many_arguments,
        reason = "all of it is the step's own state, taken apart to borrow"
    )]
    fn start_item(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: &mut Flow,
        node: &StateNode,
        map: &MapNode,
        group: &mut Group,
        previous: EventId,
    ) -> Result<(), Failure> {
        let index = group.next_item;
        let Some(value) = group.items.get(index) else {
            return Ok(());
        };
        let item = Arc::new(Item {
            index,
            value: Arc::clone(value),
        });
        group.next_item += 1;
        let input = match &map.selector {
            None => Arc::clone(value),
            Some(selector) => self.evaluate(flow, node, None, Some(&item), |scope, world| {
                Ok(selector.evaluate("ItemSelector", &scope, world)?)
            })?,
        };
        let details = Details::MapIteration {
            name: Arc::clone(&node.name),
            index,
        };
        let started = self.note_after(flow, previous, EventType::MapIterationStarted, details);
        let mut iteration = flow.inner(Parent { flow: id, index }, map.processor, input);
        iteration.item = Some(item);
        iteration.last_event = started;
        group.running.insert(index, self.open_flow(program, iteration));
        Ok(())
    }

    /// An iteration ended without ending the Map: `done` is the event that says so.
    #[expect(
        clippy::too_many_arguments,
        reason = "all of it is the step's own state, taken apart to borrow"
    )]
    pub(super) fn go_on_with_map(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        map: &MapNode,
        mut group: Box<Group>,
        done: EventId,
    ) {
        // As recorded on AWS, the next iteration follows the last event inside of the one that made room for it.
        let previous = flow.last_event;
        if let Err(failure) = self.start_item(program, id, &mut flow, node, map, &mut group, previous) {
            return self.map_failed(program, id, flow, node, group, failure);
        }
        if group.running.is_empty() {
            flow.last_event = done;
            self.group_succeeded(program, id, flow, node, &group.outputs);
        } else {
            flow.phase = Phase::Group(group);
            self.flows.insert(id, flow);
        }
    }
}

impl Execution {
    /// The next item has no input, which fails the whole Map.
    fn map_failed(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        mut group: Box<Group>,
        failure: Failure,
    ) {
        let cause = flow.last_event;
        self.abort_all(program, &mut group, cause);
        flow.last_event = cause;
        self.group_failed(program, id, flow, node, failure);
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
    input: &Payload,
    scope: &Scope<'_>,
    world: &mut World<'_>,
) -> Result<Vec<Payload>, FieldError> {
    if let Some(template) = &map.items {
        return fields::array(template, "Items", scope, world);
    }
    let items = input.as_array().ok_or_else(|| FieldError {
        field: None,
        message: format!("Map state input must be an array but was: {input}"),
        late: false,
    })?;
    Ok(items.iter().cloned().map(Payload::new).collect())
}

/// How the items are run.
pub(super) fn plan(
    map: &MapNode,
    items: Vec<Payload>,
    scope: &Scope<'_>,
    world: &mut World<'_>,
) -> Result<Plan, FieldError> {
    let mut number = |field: Option<&NumberField>| fields::number(field, scope, world);
    let limit = match number(map.max_concurrency.as_ref())? {
        None | Some(0) => usize::MAX,
        Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let count = number(map.tolerated_count.as_ref())?;
    let percentage = fields::percentage(map.tolerated_percentage.as_ref(), scope, world)?;
    let share = percentage.map(|percentage| share(items.len(), percentage));
    // Where both are given, the stricter one holds.
    let tolerated = match (count, share) {
        (Some(count), Some(share)) => Some(count.min(share)),
        (count, share) => count.or(share),
    };
    let tolerated = tolerated.map(|tolerated| usize::try_from(tolerated).unwrap_or(usize::MAX));
    Ok(Plan {
        items,
        limit,
        tolerated,
    })
}

/// That part of `length`, rounded down: one more would be above the percentage.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of items is far below 2^53, and the share of it is neither negative nor larger"
)]
fn share(length: usize, percentage: f64) -> u64 {
    (length as f64 * percentage / 100.0).floor() as u64
}
