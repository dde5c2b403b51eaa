//! Steps, and how they follow each other.

use std::fmt;
use std::marker::PhantomData;

use crate::expr::{Expr, literal};
use crate::flow::{FailFlow, Flow, PassFlow, UndoableFlow, bind};
use crate::{ErrorName, Feeds, Leaves, Payload};

/// A piece of a workflow that leaves a `P`.
#[must_use = "a step does nothing until it stands in a workflow"]
pub struct Step<P> {
    pub(crate) flow: Flow,
    leaves: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Step<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Step<{}>({})",
            std::any::type_name::<P>(),
            self.flow.entry()
        )
    }
}

/// What can stand where a step is expected: a step, or a task, parallel or choice that is complete.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a complete step of a workflow",
    label = "this does not end yet, or its arms leave different payloads",
    note = "a callback is complete once `within` bounds it, a choice once it has an `otherwise`, a saga once it has a `catch_all`, and a loop once it has `exhausted` and `then`",
    note = "a task whose `catch` handlers leave another payload than its function needs a `then` that leaves that payload too"
)]
pub trait IntoStep {
    /// What the step leaves.
    type Leaves: Leaves;

    /// The step.
    fn into_step(self) -> Step<Self::Leaves>;
}

impl<P: Leaves> IntoStep for Step<P> {
    type Leaves = P;

    fn into_step(self) -> Self {
        self
    }
}

impl<P: Leaves> Step<P> {
    pub(crate) fn new(flow: Flow) -> Self {
        Self {
            flow,
            leaves: PhantomData,
        }
    }

    /// What follows, whichever way this step ended: the arms of a task or a choice come together here.
    ///
    /// That is the difference to [`Task::then`](crate::Task::then), which follows only where nothing was caught. The
    /// closure is called once, now, with expressions for values that exist only when the machine runs.
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(P::Bound<'s>) -> S) -> Step<S::Leaves> {
        let (binding, record) = bind();
        let rest = next(P::bind(record)).into_step();
        Step::new(Flow::Then {
            first: Box::new(self.flow),
            binding,
            rest: Box::new(rest.flow),
        })
    }

    /// What undoes this step, if something that follows in its [`saga`](crate::saga) fails.
    ///
    /// The closure gets what the step left. What it makes must answer its own errors, and be harmless when it runs
    /// twice. It does not run if this step itself fails: where that does not mean that nothing was done, a time-out for
    /// one, declare the undo on the step before and let both share an id.
    pub fn compensate<S: IntoStep>(self, undo: impl for<'s> FnOnce(P::Bound<'s>) -> S) -> Self {
        let (value, record) = bind();
        let undo = undo(P::bind(record)).into_step().flow;
        Self::new(Flow::Undoable(Box::new(UndoableFlow {
            step: self.flow,
            value,
            undo,
        })))
    }
}

/// A step that only leaves a value: a `Pass` state.
pub fn pass<'s, P: Payload>(name: &str, value: impl Feeds<'s, P>) -> Step<P> {
    let value = value.into_expr().node;
    Step::new(Flow::Pass(PassFlow {
        name: name.to_owned(),
        value,
    }))
}

/// A step that ends the workflow, or the branch, well: a `Succeed` state.
///
/// Nothing follows it, and `value` is what the workflow or the branch leaves. A [`pass`] at the end does the same; in the
/// console this one says that the end is meant.
pub fn succeed<'s, P: Payload>(name: &str, value: impl Feeds<'s, P>) -> Step<P> {
    let value = value.into_expr().node;
    Step::new(Flow::Succeed(PassFlow {
        name: name.to_owned(),
        value,
    }))
}

/// A step that ends with an error: a `Fail` state.
///
/// Inside of a branch it ends the branch, and what the parallel or the map around catches is caught. It can stand for a
/// step of any payload, since nothing follows it. The error is one that the workflow declares. `cause` is for the person who reads the
/// execution in the console.
pub fn fail<P: Leaves, E: ErrorName>(name: &str, error: E, cause: &str) -> Step<P> {
    fail_because(name, error, literal(cause.to_owned()))
}

/// The same as [`fail`], with a cause that the execution finds out.
pub fn fail_because<P: Leaves, E: ErrorName>(name: &str, _error: E, cause: Expr<'_, String>) -> Step<P> {
    Step::new(Flow::Fail(FailFlow {
        name: name.to_owned(),
        error: E::NAME,
        cause: cause.node,
    }))
}

/// The error output that a catcher hands to its handler.
///
/// Source: [Fallback states](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states).
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, crate::Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorOutput {
    /// The name of the error.
    pub error: String,
    /// What the integration said about it; for a Lambda function its error as JSON text.
    pub cause: Option<String>,
}

pub(crate) type Caught<'s> = Expr<'s, ErrorOutput>;
