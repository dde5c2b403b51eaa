//! Waits.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::flow::{Flow, WaitFlow, WaitUntil};
use crate::step::Step;
use crate::{Expr, Payload, Timestamp};

/// What leaves a step that leaves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Payload)]
pub struct Nothing {}

impl fmt::Debug for Nothing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nothing")
    }
}

/// Waits for a time that is known now, in whole seconds; a fraction is rounded down.
pub fn wait(name: &str, time: Duration) -> Step<Nothing> {
    until(name, WaitUntil::Seconds(time.as_secs()))
}

/// Waits for a number of seconds that is known when the machine gets there.
pub fn wait_seconds(name: &str, seconds: Expr<'_, u64>) -> Step<Nothing> {
    until(name, WaitUntil::SecondsFrom(seconds.node))
}

/// Waits until a point in time; not at all if it has passed.
pub fn wait_until(name: &str, time: Expr<'_, Timestamp>) -> Step<Nothing> {
    until(name, WaitUntil::Time(time.node))
}

fn until(name: &str, until: WaitUntil) -> Step<Nothing> {
    Step::new(Flow::Wait(WaitFlow {
        name: name.to_owned(),
        until,
    }))
}
