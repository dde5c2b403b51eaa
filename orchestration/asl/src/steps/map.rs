//! Maps: one run of a body per item.

use std::fmt;
use std::marker::PhantomData;

use crate::steps::flow::{Arms, CatchArm, Flow, Items, MapFlow, bind};
use crate::steps::task::{Handled, HandlerOutput, Unhandled};
use crate::steps::{Caught, IntoStep, Step};
use crate::values::expr::{Binding, Expr, ExprKind, Node, next_binding};
use crate::values::personal::Personal;
use crate::{ErrorOutput, IntoExpr, StepOutput};
use asl_document::ALL_ERRORS;

/// A body that runs once per item, and what follows success and errors.
///
/// ```
/// # use shop::*;
/// use asl::{map_each, pass};
///
/// let states = states(|order| {
///     map_each("EachLine", order.lines, |each| {
///         pack(each.item).catch_all(|_| failed("NotPacked"))
///     })
///     .comment("The packing hall has five tables.")
///     .concurrency(5)
///     .catch_all(|_| receipt("NotAllPacked", "none"))
///     .and_then(|parcels| {
///         let all = parcels.map(|parcel| parcel.tracking).includes("p-1".to_owned());
///         let number = all.if_else("first", order.id);
///         pass("AllPacked", ReceiptFields { number })
///     })
/// });
///
/// assert_eq!(states["EachLine"]["Items"], "{% $states.context.Execution.Input.lines %}");
/// assert_eq!(states["EachLine"]["MaxConcurrency"], 5);
/// assert_eq!(states["EachLine"]["Catch"][0]["Next"], "NotAllPacked");
/// assert_eq!(states["EachLine"]["Next"], "AllPacked");
/// ```
#[must_use = "a map does nothing until it is part of a workflow"]
pub struct MapEach<P, A = Unhandled> {
    map: MapFlow,
    leaves: PhantomData<fn() -> (P, A)>,
}

impl<P, A> fmt::Debug for MapEach<P, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MapEach({})", self.map.name)
    }
}

/// What one run of a map's body can read: its item and index.
///
/// ```
/// # use shop::*;
/// use asl::{Each, Step, map_each, pass};
///
/// fn number(each: Each<'_, Line>) -> Step<Line> {
///     pass("Number", LineFields {
///         sku: each.item.sku,
///         amount: each.index,
///         weight: each.item.weight,
///     })
/// }
///
/// let states =
///     states(|order| map_each("EachLine", order.lines, number).and_then(|_| receipt("Done", "r-1")));
///
/// let numbered = &states["EachLine"]["ItemProcessor"]["States"]["Number"]["Output"];
/// assert_eq!(numbered["sku"], "{% $states.context.Map.Item.Value.sku %}");
/// assert_eq!(numbered["amount"], "{% $states.context.Map.Item.Index %}");
/// ```
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "an expression has no text")]
pub struct Each<'s, T> {
    /// The item.
    pub item: Expr<'s, T>,
    /// The item's index, from 0.
    pub index: Expr<'s, u64>,
}

impl<T> Each<'_, T> {
    /// The item and index of a run, given what is personal in the items.
    pub(crate) fn of(map: Binding, personal: Personal) -> Self {
        let item = Node::new(ExprKind::MapItem { map, index: false });
        Self {
            item: Expr::new(item.marked(personal)),
            index: Expr::new(Node::new(ExprKind::MapItem { map, index: true })),
        }
    }
}

/// Runs `body` once per item, side by side. Its output is the list of the runs' outputs, in the items' order.
///
/// The body can read all values around the map. Its own values cannot be read outside of it. An error in a run fails the
/// map; where some may fail, catch in the body, or take a [`distributed_map`](crate::distributed_map).
///
/// ```
/// # use shop::*;
/// use asl::map_each;
///
/// let states = states(|order| {
///     map_each("EachLine", order.lines, |each| {
///         pack(each.item).catch_all(|_| failed("NotPacked"))
///     })
///     .and_then(|_| receipt("AllPacked", "r-1"))
/// });
///
/// assert_eq!(states["EachLine"]["ItemProcessor"]["StartAt"], "Pack");
/// ```
pub fn map_each<'x, T, S: IntoStep>(
    name: &str,
    items: impl IntoExpr<'x, Vec<T>>,
    body: impl for<'s> FnOnce(Each<'s, T>) -> S,
) -> MapEach<S::Output> {
    let items = items.into_expr().node;
    let item = next_binding();
    let map = MapFlow {
        name: name.to_owned(),
        comment: None,
        items: Items::Given(items),
        item,
        body: body(Each::of(item, items.personal)).into_step().flow,
        output_shape: S::Output::SHAPE,
        concurrency: None,
        distributed: None,
        arms: Arms::default(),
    };
    MapEach {
        map,
        leaves: PhantomData,
    }
}

impl<P: StepOutput, A> MapEach<P, A> {
    /// A comment for people who read the definition in the console.
    /// See [`MapEach`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.map.comment = Some(comment.to_owned());
        self
    }

    /// The most runs at once, from 1 to 40. Without it, as many as the platform allows: 40.
    ///
    /// Source: [Inline mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
    /// See [`MapEach`].
    pub fn concurrency(mut self, most: u64) -> Self {
        self.map.concurrency = Some(most);
        self
    }

    /// Handles the error that the map fails with.
    /// See [`MapEach`].
    pub fn catch_all<S>(
        mut self,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> MapEach<P, Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let flow = handler(ErrorOutput::bind(record)).into_step().flow;
        self.map.arms.caught.push(CatchArm {
            error: ALL_ERRORS,
            binding,
            flow,
        });
        MapEach {
            map: self.map,
            leaves: PhantomData,
        }
    }

    /// What follows success, given the outputs of the runs.
    /// See [`MapEach`].
    pub fn and_then<S>(mut self, next: impl for<'s> FnOnce(Expr<'s, Vec<P>>) -> S) -> Step<S::Output>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let step = next(Vec::<P>::bind(record)).into_step();
        self.map.arms.then = Some((binding, Box::new(step.flow)));
        Step::new(Flow::Map(Box::new(self.map)))
    }
}

impl<P: StepOutput> IntoStep for MapEach<P, Handled<Vec<P>>> {
    type Output = Vec<P>;

    fn into_step(self) -> Step<Vec<P>> {
        Step::new(Flow::Map(Box::new(self.map)))
    }
}

impl<P: StepOutput> IntoStep for MapEach<P> {
    type Output = Vec<P>;

    fn into_step(self) -> Step<Vec<P>> {
        Step::new(Flow::Map(Box::new(self.map)))
    }
}
