//! Payloads: the JSON that states hand to each other.

use serde::Serialize;

use crate::values::expr::Record;
use crate::values::shape::{self, PayloadShape, Shape};
use crate::{Field, Largest};

/// A struct whose fields a workflow can read and write one by one; derive it with
/// [`#[derive(Payload)]`](macro@crate::Payload).
///
/// The derive makes a companion named after the struct, `GreetInputFields` for `GreetInput`. It is both what
/// an [`Expr<GreetInput>`](crate::Expr) dereferences to and the literal that a payload is written as.
///
/// A field can be marked: as personal data, which [`Workflow::build`](crate::Workflow::build) lets go only into fields
/// with the same mark ([`declassify`](crate::Expr::declassify) removes it), and with the most characters or
/// items that it holds, so that it is known how large the payload gets.
///
/// ```
/// use asl::Payload;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct ShipInput {
///     #[payload(personal, at_most = 254)]
///     pub email: String,
///     #[payload(at_most = 10)]
///     pub parcels: Option<Vec<u32>>,
///     pub greeting: String,
/// }
///
/// assert_eq!(ShipInput::personal_field(), Some("email"));
/// assert_eq!(ShipInput::largest().unbounded, ["greeting"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a payload",
    label = "not a struct that derives `Payload`",
    note = "derive `Payload` beside `Serialize` and `Deserialize`; a list, a text or a number is a field of such a struct",
    note = "no output is `Nothing`, written `Nothing {{}}`"
)]
pub trait Payload: Sized + 'static {
    /// The companion: one expression per field.
    type Fields<'s>;

    /// The fields, in written order.
    const FIELDS: &'static [Field];

    /// The companion whose fields are read from `record`.
    fn fields(record: Record) -> Self::Fields<'static>;

    /// Shortens the companion's lifetime, which the compiler cannot do through an associated type.
    fn shrink<'a, 's>(fields: &'a Self::Fields<'static>) -> &'a Self::Fields<'s>;

    /// The longest JSON that it is written as, as far as it is known.
    ///
    /// A field counts if its type is [`MaxSize`](crate::MaxSize) or a payload, an `Option` of such, or a `String` or
    /// `Vec` with `at_most`. A payload that holds lists of itself has no limit.
    fn largest() -> Largest {
        let fields = Self::FIELDS.iter();
        shape::once::<Self, _>(|| Largest::object(fields.map(|field| (field.name, field.largest()))))
            .unwrap_or_else(Largest::unknown)
    }

    /// The first field, here or in a payload inside, that is marked as personal. See [`Payload`].
    fn personal_field() -> Option<&'static str> {
        let mut fields = Self::FIELDS.iter();
        shape::once::<Self, _>(|| fields.find_map(Field::personal_field)).flatten()
    }
}

impl PayloadShape {
    pub(crate) const fn of<P: Payload>() -> Self {
        Self {
            largest: P::largest,
            personal_field: P::personal_field,
        }
    }
}

/// A payload behind a pointer, as a type needs that holds itself: its JSON is the same.
///
/// ```
/// use asl::{Expr, Payload};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Folder {
///     pub name: String,
///     pub parent: Option<Box<Folder>>,
/// }
///
/// fn parent(folder: Expr<'_, Folder>) -> Expr<'_, Option<String>> {
///     folder.parent.map_some(|parent| parent.name)
/// }
/// # let _ = parent;
/// ```
impl<P: Payload> Payload for Box<P> {
    type Fields<'s> = P::Fields<'s>;

    const FIELDS: &'static [Field] = P::FIELDS;

    fn fields(record: Record) -> P::Fields<'static> {
        P::fields(record)
    }

    fn shrink<'a, 's>(fields: &'a P::Fields<'static>) -> &'a P::Fields<'s> {
        P::shrink(fields)
    }

    fn largest() -> Largest {
        P::largest()
    }

    fn personal_field() -> Option<&'static str> {
        P::personal_field()
    }
}

/// The output of a step: a payload, the tuple of the outputs of a parallel's branches, or the list of the outputs of
/// a map's runs.
///
/// ```
/// # use shop::*;
/// use asl::{StepOutput, Step, fail};
///
/// fn closed<P: StepOutput>(name: &str) -> Step<P> {
///     fail(name, shop_error::OrderFailed, "the shop is closed")
/// }
///
/// let states = states(|order| charge(order).catch_all(|_| closed("Closed")));
///
/// assert_eq!(states["Closed"]["Type"], "Fail");
/// ```
pub trait StepOutput: Sized + 'static {
    /// What the closure of [`then`](crate::Step::then) gets.
    type Value<'s>;

    /// What is known of it.
    #[doc(hidden)]
    const SHAPE: Shape;

    /// Takes the value apart for the closure.
    fn bind<'s>(record: Record) -> Self::Value<'s>;
}

