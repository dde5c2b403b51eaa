//! Distributed maps: one execution per item, or per batch of items.
//!
//! Source: [Map state in Distributed mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).

use std::fmt;
use std::marker::PhantomData;

use crate::steps::error::{ErrorName, RaisedBy};
use crate::steps::flow::{Arms, CatchArm, Distributed, Flow, MapFlow, Tolerated, bind};
use crate::steps::map::Each;
use crate::steps::task::{Handled, HandlerOutput, Unhandled};
use crate::steps::{Caught, IntoStep, Step};
use crate::values::expr::{Expr, ExprKind, Node, next_binding};
use crate::{ErrorOutput, IntoExpr, Payload, StepOutput};
use asl_document::ALL_ERRORS;

mod source;
mod values;

pub use source::{Bucket, Row, Source};
pub use values::{
    Batch, BatchFields, ListedObject, ListedObjectFields, ResultFile, ResultFileFields, Written,
    WrittenFields,
};

/// A body that runs as an execution of its own per item, and what follows success and errors.
///
/// `L` is its output: the list of the executions' outputs, or [`Written`] once
/// [`write_results`](DistributedMap::write_results) is called.
///
/// ```
/// # use shop::*;
/// use asl::{ResultsNotWritten, Source, TooManyFailures, distributed_map};
///
/// let states = states(|order| {
///     let lines = Source::<Line>::json_lines::<Uploads>(order.id);
///     distributed_map("EachLine", lines, |line| line.item, |line| {
///         pack(line).catch_all(|_| failed("NotPacked"))
///     })
///     .comment("A wholesale order is a file.")
///     .concurrency(50)
///     .tolerate(3)
///     .express()
///     .write_results::<Uploads>("packed/")
///     .catch(TooManyFailures, |_| receipt("PackedInPart", "none"))
///     .catch(ResultsNotWritten, |_| receipt("PackedUnwritten", "none"))
///     .catch_all(|_| failed("NotPackedAtAll"))
///     .and_then(|_| receipt("AllPacked", "r-1"))
/// });
///
/// let each = &states["EachLine"];
/// assert_eq!(each["MaxConcurrency"], 50);
/// assert_eq!(each["ToleratedFailureCount"], 3);
/// assert_eq!(each["ItemProcessor"]["ProcessorConfig"]["ExecutionType"], "EXPRESS");
/// assert_eq!(each["ResultWriter"]["Arguments"]["Bucket"], "${UploadsBucketName}");
/// assert_eq!(each["Catch"][0]["Next"], "PackedInPart");
/// assert_eq!(each["Next"], "AllPacked");
/// ```
#[must_use = "a map does nothing until it is part of a workflow"]
pub struct DistributedMap<L, A = Unhandled> {
    map: MapFlow,
    distributed: Distributed,
    leaves: PhantomData<fn() -> (L, A)>,
}

impl<L, A> fmt::Debug for DistributedMap<L, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DistributedMap({})", self.map.name)
    }
}

