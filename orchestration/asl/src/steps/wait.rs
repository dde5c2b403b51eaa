//! Waits.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::steps::Step;
use crate::steps::flow::{Flow, WaitFlow, WaitUntil};
use crate::{IntoExpr, Payload, Timestamp};

/// The output of a step that has none: `{}` in JSON. As a value it is written `Nothing {}`.
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::{Expr, Nothing, parallel, wait};
///
/// let states = states(|order| {
///     let minute = wait("Minute", Duration::from_mins(1));
///     let charged = charge(order).catch_all(|_| failed("NotCharged"));
///     parallel("AtLeastAMinute", (minute, charged))
///         .and_then(|(_, charged): (Expr<'_, Nothing>, _)| paid("Paid", charged))
/// });
///
/// assert_eq!(states["Paid"]["Output"]["number"], "{% $states.input[1].number %}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Payload)]
pub struct Nothing {}

impl fmt::Debug for Nothing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nothing")
    }
}

/// Waits for a time that is known now, in whole seconds.
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::wait;
///
/// let minute = Duration::from_mins(1);
/// let states = states(|_| wait("Pause", minute).then(|_| receipt("Done", "r-1")));
///
/// assert_eq!(states["Pause"]["Seconds"], 60);
/// assert_eq!(states["Pause"]["Next"], "Done");
/// ```
pub fn wait(name: &str, time: Duration) -> Step<Nothing> {
    until(name, WaitUntil::Seconds(time))
}

/// Waits for a number of seconds that the execution computes.
///
/// ```
/// # use shop::*;
/// use asl::wait_seconds;
///
/// let states = states(|order| {
///     let pause = order.gift.if_else(60, 1);
///     wait_seconds("Pause", pause).then(|_| receipt("Done", "r-1"))
/// });
///
/// assert_eq!(states["Pause"]["Seconds"], "{% $states.context.Execution.Input.gift ? 60 : 1 %}");
/// ```
pub fn wait_seconds<'s>(name: &str, seconds: impl IntoExpr<'s, u64>) -> Step<Nothing> {
    until(name, WaitUntil::SecondsFrom(seconds.into_expr().node))
}

/// Waits until a point in time; not at all if it has passed. The platform cuts off what is less than a second.
///
/// Source: [Wait workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html), `Timestamp`.
///
/// ```
/// # use shop::*;
/// use asl::wait_until;
///
/// let states = states(|order| wait_until("Due", order.due).then(|_| receipt("Done", "r-1")));
///
/// assert_eq!(states["Due"]["Timestamp"], "{% $states.context.Execution.Input.due %}");
/// ```
pub fn wait_until<'s>(name: &str, time: impl IntoExpr<'s, Timestamp>) -> Step<Nothing> {
    until(name, WaitUntil::Time(time.into_expr().node))
}

fn until(name: &str, until: WaitUntil) -> Step<Nothing> {
    Step::new(Flow::Wait(WaitFlow {
        name: name.to_owned(),
        until,
    }))
}
