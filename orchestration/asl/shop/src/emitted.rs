//! The emitted form of steps and values.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "an example stops at the first surprise"
)]

use std::marker::PhantomData;
use std::time::Duration;

use asl::document::{State, expression};
use asl::{Diagnostics, Expr, Function, IntoStep, Payload, Source, distributed_map, pass};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::functions::ShopError;
use crate::payloads::Order;
use crate::steps::{failed, receipt};

/// The states of a workflow from an order, as JSON, with a state for each step.
///
/// # Panics
///
/// If `build` finds problems.
pub fn states<P, S>(define: impl for<'s> FnOnce(Expr<'s, Order>) -> S) -> Value
where
    P: Payload,
    S: IntoStep<Output = P>,
{
    let machine = Try::<P>::define(define)
        .unfolded()
        .build()
        .expect("the example has no diagnostics");
    serde_json::to_value(machine.states).expect("a document is JSON")
}

/// The diagnostics of a workflow from an order.
///
/// # Panics
///
/// If it finds nothing.
pub fn diagnostics<P, S>(define: impl for<'s> FnOnce(Expr<'s, Order>) -> S) -> Diagnostics
where
    P: Payload,
    S: IntoStep<Output = P>,
{
    let built = Try::<P>::define(define).build();
    built.expect_err("the example has diagnostics")
}

/// The JSONata of a value that is made from an order.
///
/// `order` replaces `$states.context.Execution.Input`. A literal is JSON.
///
/// # Panics
///
/// If `build` finds problems.
pub fn jsonata<T>(value: impl for<'s> FnOnce(Expr<'s, Order>) -> Expr<'s, T>) -> String {
    let machine = Try::<Seen>::define(|order| {
        let value = value(order).untyped();
        pass("Seen", SeenFields { value })
    });
    let machine = machine.build().expect("the example has no diagnostics");
    let Some(State::Pass(seen)) = machine.states.get("Seen") else {
        panic!("a pass is a Pass state");
    };
    let value = seen.output.as_ref().and_then(|output| output.get("value"));
    let value = value.expect("the pass leaves a value");
    match value.as_str().and_then(expression) {
        Some(expression) => expression.replace("$states.context.Execution.Input.", "order."),
        None => value.to_string(),
    }
}

/// The `ItemReader` of a distributed map over these items.
///
/// # Panics
///
/// If `build` finds problems.
pub fn item_reader<T: Payload>(source: impl for<'s> FnOnce(Expr<'s, Order>) -> Source<'s, T>) -> Value {
    let mut states = states(|order| {
        distributed_map(
            "Read",
            source(order),
            |each| each.item,
            |_| receipt("EachRead", "none"),
        )
        .catch_all(|_| failed("NotRead"))
        .and_then(|_| receipt("AllRead", "none"))
    });
    states
        .pointer_mut("/Read/ItemReader")
        .map(Value::take)
        .unwrap_or_default()
}

/// A workflow whose output is a `P`.
struct Try<P>(PhantomData<P>);

impl<P: Payload> Function for Try<P> {
    const NAME: &'static str = "Try";
    const TIMEOUT: Duration = Duration::from_hours(96);
    type Input = Order;
    type Output = P;
    type Error = ShopError;
}

/// Anything, which may be personal.
#[derive(Serialize, Deserialize, Payload)]
struct Seen {
    #[payload(personal)]
    value: Value,
}
