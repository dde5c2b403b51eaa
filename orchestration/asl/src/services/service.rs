//! Calls of AWS services.

use std::time::Duration;

use crate::steps::error::DeclaredError;
use crate::steps::flow::{Service, Target};
use crate::values::expr::{ExprKind, Node};
use crate::{Function, Task, TaskError};

/// How long one call of a service may take.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// What a service fails with that names no error of its own: [`Timeout`](crate::Timeout) can be caught, and the rest by
/// `catch_all`.
///
/// Examples are those of [`sns`](crate::sns) and [`sqs`](crate::sqs).
#[derive(Debug)]
pub enum ServiceError {}

impl TaskError for ServiceError {
    const DECLARED: &'static [DeclaredError] = &[];

    fn declared(&self) -> DeclaredError {
        match *self {}
    }
}

pub(crate) fn call<F: Function>(
    state: &str,
    service: Service,
    arguments: Vec<(&'static str, &'static Node)>,
) -> Task<F> {
    let target = Target::Service(Box::leak(Box::new(service)));
    Task::new(target, Node::object(arguments)).named(state)
}

/// The output of a call whose response is not read.
pub(crate) fn nothing() -> &'static Node {
    Node::new(ExprKind::Object(Vec::new()))
}

/// The contracts of calls: what is handed over is a type of the resource's contract.
macro_rules! calls {
    ($($(#[$doc:meta])* $call:ident<$resource:ident>: $input:ident -> $output:ty, $error:ty;)+) => {
        $(
            $(#[$doc])*
            pub struct $call<T>(::std::marker::PhantomData<fn() -> T>);

            impl<T> ::std::fmt::Debug for $call<T> {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.write_str(stringify!($call))
                }
            }

            impl<T: $resource> $crate::Function for $call<T> {
                const NAME: &'static str = T::NAME;
                const TIMEOUT: ::std::time::Duration = $crate::services::service::TIMEOUT;
                type Input = T::$input;
                type Output = $output;
                type Error = $error;
            }
        )+
    };
}

pub(crate) use calls;