impl<P: Payload> StepOutput for P {
    type Value<'s> = crate::Expr<'s, P>;

    const SHAPE: Shape = Shape::Other {
        payload: Some(PayloadShape::of::<P>()),
        largest: None,
    };

    fn bind<'s>(record: Record) -> Self::Value<'s> {
        record.typed(Self::SHAPE)
    }
}

impl<P: StepOutput> StepOutput for Vec<P> {
    type Value<'s> = crate::Expr<'s, Self>;

    const SHAPE: Shape = Shape::List {
        at_most: None,
        of: &P::SHAPE,
    };

    fn bind<'s>(record: Record) -> Self::Value<'s> {
        record.typed(Self::SHAPE)
    }
}

macro_rules! tuples_leave {
    ($($name:ident $index:literal),+) => {
        impl<$($name: StepOutput),+> StepOutput for ($($name,)+) {
            type Value<'s> = ($($name::Value<'s>,)+);

            const SHAPE: Shape = Shape::Tuple(&[$($name::SHAPE),+]);

            fn bind<'s>(record: Record) -> Self::Value<'s> {
                ($($name::bind(record.item($index)),)+)
            }
        }
    };
}

tuples_leave!(A 0, B 1);
tuples_leave!(A 0, B 1, C 2);
tuples_leave!(A 0, B 1, C 2, D 3);
tuples_leave!(A 0, B 1, C 2, D 3, E 4);
tuples_leave!(A 0, B 1, C 2, D 3, E 4, F 5);

/// A value of type `P`: an [`Expr`](crate::Expr) of it, a literal of its companion, or a `P` that is known now.
///
/// ```
/// # use shop::*;
/// use asl::{Function, IntoExpr, Task};
///
/// fn charge_twice<'s>(input: impl IntoExpr<'s, ChargeInput>) -> Task<Charge> {
///     let input = input.into_expr();
///     Charge::call(ChargeInputFields { order: input.order, cents: input.cents * 2 })
/// }
///
/// let states = states(|order| {
///     let input = ChargeInputFields { order: order.id, cents: order.total };
///     charge_twice(input).catch_all(|_| failed("NotCharged"))
/// });
///
/// let cents = &states["Charge"]["Arguments"]["Payload"]["cents"];
/// assert_eq!(cents, "{% $states.context.Execution.Input.total * 2 %}");
/// ```
#[diagnostic::on_unimplemented(
    message = "expected a value of type `{P}`, found `{Self}`",
    label = "this is not a value of type `{P}`",
    note = "a payload is an `Expr` of its type, or is written field by field as its companion: its name with `Fields` at its end",
    note = "any other value is an `Expr` of its type, or a literal that is known now: `\"text\"` is a `String`, and a newtype, an enum or an `Option` is written as itself, `Sku(\"mug\".to_owned())`, `Color::Red`, `literal(\"..\".to_owned()).some()`",
    note = "the item of a map is `each.item`; a step is no value: choose between steps with `choose(..)`",
    note = "an `Option` as a condition is `a.is_some()`, or `when_some(a, ..)`"
)]
pub trait IntoExpr<'s, P> {
    /// The value as one expression.
    fn into_expr(self) -> crate::Expr<'s, P>;
}

/// What a closure makes of a value: an [`Expr`](crate::Expr), or a literal of a companion.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the closure of `map` and `map_some` outputs a value, and this is a `{Self}`",
    label = "not an `Expr`, and not a companion of a payload",
    note = "a step per item is for `map_each`, and one for a value that is there for `when_some`; a value that is known now is `literal(..)`"
)]
pub trait MapOutput<'s>: IntoExpr<'s, Self::Value> {
    type Value;
}

impl<'s, T> MapOutput<'s> for crate::Expr<'s, T> {
    type Value = T;
}

impl<'s, P> IntoExpr<'s, P> for crate::Expr<'s, P> {
    fn into_expr(self) -> crate::Expr<'s, P> {
        self
    }
}

/// A value that is known now; see [`literal`](crate::literal).
impl<'s, T: Serialize> IntoExpr<'s, T> for T {
    fn into_expr(self) -> crate::Expr<'s, T> {
        crate::literal(self)
    }
}

impl<'s> IntoExpr<'s, String> for &str {
    fn into_expr(self) -> crate::Expr<'s, String> {
        self.into()
    }
}
