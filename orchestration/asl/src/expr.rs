//! Typed expressions: values that exist only when the machine runs.

use std::any::Any;
use std::cell::OnceCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::Serialize;
use serde_json::Value;

use crate::personal::Personal;
use crate::shape::Shape;
use crate::{Field, Payload};

/// A value of type `T` that an execution will have when it gets there.
///
/// An `Expr` of a payload dereferences to its fields, so `user.email` is an `Expr<EmailAddress>`. It is
/// `Copy`: its node is leaked, some tens of bytes for each use in a definition, and definitions are built once.
///
/// The lifetime is the part of the workflow where the value exists. A value that a branch binds cannot leave
/// it.
///
/// ```
/// # use shop::*;
/// use asl::{Expr, literal};
///
/// fn is_heavy(line: Expr<'_, Line>) -> Expr<'_, bool> {
///     line.weight.is_more_than(literal(20.0))
/// }
///
/// assert_eq!(
///     jsonata(|order| order.lines.filter(is_heavy).is_empty()),
///     "$count([$filter(order.lines, function($item) { $item.weight > 20.0 })]) = 0"
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

impl<T> fmt::Debug for Expr<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Expr<{}>", std::any::type_name::<T>())
    }
}

/// What an expression is made of.
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) personal: Personal,
    /// The most items, where it is an array and that is known.
    pub(crate) most_items: Option<u64>,
    fields: OnceCell<Box<dyn Any>>,
}

/// Names a value that a state leaves for the ones behind it.
pub(crate) type Binding = u64;

#[derive(Clone)]
pub(crate) enum Kind {
    /// The input of an execution of this workflow.
    Input(Binding),
    /// A path in the context object.
    Context(&'static str),
    /// The input of the execution that a distributed map starts for an item or a batch.
    ChildInput(Binding),
    /// What a service answered to the task that evaluates this.
    TaskResult,
    /// A name that the template supplies, such as a table's.
    Substitution(String),
    /// What a step left, or the error output that a catcher got.
    Bound(Binding),
    /// The item that an iteration of a map is for, or its index.
    MapItem {
        map: Binding,
        index: bool,
    },
    Field {
        of: &'static Node,
        name: &'static str,
        optional: bool,
    },
    Item {
        of: &'static Node,
        index: usize,
    },
    /// The item of an array at a place that the execution finds out, if there is one.
    At {
        of: &'static Node,
        index: &'static Node,
    },
    Literal(Value),
    Object(Vec<ObjectField>),
    Array(Vec<&'static Node>),
    Infix {
        operator: &'static str,
        left: &'static Node,
        right: &'static Node,
    },
    Call {
        function: &'static str,
        arguments: Vec<&'static Node>,
    },
    /// A function applied to each item of an array, such as `$map`.
    Each {
        function: &'static str,
        array: &'static Node,
        parameter: Binding,
        body: &'static Node,
    },
    /// The item that an [`Each`](Kind::Each) is at.
    Parameter(Binding),
    /// Whether there is a value: neither absent nor `null`.
    IsPresent(&'static Node),
    Select {
        condition: &'static Node,
        yes: &'static Node,
        no: &'static Node,
    },
}

/// A field of an object that a workflow writes.
#[derive(Clone, Copy)]
pub(crate) struct ObjectField {
    pub(crate) name: &'static str,
    /// Whether it may see personal data.
    pub(crate) personal: bool,
    pub(crate) value: &'static Node,
}

/// One that takes its mark from a payload's type.
impl From<(&'static Field, &'static Node)> for ObjectField {
    fn from((field, value): (&'static Field, &'static Node)) -> Self {
        Self {
            name: field.name,
            personal: field.personal,
            value,
        }
    }
}

/// One without a mark, such as an argument of a service. What stands inside of it may have one.
impl From<(&'static str, &'static Node)> for ObjectField {
    fn from((name, value): (&'static str, &'static Node)) -> Self {
        Self {
            name,
            personal: false,
            value,
        }
    }
}

impl Node {
    pub(crate) fn new(kind: Kind) -> &'static Self {
        let personal = Personal::of(&kind);
        let most_items = most_items(&kind);
        Self::leaked(kind, personal, most_items)
    }

    /// A value of which only its type is known.
    pub(crate) fn typed(kind: Kind, shape: Shape) -> &'static Self {
        let personal = Personal::inside(shape.personal_field());
        Self::leaked(kind, personal, shape.most_items())
    }

    /// One item of an array.
    pub(crate) fn item_of(array: &'static Self, kind: Kind) -> &'static Self {
        Self::leaked(kind, array.personal, None)
    }

    /// An object that a workflow writes.
    pub(crate) fn object<F: Into<ObjectField>>(fields: impl IntoIterator<Item = F>) -> &'static Self {
        let fields = fields.into_iter().map(Into::into);
        Self::new(Kind::Object(fields.collect()))
    }

    /// The same value, seen otherwise.
    pub(crate) fn seen_as(&self, personal: Personal) -> &'static Self {
        Self::leaked(self.kind.clone(), personal, self.most_items)
    }

