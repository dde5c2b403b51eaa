//! Maps: one run of a body per item.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::{Expr, Kind, Node};
use crate::flow::{Arms, CatchArm, Flow, MapFlow, bind, next_binding};
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

/// Runs `body` once per item, side by side, and leaves what the runs leave, in the items' order.
///
/// The body may read what is bound around the map; what it binds itself cannot leave it. An error in a run fails the
/// map, unless [`tolerate`](MapEach::tolerate) allows for it.
pub fn map_each<T, S: IntoStep>(
    name: &str,
    items: Expr<'_, Vec<T>>,
    body: impl for<'s> FnOnce(Each<'s, T>) -> S,
) -> MapEach<S::Leaves> {
    let map = next_binding();
    let each = Each {
        item: Expr::new(Node::item_of(items.node, Kind::MapItem { map, index: false })),
        index: Expr::new(Node::new(Kind::MapItem { map, index: true })),
    };
    let map = MapFlow {
        name: name.to_owned(),
        comment: None,
        items: items.node,
        item: map,
        body: body(each).into_step().flow,
        leaves: S::Leaves::SHAPE,
        concurrency: None,
        tolerated_failures: None,
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

    /// How many runs may fail before the map does; without it none.
    pub fn tolerate(mut self, failures: u64) -> Self {
        self.map.tolerated_failures = Some(failures);
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