/// Runs `body` once per item, each run as an execution of its own. Its output is the list of the runs' outputs.
///
/// Another execution cannot read values of this one. `hand_over` makes its input: the item as it is, or a payload of
/// the item, its index and any value of this execution. `body` reads that input and nothing from outside, which the
/// compiler checks.
///
/// A failed run fails the map, unless [`tolerate`](DistributedMap::tolerate) allows it.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl::{Source, distributed_map};
///
/// let states = states(|order| {
///     distributed_map(
///         "EachLine",
///         Source::list(order.lines),
///         |line| ChargeInputFields { order: order.id, cents: line.item.amount },
///         |input| Charge::call(input).catch_all(|_| failed("NotCharged")),
///     )
///     .catch_all(|_| failed("NotAllCharged"))
///     .and_then(|_| receipt("AllCharged", "r-1"))
/// });
///
/// let handed_over = &states["EachLine"]["ItemSelector"];
/// assert_eq!(handed_over["order"], "{% $states.context.Execution.Input.id %}");
/// assert_eq!(handed_over["cents"], "{% $states.context.Map.Item.Value.amount %}");
/// ```
pub fn distributed_map<'x, T, I, H, S>(
    name: &str,
    source: Source<'x, T>,
    hand_over: impl FnOnce(Each<'x, T>) -> H,
    body: impl FnOnce(Expr<'static, I>) -> S + 'static,
) -> DistributedMap<Vec<S::Output>>
where
    I: Payload,
    H: IntoExpr<'x, I>,
    S: IntoStep,
{
    new(name, source, hand_over, None, body)
}

/// The same with a batch of up to `size` items per run, so that each run has more to do.
///
/// A batch is at most as large as a payload may be: the platform makes it smaller if `size` items are larger.
///
/// ```
/// # use shop::*;
/// use asl::{Source, distributed_map_in_batches, pass};
///
/// let states = states(|order| {
///     let lines = Source::list(order.lines);
///     distributed_map_in_batches("EachBatch", lines, 20, |line| line.item, |batch| {
///         pass("Count", LineFields {
///             sku: "batch".into(),
///             amount: batch.items.length(),
///             weight: 0.0.into(),
///         })
///     })
///     .catch_all(|_| failed("NotCounted"))
///     .and_then(|_| receipt("Counted", "r-1"))
/// });
///
/// assert_eq!(states["EachBatch"]["ItemBatcher"]["MaxItemsPerBatch"], 20);
/// ```
pub fn distributed_map_in_batches<'x, T, I, H, S>(
    name: &str,
    source: Source<'x, T>,
    size: u64,
    hand_over: impl FnOnce(Each<'x, T>) -> H,
    body: impl FnOnce(Expr<'static, Batch<I>>) -> S + 'static,
) -> DistributedMap<Vec<S::Output>>
where
    I: Payload,
    H: IntoExpr<'x, I>,
    S: IntoStep,
{
    new(name, source, hand_over, Some(size), body)
}

/// `J` is the input of a run: that of one item, or a batch of them.
fn new<'x, T, I: Payload, J: Payload, H: IntoExpr<'x, I>, S: IntoStep>(
    name: &str,
    source: Source<'x, T>,
    hand_over: impl FnOnce(Each<'x, T>) -> H,
    batch: Option<u64>,
    body: impl FnOnce(Expr<'static, J>) -> S,
) -> DistributedMap<Vec<S::Output>> {
    let (item, input) = (next_binding(), next_binding());
    let distributed = Distributed {
        input,
        selected: hand_over(Each::of(item, source.personal)).into_expr().node,
        batch,
        express: false,
        tolerated: None,
        writer: None,
    };
    let map = MapFlow {
        name: name.to_owned(),
        comment: None,
        items: source.items,
        item,
        body: body(Expr::new(Node::typed(ExprKind::ChildInput(input), J::SHAPE)))
            .into_step()
            .flow,
        output_shape: S::Output::SHAPE,
        concurrency: None,
        distributed: None,
        arms: Arms::default(),
    };
    DistributedMap {
        map,
        distributed,
        leaves: PhantomData,
    }
}

impl<L: StepOutput, A> DistributedMap<L, A> {
    /// A comment for people who read the definition in the console.
    /// See [`DistributedMap`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.map.comment = Some(comment.to_owned());
        self
    }

    /// The most runs at once, 1 or more. Without it, as many as the platform allows: 10,000.
    /// See [`DistributedMap`].
    ///
    /// Source: [Distributed mode](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
    pub fn concurrency(mut self, most: u64) -> Self {
        self.map.concurrency = Some(most);
        self
    }

    /// The most items that may fail before the map fails. Without it, none.
    ///
    /// The output has the results of the others. With [`write_results`](DistributedMap::write_results) the failed ones are listed beside the results.
    /// See [`DistributedMap`].
    pub fn tolerate(mut self, failures: u64) -> Self {
        self.distributed.tolerated = Some(Tolerated::Count(failures));
        self
    }

    /// The highest percentage of items that may fail before the map fails. Without it, none.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     distributed_map("EachLine", Source::list(order.lines), |line| line.item, |line| {
    ///         pack(line).catch_all(|_| failed("NotPacked"))
    ///     })
    ///     .tolerate_percentage(5)
    ///     .catch_all(|_| failed("NotAllPacked"))
    ///     .and_then(|_| receipt("MostPacked", "r-1"))
    /// });
    ///
    /// assert_eq!(states["EachLine"]["ToleratedFailurePercentage"], 5);
    /// ```
    pub fn tolerate_percentage(mut self, failures: u64) -> Self {
        self.distributed.tolerated = Some(Tolerated::Percentage(failures));
        self
    }

    /// The runs are Express executions: cheaper, with an end after five minutes, and without callbacks.
    /// See [`DistributedMap`].
    ///
    /// Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
    pub fn express(mut self) -> Self {
        self.distributed.express = true;
        self
    }

    /// Handles one error by name.
    /// See [`DistributedMap`].
    pub fn catch<E, S>(
        self,
        _error: E,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> DistributedMap<L, Handled<S::Output>>
    where
        E: RaisedBy<MapRunError>,
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        self.handled(E::NAME, handler)
    }

    /// Handles all errors that no `catch` before names.
    /// See [`DistributedMap`].
    pub fn catch_all<S>(
        self,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> DistributedMap<L, Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        self.handled(ALL_ERRORS, handler)
    }

    /// What follows success, given the map's output.
    /// See [`DistributedMap`].
    pub fn and_then<S>(mut self, next: impl for<'s> FnOnce(L::Value<'s>) -> S) -> Step<S::Output>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let step = next(L::bind(record)).into_step();
        self.map.arms.then = Some((binding, Box::new(step.flow)));
        self.step()
    }

    fn handled<S: IntoStep>(
        mut self,
        error: &'static str,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> DistributedMap<L, Handled<S::Output>> {
        let (binding, record) = bind();
        let flow = handler(ErrorOutput::bind(record)).into_step().flow;
        self.map.arms.caught.push(CatchArm { error, binding, flow });
        self.leaving()
    }

    fn leaving<M, B>(self) -> DistributedMap<M, B> {
        DistributedMap {
            map: self.map,
            distributed: self.distributed,
            leaves: PhantomData,
        }
    }

    fn step<P: StepOutput>(mut self) -> Step<P> {
        self.map.distributed = Some(self.distributed);
        Step::new(Flow::Map(Box::new(self.map)))
    }
}

impl<P: StepOutput> DistributedMap<Vec<P>> {
    /// Writes the results to the bucket `B`, under keys that start with `prefix`, instead of returning them.
    ///
    /// Needed where all results together are larger than the output of a state may be.
    ///
    /// Source: [`ResultWriter`](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
    /// See [`DistributedMap`].
    pub fn write_results<'s, B: Bucket>(
        mut self,
        prefix: impl IntoExpr<'s, String>,
    ) -> DistributedMap<Written> {
        self.distributed.writer = Some(source::location::<B>("Prefix", prefix));
        self.leaving()
    }
}