    fn leaked(kind: Kind, personal: Personal, most_items: Option<u64>) -> &'static Self {
        Box::leak(Box::new(Self {
            kind,
            personal,
            most_items,
            fields: OnceCell::new(),
        }))
    }

    pub(crate) fn literal(value: Value) -> &'static Self {
        Self::new(Kind::Literal(value))
    }

    pub(crate) fn array(items: Vec<&'static Self>) -> &'static Self {
        Self::new(Kind::Array(items))
    }

    pub(crate) fn field(of: &'static Self, name: &'static str, optional: bool) -> &'static Self {
        Self::new(Kind::Field { of, name, optional })
    }

    pub(crate) fn call(function: &'static str, arguments: Vec<&'static Self>) -> &'static Self {
        Self::new(Kind::Call { function, arguments })
    }

    /// The nodes that this one is made of.
    pub(crate) fn parts(&self) -> Vec<&'static Node> {
        match &self.kind {
            Kind::Input(_)
            | Kind::Context(_)
            | Kind::ChildInput(_)
            | Kind::TaskResult
            | Kind::Substitution(_)
            | Kind::Bound(_)
            | Kind::MapItem { .. }
            | Kind::Literal(_)
            | Kind::Parameter(_) => Vec::new(),
            Kind::Field { of, .. } | Kind::Item { of, .. } => vec![*of],
            Kind::At { of, index } => vec![*of, *index],
            Kind::Array(items) => items.clone(),
            Kind::Object(fields) => fields.iter().map(|field| field.value).collect(),
            Kind::Infix { left, right, .. } => vec![*left, *right],
            Kind::Call { arguments, .. } => arguments.clone(),
            Kind::Each { array, body, .. } => vec![*array, *body],
            Kind::IsPresent(inner) => vec![*inner],
            Kind::Select { condition, yes, no } => vec![*condition, *yes, *no],
        }
    }
}

/// The most items of an array that is made in this way.
fn most_items(kind: &Kind) -> Option<u64> {
    match kind {
        Kind::Literal(Value::Array(items)) => Some(items.len() as u64),
        Kind::Each { array, .. } => array.most_items,
        Kind::Select { yes, no, .. } => Some(yes.most_items?.max(no.most_items?)),
        _ => None,
    }
}

