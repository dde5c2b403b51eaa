//! What distributed maps hand over and leave.

use serde::{Deserialize, Serialize};

use crate::expr::{Expr, Record};
use crate::shape::Shape;
use crate::{Field, Leaves, Payload};

/// Items that one run gets together.
///
/// Source: [`ItemBatcher`](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Batch<I> {
    /// The items, one at least.
    pub items: Vec<I>,
}

/// The fields of a [`Batch`] as expressions.
#[derive(Debug)]
pub struct BatchExpr<'s, I> {
    /// The items, one at least.
    pub items: Expr<'s, Vec<I>>,
}

impl<I: Payload> Payload for Batch<I> {
    type Fields<'s> = BatchExpr<'s, I>;

    const FIELDS: &'static [Field] = &[Field {
        name: "Items",
        optional: false,
        personal: false,
        shape: Shape::List {
            at_most: None,
            of: &I::SHAPE,
        },
    }];

    fn fields(record: Record) -> BatchExpr<'static, I> {
        BatchExpr {
            items: record.only_field(Self::FIELDS),
        }
    }

    fn shrink<'a, 's>(fields: &'a BatchExpr<'static, I>) -> &'a BatchExpr<'s, I> {
        fields
    }
}

/// An object as S3 lists it.
///
/// Source: [`ListObjectsV2`, Object](https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ListedObject {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Where the results of a map were written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct Written {
    /// The ARN of the map's run, which lists its executions.
    pub map_run_arn: String,
    /// The file that lists the files of results.
    pub result_writer_details: ResultFile,
}

/// The file that lists where the results of a map are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ResultFile {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
}
