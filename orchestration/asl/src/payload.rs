//! What travels between states.

use crate::expr::Record;

/// A struct whose fields a workflow can read and write one by one; derive it with
/// [`#[derive(Payload)]`](macro@crate::Payload).
///
/// The derive makes a companion named after the struct, `GreetInputExpr` for `GreetInput`. It is both what
/// an [`Expr<GreetInput>`](crate::Expr) dereferences to and the literal that a payload is written as.
pub trait Payload: Sized + 'static {
    /// The companion: one expression per field.
    type Fields<'s>;

    /// The companion whose fields are read from `record`.
    fn fields(record: Record) -> Self::Fields<'static>;

    /// Shortens the companion's lifetime, which the compiler cannot do through an associated type.
    fn shrink<'a, 's>(fields: &'a Self::Fields<'static>) -> &'a Self::Fields<'s>;
}

/// What leaves a step and is handed to the next: a payload, a tuple of what the branches of a parallel
/// leave, or a list of what the runs of a map leave.
pub trait Leaves: Sized + 'static {
    /// What [`then`](crate::Step::then) hands to its closure.
    type Bound<'s>;

    /// Takes the value apart for the closure.
    fn bind<'s>(record: Record) -> Self::Bound<'s>;
}

impl<P: Payload> Leaves for P {
    type Bound<'s> = crate::Expr<'s, P>;

    fn bind<'s>(record: Record) -> Self::Bound<'s> {
        record.whole()
    }
}

impl<P: Leaves> Leaves for Vec<P> {
    type Bound<'s> = crate::Expr<'s, Self>;

    fn bind<'s>(record: Record) -> Self::Bound<'s> {
        record.whole()
    }
}

macro_rules! tuples_leave {
    ($($name:ident $index:literal),+) => {
        impl<$($name: Leaves),+> Leaves for ($($name,)+) {
            type Bound<'s> = ($($name::Bound<'s>,)+);

            fn bind<'s>(record: Record) -> Self::Bound<'s> {
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

/// A value that can be handed to a function that takes `P`: an [`Expr`](crate::Expr) of it, or its companion
/// written as a literal.
#[diagnostic::on_unimplemented(
    message = "the payload `{Self}` does not fit a function that takes `{P}`",
    label = "this state hands over `{Self}`, the function takes `{P}`",
    note = "write the payload as the literal of `{P}`'s companion: its name is the payload's with `Expr` at its end"
)]
pub trait Feeds<'s, P> {
    /// The value as one expression.
    fn into_expr(self) -> crate::Expr<'s, P>;
}

impl<'s, P> Feeds<'s, P> for crate::Expr<'s, P> {
    fn into_expr(self) -> crate::Expr<'s, P> {
        self
    }
}
