//! Item sources of distributed maps.
//!
//! Source: [`ItemReader`](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html).

use std::fmt;
use std::marker::PhantomData;

use serde_json::{Value, json};

use super::ListedObject;
use crate::steps::flow::Items;
use crate::values::expr::{Brand, ExprKind, Node};
use crate::values::personal::Personal;
use crate::{IntoExpr, Payload};

/// The source of a distributed map's items.
///
/// ```
/// # use shop::*;
/// use asl::Source;
///
/// let files = item_reader(|order| Source::<Line>::json::<Uploads>(order.id).at_most(1_000));
///
/// assert_eq!(files["Resource"], "arn:aws:states:::s3:getObject");
/// assert_eq!(files["ReaderConfig"]["InputType"], "JSON");
/// assert_eq!(files["ReaderConfig"]["MaxItems"], 1_000);
/// assert_eq!(files["Arguments"]["Bucket"], "${UploadsBucketName}");
/// ```
pub struct Source<'s, T> {
    pub(super) items: Items,
    /// What is personal in an item.
    pub(super) personal: Personal,
    item: Brand<'s, T>,
}

impl<T> fmt::Debug for Source<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

/// A bucket that items are read from, or results are written to.
///
/// The template supplies its name as `${<NAME>BucketName}`.
///
/// ```
/// # use shop::*;
/// use asl::{Bucket, Source};
///
/// enum Archive {}
///
/// impl Bucket for Archive {
///     const NAME: &'static str = "Archive";
/// }
///
/// let read = item_reader(|order| Source::<Line>::json_lines::<Archive>(order.id));
///
/// assert_eq!(read["Arguments"]["Bucket"], "${ArchiveBucketName}");
/// ```
pub trait Bucket: 'static {
    /// The bucket's name in the template, in `PascalCase`.
    const NAME: &'static str;
}

/// A row of a CSV file. Implement it for payloads whose fields are all strings, since each cell is one.
///
/// ```
/// # use shop::*;
/// use asl::{Payload, Row, Source};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Customer {
///     pub name: String,
///     pub city: String,
/// }
///
/// impl Row for Customer {}
///
/// let read = item_reader(|order| Source::<Customer>::csv::<Uploads>(order.id));
///
/// assert_eq!(read["ReaderConfig"]["CSVHeaderLocation"], "FIRST_ROW");
/// ```
pub trait Row: Payload {}

pub(super) fn bucket<B: Bucket>() -> &'static Node {
    Node::new(ExprKind::Substitution(format!("{}BucketName", B::NAME)))
}

impl<'s, T> Source<'s, T> {
    /// A list that the execution has. It is at most as large as a state's payload may be.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     let lines = Source::list(order.lines);
    ///     distributed_map("EachLine", lines, |line| line.item, |line| {
    ///         pack(line).catch_all(|_| failed("NotPacked"))
    ///     })
    ///     .catch_all(|_| failed("NotAllPacked"))
    ///     .and_then(|_| receipt("AllPacked", "r-1"))
    /// });
    ///
    /// assert_eq!(states["EachLine"]["Items"], "{% $states.context.Execution.Input.lines %}");
    /// ```
    pub fn list(items: impl IntoExpr<'s, Vec<T>>) -> Self {
        let items = items.into_expr().node;
        Self::new(Items::Given(items), items.personal)
    }

    /// The array in a JSON file in the bucket `B`.
    /// See [`Source`].
    pub fn json<B: Bucket>(key: impl IntoExpr<'s, String>) -> Self
    where
        T: Payload,
    {
        Self::object::<B>("JSON", key)
    }

    /// The lines of a file in the bucket `B`, each of which is JSON.
    /// See [`Bucket`].
    pub fn json_lines<B: Bucket>(key: impl IntoExpr<'s, String>) -> Self
    where
        T: Payload,
    {
        Self::object::<B>("JSONL", key)
    }

    fn object<B: Bucket>(input_type: &str, key: impl IntoExpr<'s, String>) -> Self
    where
        T: Payload,
    {
        Self::read(
            "s3:getObject",
            &json!({"InputType": input_type}),
            location::<B>("Key", key),
        )
    }

    fn read(resource: &'static str, config: &Value, arguments: &'static Node) -> Self
    where
        T: Payload,
    {
        let items = Items::Read {
            resource,
            config: config.as_object().cloned().unwrap_or_default(),
            arguments,
        };
        Self::new(items, Personal::inside(T::personal_field()))
    }

    fn new(items: Items, personal: Personal) -> Self {
        Self {
            items,
            personal,
            item: PhantomData,
        }
    }

    /// The most items that are read. Without it, all.
    ///
    /// It has no effect on a [`list`](Self::list).
    /// See [`Source`].
    pub fn at_most(mut self, items: u64) -> Self {
        if let Items::Read { config, .. } = &mut self.items {
            config.insert("MaxItems".to_owned(), items.into());
        }
        self
    }
}

impl<'s, T: Row> Source<'s, T> {
    /// The rows of a CSV file in the bucket `B`. Its first row names the columns as `T` does its fields.
    /// See [`Row`].
    pub fn csv<B: Bucket>(key: impl IntoExpr<'s, String>) -> Self {
        let config = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"});
        Self::read("s3:getObject", &config, location::<B>("Key", key))
    }
}

impl<'s> Source<'s, ListedObject> {
    /// The objects of the bucket `B` whose keys start with `prefix`: their keys and sizes, not their contents.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let listed = item_reader(|_| Source::objects::<Uploads>("orders/"));
    ///
    /// assert_eq!(listed["Resource"], "arn:aws:states:::s3:listObjectsV2");
    /// assert_eq!(listed["Arguments"]["Prefix"], "orders/");
    /// ```
    pub fn objects<B: Bucket>(prefix: impl IntoExpr<'s, String>) -> Self {
        Self::read("s3:listObjectsV2", &json!({}), location::<B>("Prefix", prefix))
    }
}

pub(super) fn location<'s, B: Bucket>(what: &'static str, key: impl IntoExpr<'s, String>) -> &'static Node {
    Node::object(vec![("Bucket", bucket::<B>()), (what, key.into_expr().node)])
}
