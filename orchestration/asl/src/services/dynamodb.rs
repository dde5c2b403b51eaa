//! Items of DynamoDB tables, read and written without a function in between.
//!
//! A table has a contract, like a function: what its items hold and which of it is the key. The template supplies its
//! name as `${<NAME>TableName}`.
//!
//! ```
//! use asl::dynamodb::{Condition, Item, Table, put_item};
//! use asl::{Payload, none};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload, Item)]
//! pub struct ArticleKey {
//!     pub sku: String,
//! }
//!
//! #[derive(Serialize, Deserialize, Payload, Item)]
//! pub struct Article {
//!     pub sku: String,
//!     pub in_stock: i64,
//!     pub shelf: Option<String>,
//! }
//!
//! pub enum Stock {}
//!
//! impl Table for Stock {
//!     const NAME: &'static str = "Stock";
//!     type Key = ArticleKey;
//!     type Item = Article;
//! }
//!
//! # use shop::{failed, receipt, states};
//! let states = states(|_| {
//!     let mugs = ArticleFields {
//!         sku: "mug".into(),
//!         in_stock: 12.into(),
//!         shelf: none(),
//!     };
//!     put_item::<Stock>(mugs, Condition::absent())
//!         .catch_all(|_| failed("NotPut"))
//!         .and_then(|_| receipt("Put", "r-1"))
//! });
//!
//! assert_eq!(states["PutStock"]["Arguments"]["TableName"], "${StockTableName}");
//! assert_eq!(states["PutStock"]["Arguments"]["Item"]["sku"]["S"], "mug");
//! ```
//!
//! Source: [Call DynamoDB APIs with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html).

use crate::services::service::{call, calls, nothing};
use crate::steps::error::{DeclaredError, ErrorName, RaisedBy};
use crate::steps::flow::Service;
use crate::values::expr::{ExprKind, Node};
use crate::{Expr, Field, Function, IntoExpr, Nothing, Payload, Task, TaskError};

mod attribute;
mod condition;
mod found;
mod terms;
mod update;

pub use asl_macros::Item;
pub use attribute::{Attribute, AttributeKind};
pub use condition::Condition;
pub use found::{Found, FoundFields};
use terms::Terms;
pub use update::Update;

/// A table: its name in the template, its key and its items.
///
/// See the [module](crate::dynamodb).
pub trait Table: 'static {
    /// Its name in the template, in `PascalCase`.
    const NAME: &'static str;

    /// The attributes that make its key, the partition key first.
    type Key: Item;

    /// The attributes that workflows read and write.
    type Item: Item;
}

/// A payload each field of which is an attribute of an item; derive it with
/// [`#[derive(Item)]`](macro@crate::services::dynamodb::Item).
///
/// ```
/// use asl::Payload;
/// use asl::dynamodb::{AttributeKind, Item};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload, Item)]
/// #[serde(rename_all = "camelCase")]
/// pub struct Article {
///     pub sku: String,
///     pub in_stock: i64,
///     pub shelf: Option<String>,
/// }
///
/// assert_eq!(Article::ATTRIBUTES, [
///     ("sku", AttributeKind::Text, false),
///     ("inStock", AttributeKind::Number, false),
///     ("shelf", AttributeKind::Text, true),
/// ]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item of a table",
    label = "not a struct that derives `Item`",
    note = "derive `asl::dynamodb::Item` beside `Payload`"
)]
pub trait Item: Payload {
    /// Its attributes by their names on the wire, and whether they may be missing.
    const ATTRIBUTES: &'static [(&'static str, AttributeKind, bool)];
}

/// What DynamoDB fails with.
///
/// See [`ConditionFailed`].
#[derive(Debug)]
pub enum DynamoDbError {}

impl TaskError for DynamoDbError {
    const DECLARED: &'static [DeclaredError] = &[];

    fn declared(&self) -> DeclaredError {
        match *self {}
    }
}

/// `DynamoDB.ConditionalCheckFailedException`: the condition did not hold, and nothing was written.
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, ConditionFailed, delete_item};
///
/// let states = states(|order| {
///     delete_item::<Stock>(ArticleKeyFields { sku: order.id }, Condition::present())
///         .catch(ConditionFailed, |_| receipt("WasNotThere", "none"))
///         .catch_all(|_| failed("NotDeleted"))
///         .and_then(|_| receipt("Deleted", "r-1"))
/// });
///
/// let caught = &states["DeleteStock"]["Catch"][0]["ErrorEquals"];
/// assert_eq!(caught[0], "DynamoDB.ConditionalCheckFailedException");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ConditionFailed;

impl ErrorName for ConditionFailed {
    const NAME: &'static str = "DynamoDB.ConditionalCheckFailedException";
}

impl RaisedBy<DynamoDbError> for ConditionFailed {}

/// Faults that are retried, as the integration names them.
///
/// AWS lists no names of this integration. They are those of
/// [DynamoDB's own errors](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.MessagesAndCodes)
/// behind the integration's prefix, with and without `Exception` where both are seen in definitions.
const FAULTS: [&str; 7] = [
    "DynamoDB.InternalServerError",
    "DynamoDB.InternalServerErrorException",
    "DynamoDB.ProvisionedThroughputExceededException",
    "DynamoDB.RequestLimitExceeded",
    "DynamoDB.RequestLimitExceededException",
    "DynamoDB.SdkClientException",
    "DynamoDB.ThrottlingException",
];

calls! {
    /// The call that [`get_item`] makes.
    GetItem<Table>: Key -> Found<T::Item>, DynamoDbError;
    /// The call that [`put_item`] makes.
    PutItem<Table>: Item -> Nothing, DynamoDbError;
    /// The call that [`update_item`] makes.
    UpdateItem<Table>: Key -> Nothing, DynamoDbError;
    /// The call that [`delete_item`] makes.
    DeleteItem<Table>: Key -> Nothing, DynamoDbError;
}

