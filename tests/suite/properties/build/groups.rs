//! Parallels and maps.

use asl::{
    Batch, Each, Expr, IntoStep, Source, Step, TooManyFailures, distributed_map, distributed_map_in_batches,
    map_each, parallel,
};

use super::Building;
use crate::properties::contracts::Trio;
use crate::properties::plan::{Behind, Distributed, Map, Plan};
use crate::properties::values::{Known, numbered_expression, summary_expression};

/// What follows a parallel or a map; `$more` makes what is known of what it leaves.
macro_rules! behind {
    ($building:ident, $behind:expr, $known:ident, $group:expr, |$left:pat_param| $more:expr) => {{
        let behind = $behind;
        match (&behind.caught, &behind.undo) {
            (Some(handler), _) => $group
                .catch_all(|error| $building.handler(handler, error, $known))
                .and_then(|$left| $building.step(&behind.rest, &$more)),
            (None, Some(undo)) => $group
                .into_step()
                .compensate(|$left| $building.step(undo, &$more))
                .then(|$left| $building.step(&behind.rest, &$more)),
            (None, None) if behind.as_step => $group
                .into_step()
                .then(|$left| $building.step(&behind.rest, &$more)),
            (None, None) => $group.and_then(|$left| $building.step(&behind.rest, &$more)),
        }
    }};
}

impl Building {
    pub(super) fn both(&self, left: &Plan, right: &Plan, behind: &Behind, known: &Known<'_>) -> Step<Trio> {
        let branches = (self.step(left, known), self.step(right, known));
        let both = parallel(&self.name("Both"), branches);
        behind!(self, behind, known, both, |(left, right)| known
            .with(left)
            .with(right))
    }

    pub(super) fn inline(&self, map: &Map, known: &Known<'_>) -> Step<Trio> {
        let each = map_each(&self.name("Each"), map.items.expression(known), |each| {
            let inside = known.in_map(each.item).with_item(numbered_expression(each.index));
            self.step(&map.body, &inside)
        });
        let each = if map.one_by_one { each.concurrency(1) } else { each };
        behind!(self, &map.behind, known, each, |left| known
            .with_list(left)
            .with(summary_expression(left)))
    }

    pub(super) fn distributed(&self, map: &Map, distributed: &Distributed, known: &Known<'_>) -> Step<Trio> {
        let name = self.name("Distributed");
        let items = Source::list(map.items.expression(known));
        let hand_over = |each| handed(distributed, &each, known);
        // Nothing from outside is read in there, not even while it is built.
        let (inside, body) = (self.clone(), map.body.clone());
        let each = match distributed.batch {
            Some(size) => distributed_map_in_batches(
                &name,
                items,
                u64::from(size),
                hand_over,
                move |batch: Expr<'static, Batch<Trio>>| {
                    let known = Known::new(summary_expression(batch.items)).with_list(batch.items);
                    inside.step(&body, &known)
                },
            ),
            None => distributed_map(&name, items, hand_over, move |item: Expr<'static, Trio>| {
                inside.step(&body, &Known::new(item))
            }),
        };
        let each = each.tolerate(u64::from(distributed.tolerated));
        let each = if map.one_by_one { each.concurrency(1) } else { each };
        if let (true, Some(handler)) = (distributed.by_name, &map.behind.caught) {
            return each
                .catch(TooManyFailures, |error| self.handler(handler, error, known))
                .and_then(|left| {
                    let known = known.with_list(left).with(summary_expression(left));
                    self.step(&map.behind.rest, &known)
                });
        }
        behind!(self, &map.behind, known, each, |left| known
            .with_list(left)
            .with(summary_expression(left)))
    }
}

fn handed<'s>(distributed: &Distributed, each: &Each<'s, Trio>, known: &Known<'s>) -> Expr<'s, Trio> {
    match &distributed.handed {
        Some(handed) => {
            handed.expression(&known.in_map(each.item).with_item(numbered_expression(each.index)))
        }
        None => each.item,
    }
}
