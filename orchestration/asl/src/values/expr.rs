//! Typed expressions: values that exist only when the machine runs.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, Not};

use serde::Serialize;
use serde_json::Value;

use crate::Field;
use crate::values::personal::Personal;
use crate::values::shape::Shape;

mod build;
mod node;
mod operator;

pub(crate) use node::{Binding, ExprKind, Node, ObjectField, next_binding};
pub(crate) use operator::{HigherOrder, Operator};

/// A value of type `T` that exists only when the machine runs.
///
/// An `Expr` of a payload dereferences to its fields, so `user.email` is an `Expr<EmailAddress>`. It is
/// `Copy`: its node is leaked, some tens of bytes for each use in a definition, and definitions are built once.
///
/// The lifetime is the part of the workflow where the value exists: a value of a branch cannot be read outside of
/// it.
///
/// ```
/// # use shop::*;
/// use asl::Expr;
///
/// fn is_heavy(line: Expr<'_, Line>) -> Expr<'_, bool> {
///     line.weight.gt(20.0)
/// }
///
/// assert_eq!(
///     jsonata(|order| order.lines.filter(is_heavy).is_empty()),
///     "$count([$filter(order.lines, function($item) { $item.weight > 20.0 })[]]) = 0"
/// );
/// ```
///
/// Here and everywhere, `jsonata` shows what is made of an order: the text that is emitted, with `order` in the place of
/// `$states.context.Execution.Input`.
pub struct Expr<'s, T> {
    pub(crate) node: &'static Node,
    brand: Brand<'s, T>,
}

/// Shrinks with the scope `'s`, and owns no `T`.
pub(crate) type Brand<'s, T> = PhantomData<(&'s (), fn() -> T)>;

impl<T> Clone for Expr<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Expr<'_, T> {}

/// Named after what to write instead: the compiler says that it is missing where an expression is formatted.
#[doc(hidden)]
pub trait JoinTextsWithConcat {}

impl<T> fmt::Display for Expr<'_, T>
where
    Self: JoinTextsWithConcat,
{
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl<T> fmt::Debug for Expr<'_, T>
where
    Self: JoinTextsWithConcat,
{
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// Named after what to write instead: the compiler says that it is missing where a truth value is negated by `!`.
#[doc(hidden)]
pub trait NegateWithMethodNot {}

impl Not for Expr<'_, bool>
where
    Self: NegateWithMethodNot,
{
    type Output = Self;

    fn not(self) -> Self {
        self
    }
}

/// Named after what to write instead: the compiler says that it is missing where an item is read by its index.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the items of a list exist only when the machine runs",
    label = "use `get(..)` here",
    note = "`list.get(0)` is an `Option`, for a list may be too short"
)]
pub trait IndexWithMethodGet {}

impl<T, I> Index<I> for Expr<'_, Vec<T>>
where
    Self: IndexWithMethodGet,
{
    type Output = Self;

    fn index(&self, _: I) -> &Self {
        self
    }
}

/// The record that a derive reads fields from.
#[derive(Clone, Copy)]
pub struct Record(pub(crate) &'static Node);

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Record")
    }
}

impl Record {
    /// The value of this field; one that may be absent is read as `null` then.
    pub fn field<T>(self, field: &Field) -> Expr<'static, T> {
        let kind = ExprKind::Field {
            of: self.0,
            name: field.name,
            optional: field.optional,
        };
        let personal = match self.0.personal {
            whole @ (Personal::Yes(_) | Personal::Declassified) => whole,
            _ if field.personal => Personal::Yes(field.name),
            _ => Personal::inside(field.shape.personal_field()),
        };
        Expr::new(Node::leaked(kind, personal, field.shape.most_items()))
    }

    pub(crate) fn item(self, index: usize) -> Self {
        Self(Node::new(ExprKind::Item { of: self.0, index }))
    }

    pub(crate) fn whole<'s, T>(self) -> Expr<'s, T> {
        Expr::new(self.0)
    }

    /// The value of the one field of a payload that has no other.
    pub(crate) fn only_field<T>(self, fields: &[Field]) -> Expr<'static, T> {
        match fields {
            [field] => self.field(field),
            _ => self.whole(),
        }
    }

    /// The same, with what is known of its type.
    pub(crate) fn typed<'s, T>(self, shape: Shape) -> Expr<'s, T> {
        Expr::new(Node::typed(self.0.kind.clone(), shape))
    }
}

