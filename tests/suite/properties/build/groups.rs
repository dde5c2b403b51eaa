//! Parallels and maps.

use asl::{
    Batch, Each, Expr, IntoStep, Source, Step, TooManyFailures, distributed_map, distributed_map_in_batches,
    map_each, parallel,
};

use super::Builder;
use crate::properties::ast::{Ast, Continuation, Distributed, Map};
use crate::properties::contracts::Sample;
use crate::properties::values::{Expressions, numbered_expression, summary_expression};

/// Appends the continuation of a parallel or a map; `$more` adds its output to the scope.
macro_rules! continuation {
    ($builder:ident, $continuation:expr, $known:ident, $group:expr, |$left:pat_param| $more:expr) => {{
        let continuation = $continuation;
        match (&continuation.caught, &continuation.undo) {
            (Some(handler), _) => $group
                .catch_all(|error| $builder.handler(handler, error, $known))
                .and_then(|$left| $builder.step(&continuation.rest, &$more)),
            (None, Some(undo)) => $group
                .into_step()
                .compensate(|$left| $builder.step(undo, &$more))
                .then(|$left| $builder.step(&continuation.rest, &$more)),
            (None, None) if continuation.as_step => $group
                .into_step()
                .then(|$left| $builder.step(&continuation.rest, &$more)),
            (None, None) => $group.and_then(|$left| $builder.step(&continuation.rest, &$more)),
        }
    }};
}

impl Builder {
    pub(super) fn parallel(
        &self,
        left: &Ast,
        right: &Ast,
        continuation: &Continuation,
        known: &Expressions<'_>,
    ) -> Step<Sample> {
        let branches = (self.step(left, known), self.step(right, known));
        let both = parallel(&self.name("Parallel"), branches);
        continuation!(self, continuation, known, both, |(left, right)| known
            .with(left)
            .with(right))
    }

    pub(super) fn inline(&self, map: &Map, known: &Expressions<'_>) -> Step<Sample> {
        let each = map_each(&self.name("Each"), map.items.expression(known), |each| {
            let inside = known.in_map(each.item).with_item(numbered_expression(each.index));
            self.step(&map.body, &inside)
        });
        let each = if map.one_by_one { each.concurrency(1) } else { each };
        continuation!(self, &map.continuation, known, each, |outputs| known
            .with_list(outputs)
            .with(summary_expression(outputs)))
    }

    pub(super) fn distributed(
        &self,
        map: &Map,
        distributed: &Distributed,
        known: &Expressions<'_>,
    ) -> Step<Sample> {
        let name = self.name("Distributed");
        let items = Source::list(map.items.expression(known));
        let hand_over = |each| item_input(distributed, &each, known);
        // The body is an execution of its own and reads nothing from outside.
        let (inside, body) = (self.clone(), map.body.clone());
        let each = match distributed.batch {
            Some(size) => distributed_map_in_batches(
                &name,
                items,
                u64::from(size),
                hand_over,
                move |batch: Expr<'static, Batch<Sample>>| {
                    let known = Expressions::new(summary_expression(batch.items)).with_list(batch.items);
                    inside.step(&body, &known)
                },
            ),
            None => distributed_map(&name, items, hand_over, move |item: Expr<'static, Sample>| {
                inside.step(&body, &Expressions::new(item))
            }),
        };
        let each = each.tolerate(u64::from(distributed.tolerated));
        let each = if map.one_by_one { each.concurrency(1) } else { each };
        if let (true, Some(handler)) = (distributed.by_name, &map.continuation.caught) {
            return each
                .catch(TooManyFailures, |error| self.handler(handler, error, known))
                .and_then(|outputs| {
                    let known = known.with_list(outputs).with(summary_expression(outputs));
                    self.step(&map.continuation.rest, &known)
                });
        }
        continuation!(self, &map.continuation, known, each, |outputs| known
            .with_list(outputs)
            .with(summary_expression(outputs)))
    }
}

fn item_input<'s>(
    distributed: &Distributed,
    each: &Each<'s, Sample>,
    known: &Expressions<'s>,
) -> Expr<'s, Sample> {
    match &distributed.item_input {
        Some(item_input) => {
            item_input.expression(&known.in_map(each.item).with_item(numbered_expression(each.index)))
        }
        None => each.item,
    }
}
