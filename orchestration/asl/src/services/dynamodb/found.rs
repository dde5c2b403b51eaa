//! Results of reads.

use serde::{Deserialize, Serialize};

use crate::values::expr::{Expr, ExprKind, Node, Record};
use crate::values::shape::Shape;
use crate::{Field, Payload, StepOutput};

use super::Item;

/// The output of [`get_item`](super::get_item). Continue with [`when_some`](crate::Choose::when_some).
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Found, get_item};
/// use asl::{Expr, Step, choose};
///
/// fn reserved(found: Expr<'_, Found<Article>>) -> Step<Receipt> {
///     choose("IsKnown")
///         .when_some(found.item, |article| {
///             choose("IsThere")
///                 .when(article.sold_out, receipt("SoldOut", "none"))
///                 .otherwise(receipt("Reserved", "r-1"))
///         })
///         .otherwise(receipt("Unknown", "none"))
/// }
///
/// let states = states(|order| {
///     get_item::<Stock>(ArticleKeyFields { sku: order.id })
///         .catch_all(|_| failed("NotRead"))
///         .and_then(reserved)
/// });
///
/// assert_eq!(states["GetStock"]["Next"], "IsKnown");
/// assert_eq!(states["IsThere"]["Choices"][0]["Condition"], "{% $getStock.item.sold_out %}");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found<I> {
    /// The item, if there is one with this key.
    pub item: Option<I>,
}

/// The fields of a [`Found`] as expressions.
#[expect(missing_debug_implementations, reason = "an expression has no text")]
pub struct FoundFields<'s, I> {
    /// The item, if there is one with this key.
    pub item: Expr<'s, Option<I>>,
}

impl<I: Payload> Payload for Found<I> {
    type Fields<'s> = FoundFields<'s, I>;

    const FIELDS: &'static [Field] = &[Field {
        name: "item",
        // The state makes it `null` where there is none.
        optional: false,
        personal: false,
        shape: Shape::Option(&I::SHAPE),
    }];

    fn fields(record: Record) -> FoundFields<'static, I> {
        FoundFields {
            item: record.only_field(Self::FIELDS),
        }
    }

    fn shrink<'a, 's>(fields: &'a FoundFields<'static, I>) -> &'a FoundFields<'s, I> {
        fields
    }
}

/// The response of the service as a [`Found`].
pub(super) fn decoded<I: Item>() -> &'static Node {
    let item = Node::field(Node::new(ExprKind::TaskResult), "Item", false);
    let attributes = I::ATTRIBUTES.iter().map(|(name, kind, optional)| {
        let attribute = Node::field(item, name, false);
        (*name, kind.decode(attribute, *optional))
    });
    let found = Node::new(ExprKind::Select {
        condition: Node::new(ExprKind::IsPresent(item)),
        yes: Node::object(attributes),
        no: Node::literal(serde_json::Value::Null),
    });
    Node::object(vec![("item", found)])
}