/// Reads the item with this key, consistently. Its output has the item, if there is one.
///
/// ```
/// # use shop::*;
/// use asl::choose;
/// use asl::dynamodb::get_item;
///
/// let states = states(|order| {
///     get_item::<Stock>(ArticleKeyFields { sku: order.id })
///         .catch_all(|_| failed("NotRead"))
///         .and_then(|found| {
///             choose("IsKnown")
///                 .when_some(found.item, |article| {
///                     choose("IsThere")
///                         .when(article.sold_out, receipt("SoldOut", "none"))
///                         .otherwise(receipt("Reserved", "r-1"))
///                 })
///                 .otherwise(receipt("Unknown", "none"))
///         })
/// });
///
/// let read = &states["GetStock"]["Arguments"];
/// assert_eq!(read["TableName"], "${StockTableName}");
/// assert_eq!(read["Key"]["sku"]["S"], "{% $states.context.Execution.Input.id %}");
/// assert_eq!(read["ConsistentRead"], true);
/// ```
pub fn get_item<'s, T: Table>(key: impl IntoExpr<'s, T::Key>) -> Task<GetItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.push(("ConsistentRead", Node::literal(true.into())));
    service("Get", "dynamodb:getItem", arguments, found::decoded::<T::Item>())
}

/// Writes the item, in the place of the one with the same key, if `condition` holds for that one.
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, put_item};
/// use asl::none;
///
/// let states = states(|order| {
///     let article = ArticleFields {
///         sku: order.id,
///         in_stock: 10.into(),
///         sold_out: false.into(),
///         shelf: none(),
///     };
///     put_item::<Stock>(article, Condition::absent())
///         .catch_all(|_| failed("NotPut"))
///         .and_then(|_| receipt("Put", "r-1"))
/// });
///
/// let written = &states["PutStock"]["Arguments"];
/// assert_eq!(written["Item"]["in_stock"]["N"], "{% $string(10) %}");
/// assert_eq!(written["Item"]["shelf"]["NULL"], true);
/// assert_eq!(written["ConditionExpression"], "attribute_not_exists(#sku)");
/// ```
pub fn put_item<'s, T: Table>(
    item: impl IntoExpr<'s, T::Item>,
    condition: Condition<'s, T>,
) -> Task<PutItem<T>> {
    const {
        assert!(
            attribute::holds_key::<T>(),
            "an item of this table lacks an attribute of its `Key`"
        );
    };
    let item = attribute::encoded::<T::Item>(item.into_expr().node);
    let mut arguments = vec![("TableName", table::<T>()), ("Item", item)];
    arguments.extend(conditional(condition));
    service("Put", "dynamodb:putItem", arguments, nothing())
}

/// Changes the item with this key as `update` says, or makes it, if `condition` holds.
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, Update, update_item};
///
/// let states = states(|order| {
///     let key = ArticleKeyFields { sku: order.id };
///     let taken = Update::<Stock>::new().add(|article| article.in_stock, -1);
///     update_item::<Stock>(key, taken, Condition::present())
///         .catch_all(|_| failed("NotTaken"))
///         .and_then(|_| receipt("Taken", "r-1"))
/// });
///
/// let taken = &states["UpdateStock"]["Arguments"];
/// assert_eq!(taken["UpdateExpression"], "ADD #in_stock :in_stock");
/// assert_eq!(taken["ConditionExpression"], "attribute_exists(#sku)");
/// ```
pub fn update_item<'s, T: Table>(
    key: impl IntoExpr<'s, T::Key>,
    update: Update<'s, T>,
    condition: Condition<'s, T>,
) -> Task<UpdateItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.extend(update.arguments(condition));
    service("Update", "dynamodb:updateItem", arguments, nothing())
}

/// Deletes the item with this key, if there is one and `condition` holds.
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, delete_item};
///
/// let states = states(|order| {
///     delete_item::<Stock>(ArticleKeyFields { sku: order.id }, Condition::always())
///         .catch_all(|_| failed("NotDeleted"))
///         .and_then(|_| receipt("Deleted", "r-1"))
/// });
///
/// assert_eq!(states["DeleteStock"]["Resource"], "arn:aws:states:::dynamodb:deleteItem");
/// ```
pub fn delete_item<'s, T: Table>(
    key: impl IntoExpr<'s, T::Key>,
    condition: Condition<'s, T>,
) -> Task<DeleteItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.extend(conditional(condition));
    service("Delete", "dynamodb:deleteItem", arguments, nothing())
}

type Arguments = Vec<(&'static str, &'static Node)>;

fn on_key<'s, T: Table>(key: impl IntoExpr<'s, T::Key>) -> Arguments {
    let key = attribute::encoded::<T::Key>(key.into_expr().node);
    vec![("TableName", table::<T>()), ("Key", key)]
}

fn conditional<T: Table>(condition: Condition<'_, T>) -> Arguments {
    let mut terms = Terms::default();
    let condition = condition.argument(&mut terms);
    condition.into_iter().chain(terms.arguments()).collect()
}

fn table<T: Table>() -> &'static Node {
    Node::new(ExprKind::Substitution(format!("{}TableName", T::NAME)))
}

fn service<F: Function>(
    verb: &str,
    resource: &'static str,
    arguments: Arguments,
    result: &'static Node,
) -> Task<F> {
    let service = Service {
        resource,
        faults: &FAULTS,
        result,
    };
    call(&format!("{verb}{}", F::NAME), service, arguments)
}

/// The attribute that `select` picks of an item.
fn picked<T: Table, V>(select: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, V>) -> &'static Field {
    attribute::selected::<T::Item>(select(Expr::new(nothing())).node)
}
