//! Inputs and outputs of distributed maps.

use serde::{Deserialize, Serialize};

use crate::values::expr::{Expr, Record};
use crate::values::shape::Shape;
use crate::{Field, Payload, StepOutput};

/// The items of one run.
///
/// Source: [`ItemBatcher`](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
///
/// ```
/// # use shop::*;
/// use asl::{Batch, Expr, Source, Step, distributed_map_in_batches, pass};
///
/// fn weigh(batch: Expr<'static, Batch<Line>>) -> Step<Line> {
///     pass("Weigh", LineFields {
///         sku: "batch".into(),
///         amount: batch.items.length(),
///         weight: batch.items.map(|line| line.weight).sum(),
///     })
/// }
///
/// let states = states(|order| {
///     let lines = Source::list(order.lines);
///     distributed_map_in_batches("EachBatch", lines, 20, |line| line.item, weigh)
///         .catch_all(|_| failed("NotWeighed"))
///         .and_then(|_| receipt("Weighed", "r-1"))
/// });
///
/// let weighed = &states["EachBatch"]["ItemProcessor"]["States"]["Weigh"]["Output"];
/// assert_eq!(weighed["amount"], "{% $count($states.context.Execution.Input.Items) %}");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Batch<I> {
    /// The items, at least one.
    pub items: Vec<I>,
}

/// The fields of a [`Batch`] as expressions.
#[expect(missing_debug_implementations, reason = "an expression has no text")]
pub struct BatchFields<'s, I> {
    /// The items, at least one.
    pub items: Expr<'s, Vec<I>>,
}

impl<I: Payload> Payload for Batch<I> {
    type Fields<'s> = BatchFields<'s, I>;

    const FIELDS: &'static [Field] = &[Field {
        name: "Items",
        optional: false,
        personal: false,
        shape: Shape::List {
            at_most: None,
            of: &I::SHAPE,
        },
    }];

    fn fields(record: Record) -> BatchFields<'static, I> {
        BatchFields {
            items: record.only_field(Self::FIELDS),
        }
    }

    fn shrink<'a, 's>(fields: &'a BatchFields<'static, I>) -> &'a BatchFields<'s, I> {
        fields
    }
}

/// An object as S3 lists it.
///
/// Source: [`ListObjectsV2`, Object](https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
///
/// ```
/// # use shop::*;
/// use asl::{ListedObject, Source, distributed_map, pass};
///
/// let states = states(|_| {
///     let files = Source::<ListedObject>::objects::<Uploads>("orders/");
///     distributed_map("EachFile", files, |file| file.item, |file| {
///         pass("Name", ReceiptFields { number: file.key })
///     })
///     .catch_all(|_| failed("NotRead"))
///     .and_then(|_| receipt("Read", "r-1"))
/// });
///
/// let named = &states["EachFile"]["ItemProcessor"]["States"]["Name"]["Output"];
/// assert_eq!(named["number"], "{% $states.context.Execution.Input.Key %}");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ListedObject {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
}

/// The location of a map's results.
///
/// Source: [`ResultWriter`](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
///
/// ```
/// # use shop::*;
/// use asl::{Expr, Step, Written, pass};
///
/// fn noted(written: Expr<'_, Written>) -> Step<Receipt> {
///     pass("Noted", ReceiptFields { number: written.result_writer_details.key })
/// }
/// # use asl::{Source, distributed_map};
///
/// let states = states(|order| {
///     distributed_map("EachLine", Source::list(order.lines), |line| line.item, |line| {
///         pack(line).catch_all(|_| failed("NotPacked"))
///     })
///     .write_results::<Uploads>("packed/")
///     .catch_all(|_| failed("NotAllPacked"))
///     .and_then(noted)
/// });
///
/// let writer = &states["EachLine"]["ResultWriter"];
/// assert_eq!(writer["Arguments"]["Prefix"], "packed/");
/// assert_eq!(
///     states["Noted"]["Output"]["number"],
///     "{% $eachLine.ResultWriterDetails.Key %}"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct Written {
    /// The ARN of the map's run, which lists its executions.
    pub map_run_arn: String,
    /// The manifest file.
    pub result_writer_details: ResultFile,
}

/// The manifest file of a map's results.
///
/// See [`Written`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ResultFile {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
}