impl<'s, T> Expr<'s, T> {
    pub(crate) fn new(node: &'static Node) -> Self {
        Self {
            node,
            brand: PhantomData,
        }
    }

    /// The value as the left side of an operator.
    pub(crate) fn infix<U, R>(self, operator: Operator, right: Expr<'s, U>) -> Expr<'s, R> {
        Expr::new(Node::new(ExprKind::Infix {
            operator,
            left: self.node,
            right: right.node,
        }))
    }

    pub(crate) fn any(self) -> AnyExpr<'s> {
        self.into()
    }

    /// The same value where a field takes an `Option`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.if_else(order.id.some(), none())),
    ///     "order.gift ? order.id : null"
    /// );
    /// ```
    pub fn some(self) -> Expr<'s, Option<T>> {
        Expr::new(self.node)
    }

    /// The same value where anything goes.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// #[derive(serde::Serialize, serde::Deserialize, Payload)]
    /// pub struct LogInput {
    ///     pub about: serde_json::Value,
    /// }
    ///
    /// let states = states(|order| pass("Log", LogInputFields { about: order.lines.untyped() }));
    ///
    /// assert_eq!(states["Log"]["Output"]["about"], "{% $states.context.Execution.Input.lines %}");
    /// ```
    pub fn untyped(self) -> Expr<'s, Value> {
        Expr::new(self.node.as_a_whole())
    }
}

/// An expression of a value that is known now, where one is needed to call a method.
///
/// As an argument a value is written as it is, and as a field of a companion with `.into()`.
///
/// # Panics
///
/// If serde cannot write the value as JSON, which for a payload's own types means a map whose keys are not
/// strings.
///
/// ```
/// # use shop::*;
/// use asl::literal;
///
/// assert_eq!(jsonata(|_| literal(vec!["mug", "cup"])), r#"["mug","cup"]"#);
/// assert_eq!(jsonata(|order| order.total * 2), "order.total * 2");
/// ```
pub fn literal<'s, T: Serialize>(value: T) -> Expr<'s, T> {
    #[expect(
        clippy::expect_used,
        reason = "a definition is built once, by its author, and its values are JSON"
    )]
    let value = serde_json::to_value(value).expect("a literal of a workflow must be JSON");
    Expr::new(Node::new(ExprKind::Literal(value)))
}

impl<T: Serialize> From<T> for Expr<'_, T> {
    fn from(value: T) -> Self {
        literal(value)
    }
}

/// The same as [`some`](Expr::some).
impl<'s, T> From<Expr<'s, T>> for Expr<'s, Option<T>> {
    fn from(value: Expr<'s, T>) -> Self {
        value.some()
    }
}

/// The type of a text literal: `String` alone.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a text literal is a `String`, and not a `{Self}`",
    note = "a newtype is written as itself, `Sku(\"mug\".to_owned()).into()`, an enum as its variant, `Color::Red.into()`, an `Option` as `literal(\"..\".to_owned()).some()`, and a number without quotes, `3.into()`"
)]
pub trait TextLiteral: Sized {
    #[doc(hidden)]
    fn of(text: &str) -> Expr<'static, Self>;
}

impl TextLiteral for String {
    fn of(text: &str) -> Expr<'static, Self> {
        literal(text.to_owned())
    }
}

impl<T: TextLiteral> From<&str> for Expr<'_, T> {
    fn from(text: &str) -> Self {
        Expr::new(T::of(text).node)
    }
}

/// The result of a JSONata function.
pub(crate) fn call<'s, T, const N: usize>(
    function: &'static str,
    arguments: [AnyExpr<'s>; N],
) -> Expr<'s, T> {
    let arguments = arguments.into_iter().map(|argument| argument.0).collect();
    Expr::new(Node::new(ExprKind::Call { function, arguments }))
}

/// An expression of any type: the fields of a literal.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct AnyExpr<'s>(pub(crate) &'static Node, PhantomData<&'s ()>);

impl fmt::Debug for AnyExpr<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AnyExpr")
    }
}

impl<'s, T> From<Expr<'s, T>> for AnyExpr<'s> {
    fn from(expr: Expr<'s, T>) -> Self {
        Self(expr.node, PhantomData)
    }
}
