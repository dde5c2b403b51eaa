//! Payloads: the JSON that states hand to each other.

use std::ops::Deref;

use crate::values::expr::{AnyExpr, Expr, Node, Record};
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
    type Value<'s> = Expr<'s, P>;

    const SHAPE: Shape = Shape::Other {
        payload: Some(PayloadShape::of::<P>()),
        largest: None,
    };

    fn bind<'s>(record: Record) -> Self::Value<'s> {
        record.typed(Self::SHAPE)
    }
}

impl<P: StepOutput> StepOutput for Vec<P> {
    type Value<'s> = Expr<'s, Self>;

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

impl<'s, P: Payload> Expr<'s, P> {
    /// An object of the given values, one for each field; what the companions' literals become.
    #[doc(hidden)]
    pub fn object(values: Vec<AnyExpr<'s>>) -> Self {
        let values = values.into_iter().map(|value| value.0);
        Self::new(Node::object(P::FIELDS.iter().zip(values)))
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