impl<L: StepOutput> IntoStep for DistributedMap<L, Handled<L>> {
    type Output = L;

    fn into_step(self) -> Step<L> {
        self.step()
    }
}

impl<L: StepOutput> IntoStep for DistributedMap<L> {
    type Output = L;

    fn into_step(self) -> Step<L> {
        self.step()
    }
}

/// Errors of a distributed map.
///
/// Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
///
/// See [`DistributedMap`].
#[derive(Debug)]
pub enum MapRunError {}

macro_rules! map_run_errors {
    ($($(#[$doc:meta])* $marker:ident = $name:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $marker;

            impl ErrorName for $marker {
                const NAME: &'static str = $name;
            }

            impl RaisedBy<MapRunError> for $marker {}
        )+
    };
}

map_run_errors! {
    /// `States.ExceedToleratedFailureThreshold`: more items failed than are tolerated.
    ///
    /// See [`DistributedMap`].
    TooManyFailures = "States.ExceedToleratedFailureThreshold";
    /// `States.ItemReaderFailed`: the items cannot be read.
    ///
    /// See [`DistributedMap`].
    ItemsNotRead = "States.ItemReaderFailed";
    /// `States.ResultWriterFailed`: the results cannot be written.
    ///
    /// See [`DistributedMap`].
    ResultsNotWritten = "States.ResultWriterFailed";
}
