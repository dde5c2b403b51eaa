//! Attribute values of DynamoDB.
//!
//! Source: [AttributeValue](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html).

use crate::values::expr::{ExprKind, Node};
use crate::{Field, Text};

use super::{Item, Table};

/// A type whose values can be attributes of an item: strings, numbers, booleans and times.
///
/// ```
/// use asl::dynamodb::{Attribute, AttributeKind};
/// use asl::{Text, Timestamp};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Sku(String);
///
/// impl Text for Sku {}
///
/// assert_eq!(Sku::KIND, AttributeKind::Text);
/// assert_eq!(Timestamp::KIND, AttributeKind::Text);
/// assert_eq!(u32::KIND, AttributeKind::Number);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an attribute of a DynamoDB item",
    label = "an attribute is a text, a number, a truth value or a time, or an `Option` of one",
    note = "a newtype whose JSON is a string becomes one with `impl asl::Text for {Self} {{}}`"
)]
pub trait Attribute {
    /// How it is written.
    const KIND: AttributeKind;
}

/// How an attribute is written.
///
/// See [`Attribute`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// `S`.
    Text,
    /// `N`: a number, as a string.
    Number,
    /// `BOOL`.
    Truth,
}

impl<T: Text> Attribute for T {
    const KIND: AttributeKind = AttributeKind::Text;
}

impl Attribute for bool {
    const KIND: AttributeKind = AttributeKind::Truth;
}

macro_rules! numbers {
    ($($number:ty)+) => { $(impl Attribute for $number { const KIND: AttributeKind = AttributeKind::Number; })+ };
}

numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

impl AttributeKind {
    fn letter(self) -> &'static str {
        match self {
            Self::Text => "S",
            Self::Number => "N",
            Self::Truth => "BOOL",
        }
    }

    /// The value as an attribute. An absent one is written as `NULL`, and read as absent again.
    pub(super) fn encode(self, value: &'static Node, optional: bool) -> &'static Node {
        let there = if optional {
            Node::new(ExprKind::Present { of: value, arm: None })
        } else {
            value
        };
        let written = match self {
            Self::Text | Self::Truth => there,
            Self::Number => Node::call("string", vec![there]),
        };
        let written = Node::object(vec![(self.letter(), written)]);
        if !optional {
            return written;
        }
        let missing = Node::object(vec![("NULL", Node::literal(true.into()))]);
        if matches!(&value.kind, ExprKind::Literal(literal) if literal.is_null()) {
            return missing;
        }
        Node::new(ExprKind::Select {
            condition: Node::new(ExprKind::IsPresent(value)),
            yes: written,
            no: missing,
        })
    }

    pub(super) fn decode(self, attribute: &'static Node, optional: bool) -> &'static Node {
        let is_number = self == Self::Number;
        let read = Node::field(attribute, self.letter(), optional && !is_number);
        if !is_number {
            return read;
        }
        let number = Node::call("number", vec![read]);
        if !optional {
            return number;
        }
        Node::new(ExprKind::Select {
            condition: Node::new(ExprKind::IsPresent(read)),
            yes: number,
            no: Node::literal(serde_json::Value::Null),
        })
    }
}

/// All attributes of an item, or of a key.
pub(super) fn encoded<I: Item>(item: &'static Node) -> &'static Node {
    let fields = I::FIELDS.iter().zip(I::ATTRIBUTES);
    Node::object(fields.map(|(field, (name, kind, optional))| {
        // Whether a field may be missing is asked where the attribute is made.
        let value = item
            .literal_field(name)
            .unwrap_or_else(|| Node::field(item, name, false));
        (field, kind.encode(value, *optional))
    }))
}

/// The field that an expression reads.
///
/// # Panics
///
/// If it reads none.
pub(super) fn selected<I: Item>(node: &'static Node) -> &'static Field {
    let field = match node.kind {
        ExprKind::Field { name, .. } => I::FIELDS.iter().find(|field| field.name == name),
        _ => None,
    };
    #[expect(
        clippy::expect_used,
        reason = "a definition is built once, by its author, who sees at once that no field is picked"
    )]
    field.expect("an attribute is picked by a field of the item")
}

/// Whether each attribute of the key is one of the item too, under the same name.
pub(super) const fn holds_key<T: Table>() -> bool {
    are_named(T::Key::ATTRIBUTES, T::Item::ATTRIBUTES)
}

type Attributes<'a> = &'a [(&'static str, AttributeKind, bool)];

const fn are_named(key: Attributes<'_>, item: Attributes<'_>) -> bool {
    match key {
        [] => true,
        [(name, ..), rest @ ..] => is_named(name, item) && are_named(rest, item),
    }
}

const fn is_named(name: &str, item: Attributes<'_>) -> bool {
    match item {
        [] => false,
        [(other, ..), rest @ ..] => is_same(name.as_bytes(), other.as_bytes()) || is_named(name, rest),
    }
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (one, other) {
        ([], []) => true,
        ([first, one @ ..], [second, other @ ..]) => *first == *second && is_same(one, other),
        _ => false,
    }
}
