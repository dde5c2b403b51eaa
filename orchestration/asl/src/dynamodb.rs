//! Items of DynamoDB tables, read and written without a function in between.
//!
//! A table has a contract, like a function: what its items hold and which of it is the key. The template supplies its
//! name as `${<NAME>TableName}`.
//!
//! ```
//! use asl::Payload;
//! use asl::dynamodb::{Condition, Item, Table, put_item};
//! use asl::literal;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload, Item)]
//! pub struct OrderKey {
//!     pub id: String,
//! }
//!
//! #[derive(Serialize, Deserialize, Payload, Item)]
//! pub struct Order {
//!     pub id: String,
//!     pub total: u64,
//!     pub coupon: Option<String>,
//! }
//!
//! pub enum Orders {}
//!
//! impl Table for Orders {
//!     const NAME: &'static str = "Orders";
//!     type Key = OrderKey;
//!     type Item = Order;
//! }
//!
//! let order = OrderExpr {
//!     id: literal("o-1".to_owned()),
//!     total: literal(12),
//!     coupon: asl::none(),
//! };
//! let step = put_item::<Orders>(order, Condition::absent());
//! # let _ = step;
//! ```
//!
//! Source: [Call DynamoDB APIs with Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html).

use crate::error::{DeclaredError, ErrorName, RaisedBy};
use crate::expr::{Kind, Node};
use crate::flow::Service;
use crate::service::{call, calls, nothing};
use crate::{Expr, Feeds, Field, Function, Nothing, Payload, Task, TaskError};

mod attribute;
mod condition;
mod found;
mod terms;
mod update;

pub use asl_macros::Item;
pub use attribute::{Attribute, AttributeKind};
pub use condition::Condition;
pub use found::{Found, FoundExpr};
use terms::Terms;
pub use update::Update;

/// A table: what it is called in the template, and what its items hold.
pub trait Table: 'static {
    /// Its name in the template, in `PascalCase`.
    const NAME: &'static str;

    /// The attributes that make its key, the partition key first.
    type Key: Item;

    /// The attributes that workflows read and write.
    type Item: Item;
}

/// A payload each field of which is an attribute of an item; derive it with
/// [`#[derive(Item)]`](macro@crate::dynamodb::Item).
pub trait Item: Payload {
    /// Its attributes by their names on the wire, and whether they may be missing.
    const ATTRIBUTES: &'static [(&'static str, AttributeKind, bool)];
}

/// What DynamoDB fails with.
#[derive(Debug)]
pub enum DynamoDbError {}

impl TaskError for DynamoDbError {
    const DECLARED: &'static [DeclaredError] = &[];

    fn declared(&self) -> DeclaredError {
        match *self {}
    }
}

/// `DynamoDB.ConditionalCheckFailedException`: the condition did not hold, and nothing was written.
#[derive(Debug, Clone, Copy)]
pub struct ConditionFailed;

impl ErrorName for ConditionFailed {
    const NAME: &'static str = "DynamoDB.ConditionalCheckFailedException";
}

impl RaisedBy<DynamoDbError> for ConditionFailed {}

/// Faults that another try may get over, as the integration names them.
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

/// Reads the item with this key, as the last write left it, and leaves it if there is one.
pub fn get_item<'s, T: Table>(key: impl Feeds<'s, T::Key>) -> Task<GetItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.push(("ConsistentRead", Node::literal(true.into())));
    service("Get", "dynamodb:getItem", arguments, found::decoded::<T::Item>())
}

/// Writes the item, in the place of the one with the same key, if `condition` holds for that one.
pub fn put_item<'s, T: Table>(
    item: impl Feeds<'s, T::Item>,
    condition: Condition<'s, T>,
) -> Task<PutItem<T>> {
    let item = attribute::encoded::<T::Item>(item.into_expr().node);
    let mut arguments = vec![("TableName", table::<T>()), ("Item", item)];
    arguments.extend(conditional(condition));
    service("Put", "dynamodb:putItem", arguments, nothing())
}

/// Changes the item with this key as `update` says, or makes it, if `condition` holds.
pub fn update_item<'s, T: Table>(
    key: impl Feeds<'s, T::Key>,
    update: Update<'s, T>,
    condition: Condition<'s, T>,
) -> Task<UpdateItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.extend(update.arguments(condition));
    service("Update", "dynamodb:updateItem", arguments, nothing())
}

/// Deletes the item with this key, if there is one and `condition` holds.
pub fn delete_item<'s, T: Table>(
    key: impl Feeds<'s, T::Key>,
    condition: Condition<'s, T>,
) -> Task<DeleteItem<T>> {
    let mut arguments = on_key::<T>(key);
    arguments.extend(conditional(condition));
    service("Delete", "dynamodb:deleteItem", arguments, nothing())
}

type Arguments = Vec<(&'static str, &'static Node)>;

fn on_key<'s, T: Table>(key: impl Feeds<'s, T::Key>) -> Arguments {
    let key = attribute::encoded::<T::Key>(key.into_expr().node);
    vec![("TableName", table::<T>()), ("Key", key)]
}

fn conditional<T: Table>(condition: Condition<'_, T>) -> Arguments {
    let mut terms = Terms::default();
    let condition = condition.argument(&mut terms);
    condition.into_iter().chain(terms.arguments()).collect()
}

fn table<T: Table>() -> &'static Node {
    Node::new(Kind::Substitution(format!("{}TableName", T::NAME)))
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
fn picked<'s, T: Table, V>(select: impl FnOnce(Expr<'s, T::Item>) -> Expr<'s, V>) -> &'static Field {
    attribute::selected::<T::Item>(select(Expr::new(nothing())).node)
}
