//! Maps: one run of a body per item.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::{Binding, Expr, Kind, Node};
use crate::flow::{Arms, CatchArm, Flow, Items, MapFlow, bind, next_binding};
use crate::personal::Personal;
use crate::step::{Caught, IntoStep, Step};
use crate::task::{ArmsLeave, Ending, Open};
use crate::{Leaves, lower};

/// A body that runs once per item, and what follows when all runs have ended or one too many has failed.
#[must_use = "a map does nothing until it stands in a workflow"]
pub struct MapEach<P, A = Open> {
    map: MapFlow,
    leaves: PhantomData<fn() -> (P, A)>,
}

impl<P, A> fmt::Debug for MapEach<P, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MapEach({})", self.map.name)
    }
}

/// What one run of a map's body is for.
#[derive(Debug, Clone, Copy)]
pub struct Each<'s, T> {
    /// The item.
    pub item: Expr<'s, T>,
    /// Its place among the items, from 0.
    pub index: Expr<'s, u64>,
}

impl<T> Each<'_, T> {
    /// What a run of the map knows, given what is personal in its items.
    pub(crate) fn of(map: Binding, personal: Personal) -> Self {
        let item = Node::new(Kind::MapItem { map, index: false });
        Self {
            item: Expr::new(item.seen_as(personal)),
            index: Expr::new(Node::new(Kind::MapItem { map, index: true })),
        }
    }
}

/// Runs `body` once per item, side by side, and leaves what the runs leave, in the items' order.
///
/// The body may read what is bound around the map; what it binds itself cannot leave it. An error in a run fails the
/// map; where some may fail, catch in the body, or take a [`distributed_map`](crate::distributed_map).
pub fn map_each<T, S: IntoStep>(
    name: &str,
    items: Expr<'_, Vec<T>>,
    body: impl for<'s> FnOnce(Each<'s, T>) -> S,
) -> MapEach<S::Leaves> {
    let item = next_binding();
    let map = MapFlow {
        name: name.to_owned(),
        comment: None,
        items: Items::Given(items.node),
        item,
        body: body(Each::of(item, items.node.personal)).into_step().flow,
        leaves: S::Leaves::SHAPE,
        concurrency: None,
        distributed: None,
        arms: Arms::default(),
    };
    MapEach {
        map,
        leaves: PhantomData,
    }
}

impl<P: Leaves, A> MapEach<P, A> {
    /// What a person who reads the definition in the console should know.
    pub fn comment(mut self, comment: &str) -> Self {
        self.map.comment = Some(comment.to_owned());
        self
    }

    /// How many runs may be under way at once; without it, and at 0, as many as the platform allows: 40.
    ///
    /// Source: [Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
    pub fn concurrency(mut self, most: u64) -> Self {
        self.map.concurrency = Some(most);
        self
    }

    /// What follows when the map fails.
    pub fn catch_all<S>(
        mut self,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> MapEach<P, Ending<S::Leaves>>
    where
        S: IntoStep,
        A: ArmsLeave<S::Leaves>,
    {
        let (binding, record) = bind();
        let flow = handler(record.whole()).into_step().flow;
        self.map.arms.caught.push(CatchArm {
            error: lower::ALL_ERRORS,
            binding,
            flow,
        });
        MapEach {
            map: self.map,
            leaves: PhantomData,
        }
    }

    /// What follows, given what the runs left.
    pub fn then<S>(mut self, next: impl for<'s> FnOnce(Expr<'s, Vec<P>>) -> S) -> Step<S::Leaves>
    where
        S: IntoStep,
        A: ArmsLeave<S::Leaves>,
    {
        let (binding, record) = bind();
        let step = next(Vec::<P>::bind(record)).into_step();
        self.map.arms.then = Some((binding, Box::new(step.flow)));
        Step::new(Flow::Map(Box::new(self.map)))
    }
}

impl<P: Leaves> IntoStep for MapEach<P, Ending<Vec<P>>> {
    type Leaves = Vec<P>;

    fn into_step(self) -> Step<Vec<P>> {
        Step::new(Flow::Map(Box::new(self.map)))
    }
}

impl<P: Leaves> IntoStep for MapEach<P> {
    type Leaves = Vec<P>;

    fn into_step(self) -> Step<Vec<P>> {
        Step::new(Flow::Map(Box::new(self.map)))
    }
}