/// Something with parts: what the derives read fields from.
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
        let kind = Kind::Field {
            of: self.0,
            name: field.name,
            optional: field.optional,
        };
        let personal = match self.0.personal {
            whole @ (Personal::Yes(_) | Personal::Disclosed) => whole,
            _ if field.personal => Personal::Yes(field.name),
            _ => Personal::inside(field.shape.personal_field()),
        };
        Expr::new(Node::leaked(kind, personal, field.shape.most_items()))
    }

    pub(crate) fn item(self, index: usize) -> Self {
        Self(Node::new(Kind::Item { of: self.0, index }))
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

    /// An object of the given values, one for each field; what the companions' literals become.
    #[doc(hidden)]
    pub fn object(values: Vec<AnyExpr<'s>>) -> Self
    where
        T: Payload,
    {
        let values = values.into_iter().map(|value| value.0);
        Self::new(Node::object(T::FIELDS.iter().zip(values)))
    }

    /// The value as the left side of an operator.
    pub(crate) fn infix<U, R>(self, operator: &'static str, right: Expr<'s, U>) -> Expr<'s, R> {
        Expr::new(Node::new(Kind::Infix {
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
    ///     jsonata(|order| order.gift.select(order.id.some(), none())),
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
    /// let states = states(|order| pass("Log", LogInputExpr { about: order.lines.untyped() }));
    ///
    /// assert_eq!(states["Log"]["Output"]["about"], "{% $states.context.Execution.Input.lines %}");
    /// ```
    pub fn untyped(self) -> Expr<'s, Value> {
        Expr::new(self.node.as_a_whole())
    }

    /// Whether it equals `value` when the machine gets there.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.is(0)), "order.total = 0");
    /// ```
    pub fn is(self, value: T) -> Expr<'s, bool>
    where
        T: Serialize,
    {
        self.equals(literal(value))
    }

    /// Whether both are equal when the machine gets there.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.id.equals(execution_name())),
    ///     "order.id = $states.context.Execution.Name"
    /// );
    /// ```
    pub fn equals(self, other: Self) -> Expr<'s, bool> {
        self.infix("=", other)
    }
}

impl<'s, T> Expr<'s, Option<T>> {
    /// Whether there is a value: neither absent nor `null`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.is_present()),
    ///     "$exists(order.coupon) and order.coupon != null"
    /// );
    /// ```
    pub fn is_present(self) -> Expr<'s, bool> {
        Expr::new(Node::new(Kind::IsPresent(self.node)))
    }

    /// What `function` makes of the value if there is one; otherwise nothing.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// #[derive(serde::Serialize, serde::Deserialize, Payload)]
    /// pub struct NoteInput {
    ///     pub coupon: Option<String>,
    /// }
    ///
    /// let states = states(|order| {
    ///     let coupon = order.coupon.map_some(|coupon| coupon.to_uppercase());
    ///     pass("Note", NoteInputExpr { coupon })
    /// });
    ///
    /// let written = states["Note"]["Output"]["coupon"].as_str().unwrap();
    /// assert!(written.contains("? $uppercase(") && written.ends_with(": null %}"));
    /// ```
    pub fn map_some<U>(self, function: impl FnOnce(Expr<'s, T>) -> Expr<'s, U>) -> Expr<'s, Option<U>> {
        self.map_or(none(), |value| function(value).some())
    }

    /// What `function` makes of the value if there is one, otherwise `default`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.map_or(order.total, |_| order.total - literal(500))),
    ///     "($exists(order.coupon) and order.coupon != null) ? (order.total - 500) : order.total"
    /// );
    /// ```
    pub fn map_or<U>(
        self,
        default: Expr<'s, U>,
        function: impl FnOnce(Expr<'s, T>) -> Expr<'s, U>,
    ) -> Expr<'s, U> {
        self.is_present().select(function(Expr::new(self.node)), default)
    }

    /// The value if there is one, otherwise `default`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let coupon = jsonata(|order| order.coupon.unwrap_or(literal("none".to_owned())));
    ///
    /// assert!(coupon.ends_with(": 'none'"));
    /// ```
    pub fn unwrap_or(self, default: Expr<'s, T>) -> Expr<'s, T> {
        self.map_or(default, |value| value)
    }
}

impl<'s> Expr<'s, bool> {
    /// Whether both hold.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.and(order.total.is(0))),
    ///     "order.gift and (order.total = 0)"
    /// );
    /// ```
    pub fn and(self, other: Self) -> Self {
        self.infix("and", other)
    }

    /// Whether at least one holds.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.or(order.total.is(0))),
    ///     "order.gift or (order.total = 0)"
    /// );
    /// ```
    pub fn or(self, other: Self) -> Self {
        self.infix("or", other)
    }

    /// Whether it does not hold.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.gift.not()), "$not(order.gift)");
    /// ```
    #[expect(
        clippy::should_implement_trait,
        reason = "`!` on a value that exists only later would mislead"
    )]
    pub fn not(self) -> Self {
        call("not", [self.any()])
    }

    /// `yes` if it holds, otherwise `no`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.total + order.gift.select(literal(300), literal(0))),
    ///     "order.total + (order.gift ? 300 : 0)"
    /// );
    /// ```
    pub fn select<T>(self, yes: Expr<'s, T>, no: Expr<'s, T>) -> Expr<'s, T> {
        Expr::new(Node::new(Kind::Select {
            condition: self.node,
            yes: yes.node,
            no: no.node,
        }))
    }
}

/// A value that is known now.
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
/// assert_eq!(jsonata(|order| order.total * literal(2)), "order.total * 2");
/// ```
pub fn literal<'s, T: Serialize>(value: T) -> Expr<'s, T> {
    #[expect(
        clippy::expect_used,
        reason = "a definition is built once, by its author, and its values are JSON"
    )]
    let value = serde_json::to_value(value).expect("a literal of a workflow must be JSON");
    Expr::new(Node::new(Kind::Literal(value)))
}

/// The result of a JSONata function.
pub(crate) fn call<'s, T, const N: usize>(
    function: &'static str,
    arguments: [AnyExpr<'s>; N],
) -> Expr<'s, T> {
    let arguments = arguments.into_iter().map(|argument| argument.0).collect();
    Expr::new(Node::new(Kind::Call { function, arguments }))
}

/// No value, where a field takes an `Option`.
///
/// ```
/// use asl::{Payload, none};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Parcel {
///     pub number: String,
///     pub note: Option<String>,
/// }
///
/// fn plain(number: asl::Expr<'_, String>) -> ParcelExpr<'_> {
///     ParcelExpr { number, note: none() }
/// }
/// # let states = shop::states(|order| asl::pass("Plain", plain(order.id)));
///
/// assert_eq!(states["Plain"]["Output"]["note"], serde_json::Value::Null);
/// ```
pub fn none<'s, T>() -> Expr<'s, Option<T>> {
    Expr::new(Node::new(Kind::Literal(Value::Null)))
}

/// An expression of any type: the fields of a literal.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct AnyExpr<'s>(&'static Node, PhantomData<&'s ()>);

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

impl<'s, P: Payload> Deref for Expr<'s, P> {
    type Target = P::Fields<'s>;

    fn deref(&self) -> &Self::Target {
        let fields = self
            .node
            .fields
            .get_or_init(|| Box::new(P::fields(Record(self.node))));
        #[expect(
            clippy::expect_used,
            reason = "a node has one payload type: only `Expr<P>` for that P points to it"
        )]
        let fields = fields
            .downcast_ref::<P::Fields<'static>>()
            .expect("an expression has the fields of its type");
        P::shrink(fields)
    }
}
