//! Loops with a limited number of rounds.

use std::fmt;
use std::marker::PhantomData;

use crate::steps::flow::{Flow, RepeatFlow, Rounds, bind};
use crate::steps::{IntoStep, Step, pass};
use crate::values::expr::Record;
use crate::values::shape::Shape;
use crate::{Expr, Payload, StepOutput};

/// A loop that lacks its handler for [exhausted](Self::exhausted) rounds.
///
/// ```
/// # use shop::*;
/// use asl::{Round, repeat_until};
///
/// let states = states(|order| {
///     repeat_until(
///         "TryToCharge",
///         3,
///         |_: Round<'_, Receipt>| charge(order).catch_all(|_| receipt("NotYet", "none")),
///         |charged| charged.number.contains("r-"),
///     )
///     .comment("The bank has moments.")
///     .exhausted(|_| failed("GaveUp"))
///     .and_then(|charged| paid("Paid", charged))
/// });
///
/// let again = &states["TryToChargeAgain"];
/// assert_eq!(again["Choices"][0]["Next"], "Paid");
/// assert_eq!(again["Choices"][1]["Condition"], "{% $tryToChargeRound < 3 %}");
/// assert_eq!(again["Choices"][1]["Next"], "Charge");
/// assert_eq!(again["Default"], "GaveUp");
/// ```
#[must_use = "a loop is not a step until `exhausted` completes it"]
pub struct Repeat<P> {
    rounds: Rounds,
    value: Record,
    leaves: PhantomData<fn() -> P>,
}

/// A loop with both ends: complete where its handler outputs what a round outputs, which is then the loop's output.
///
/// Otherwise [`and_then`](Self::and_then) completes it.
///
/// ```
/// # use shop::*;
/// use asl::{Round, repeat_until};
///
/// let states = states(|order| {
///     repeat_until(
///         "TryToCharge",
///         3,
///         |_: Round<'_, Receipt>| charge(order).catch_all(|_| receipt("NotYet", "none")),
///         |charged| charged.number.contains("r-"),
///     )
///     .exhausted(|_| failed("GaveUp"))
/// });
///
/// assert_eq!(states["TryToChargeAgain"]["Choices"][0]["Next"], "TryToChargeDone");
/// assert_eq!(states["TryToChargeDone"]["Output"], "{% $tryToCharge %}");
/// ```
#[must_use = "a loop does nothing until it is part of a workflow"]
pub struct Exhausted<P, Q> {
    repeat: Repeat<P>,
    exhausted: Step<Q>,
}

impl<P> fmt::Debug for Repeat<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Repeat({})", self.rounds.name)
    }
}

impl<P, Q> fmt::Debug for Exhausted<P, Q> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Exhausted({})", self.repeat.rounds.name)
    }
}

/// What one round of a loop can read.
///
/// ```
/// # use shop::*;
/// use asl::{Round, Step, pass, repeat_until};
///
/// /// Doubles the output of the round before, if there was one.
/// fn double(round: Round<'_, Line>) -> Step<Line> {
///     pass("Double", LineFields {
///         sku: "mug".into(),
///         amount: round.last.map_or(round.number, |last| last.amount * 2),
///         weight: 0.4.into(),
///     })
/// }
///
/// let states = states(|_| {
///     repeat_until("Grow", 8, double, |line| line.amount.ge(100))
///         .exhausted(|_| receipt("TooFew", "none"))
///         .and_then(|_| receipt("Enough", "r-1"))
/// });
///
/// assert_eq!(states["Grow"]["Assign"]["growRound"], 1);
/// assert_eq!(states["Grow"]["Assign"]["grow"], serde_json::Value::Null);
/// ```
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "an expression has no text")]
pub struct Round<'s, P> {
    /// Its number, from 1.
    pub number: Expr<'s, u64>,
    /// The output of the round before; `None` in the first.
    pub last: Expr<'s, Option<P>>,
}

/// Runs `body` until its output meets `until`, at most `most` times.
///
/// Where the closure reads [`last`](Round::last), it names the type of its round, which is that of the body's output:
/// `|round: Round<'_, Polled>| ...`.
///
/// It waits between rounds only if the body does, with a [`wait`](crate::wait). Every round adds its events to the
/// execution's history, which holds 25,000 at most.
///
/// Source: [Quotas related to state machine
/// executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions).
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::{Round, repeat_until, wait};
///
/// let states = states(|order| {
///     repeat_until(
///         "TryToCharge",
///         3,
///         |_: Round<'_, Receipt>| {
///             wait("Pause", Duration::from_secs(10))
///                 .then(|_| charge(order).catch_all(|_| receipt("NotYet", "none")))
///         },
///         |charged| charged.number.contains("r-"),
///     )
///     .exhausted(|_| failed("GaveUp"))
///     .and_then(|charged| paid("Paid", charged))
/// });
///
/// assert_eq!(states["TryToCharge"]["Next"], "Pause");
/// assert_eq!(states["TryToChargeAgain"]["Choices"][1]["Next"], "Pause");
/// ```
pub fn repeat_until<'x, P, S>(
    name: &str,
    most: u64,
    body: impl for<'s> FnOnce(Round<'s, P>) -> S,
    until: impl FnOnce(Expr<'x, P>) -> Expr<'x, bool>,
) -> Repeat<P>
where
    P: Payload,
    S: IntoStep<Output = P>,
{
    let (round, number) = bind();
    let (last, before) = bind();
    let (left, value) = bind();
    let body = body(Round {
        number: number.whole(),
        last: before.typed(Shape::Option(&P::SHAPE)),
    });
    let rounds = Rounds {
        name: name.to_owned(),
        comment: None,
        most,
        round,
        last,
        body: body.into_step().flow,
        value: left,
        until: until(P::bind(value)).node,
    };
    Repeat {
        rounds,
        value,
        leaves: PhantomData,
    }
}

impl<P: Payload> Repeat<P> {
    /// A comment for people who read the definition in the console.
    /// See [`Repeat`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.rounds.comment = Some(comment.to_owned());
        self
    }

    /// What follows when the last round did not meet the condition, given its output.
    /// See [`Repeat`].
    pub fn exhausted<S>(self, handler: impl for<'s> FnOnce(Expr<'s, P>) -> S) -> Exhausted<P, S::Output>
    where
        S: IntoStep,
    {
        Exhausted {
            exhausted: handler(P::bind(self.value)).into_step(),
            repeat: self,
        }
    }
}

impl<P: Payload, Q: StepOutput> Exhausted<P, Q> {
    /// What follows when a round met the condition, given its output.
    /// See [`Repeat`].
    pub fn and_then<S>(self, next: impl for<'s> FnOnce(Expr<'s, P>) -> S) -> Step<Q>
    where
        S: IntoStep<Output = Q>,
    {
        let then = next(P::bind(self.repeat.value)).into_step().flow;
        Step::new(Flow::Repeat(Box::new(RepeatFlow {
            rounds: self.repeat.rounds,
            then,
            exhausted: self.exhausted.flow,
        })))
    }
}

impl<R: Payload> IntoStep for Exhausted<R, R> {
    type Output = R;

    /// A Choice state cannot end a level, so a Pass state outputs what the last round did.
    fn into_step(self) -> Step<R> {
        let name = format!("{}Done", self.repeat.rounds.name);
        self.and_then(|last| pass(&name, last))
    }
}
