//! Parallel branches.

use std::fmt;
use std::marker::PhantomData;

use crate::steps::flow::{Arms, CatchArm, Flow, ParallelFlow, bind};
use crate::steps::task::{Handled, HandlerOutput, Unhandled};
use crate::steps::{Caught, IntoStep, Step};
use crate::{ErrorOutput, StepOutput};
use asl_document::ALL_ERRORS;

/// Branches that run side by side, and what follows success and errors.
///
/// An error that a branch does not handle aborts the others and fails the parallel. It can be any error, so typed
/// handlers belong on the tasks inside.
///
/// ```
/// # use shop::*;
/// use asl::{parallel, pass};
///
/// let states = states(|order| {
///     let count = pass("Count", LineFields {
///         sku: order.id,
///         amount: order.lines.length(),
///         weight: 0.0.into(),
///     });
///     let charged = charge(order).catch_all(|_| receipt("Unpaid", "none"));
///     parallel("ChargeAndCount", (charged, count))
///         .comment("Counting needs no money.")
///         .catch_all(|_| failed("Aborted"))
///         .and_then(|(charged, _counted)| paid("Paid", charged))
/// });
///
/// assert_eq!(states["ChargeAndCount"]["Branches"][0]["StartAt"], "Charge");
/// assert_eq!(states["ChargeAndCount"]["Catch"][0]["Next"], "Aborted");
/// assert_eq!(states["Paid"]["Output"]["number"], "{% $states.input[0].number %}");
/// ```
#[must_use = "a parallel does nothing until it is part of a workflow"]
pub struct Parallel<P, A = Unhandled> {
    parallel: ParallelFlow,
    leaves: PhantomData<fn() -> (P, A)>,
}

impl<P, A> fmt::Debug for Parallel<P, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Parallel({})", self.parallel.name)
    }
}

/// The branches of a parallel: a tuple of two to six steps.
///
/// ```
/// # use shop::*;
/// use asl::{Branches, Parallel, parallel};
///
/// fn at_once<B: Branches>(branches: B) -> Parallel<B::Output> {
///     parallel("AtOnce", branches).comment("Neither waits for the other.")
/// }
///
/// let states = states(|_| {
///     let branches = (receipt("Left", "l"), receipt("Right", "r"));
///     at_once(branches).and_then(|(_, right)| paid("Done", right))
/// });
///
/// assert_eq!(states["Done"]["Output"]["number"], "{% $states.input[1].number %}");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the branches of a parallel",
    label = "a parallel takes a tuple of two to six steps"
)]
pub trait Branches {
    /// The outputs of the branches, in written order.
    type Output: StepOutput;

    #[doc(hidden)]
    fn into_steps(self) -> Vec<AnyStep>;
}

/// A step whose payload is known elsewhere.
#[doc(hidden)]
pub struct AnyStep(Flow);

impl fmt::Debug for AnyStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AnyStep")
    }
}

macro_rules! tuples_of_branches {
    ($($name:ident $branch:ident),+) => {
        impl<$($name: IntoStep),+> Branches for ($($name,)+) {
            type Output = ($($name::Output,)+);

            fn into_steps(self) -> Vec<AnyStep> {
                let ($($branch,)+) = self;
                vec![$(AnyStep($branch.into_step().flow)),+]
            }
        }
    };
}

tuples_of_branches!(A a, B b);
tuples_of_branches!(A a, B b, C c);
tuples_of_branches!(A a, B b, C c, D d);
tuples_of_branches!(A a, B b, C c, D d, E e);
tuples_of_branches!(A a, B b, C c, D d, E e, F f);

/// Runs the branches side by side. Its output is the tuple of their outputs.
///
/// ```
/// # use shop::*;
/// use asl::parallel;
///
/// let states = states(|order| {
///     let charged = charge(order).catch_all(|_| receipt("Unpaid", "none"));
///     let noted = receipt("Noted", "n-1");
///     parallel("Both", (charged, noted)).and_then(|(charged, _)| paid("Paid", charged))
/// });
///
/// assert_eq!(states["Both"]["Branches"].as_array().unwrap().len(), 2);
/// ```
pub fn parallel<B: Branches>(name: &str, branches: B) -> Parallel<B::Output> {
    let branches = branches.into_steps().into_iter().map(|step| step.0).collect();
    let parallel = ParallelFlow {
        name: name.to_owned(),
        comment: None,
        branches,
        output_shape: B::Output::SHAPE,
        arms: Arms::default(),
    };
    Parallel {
        parallel,
        leaves: PhantomData,
    }
}

impl<P: StepOutput, A> Parallel<P, A> {
    /// A comment for people who read the definition in the console.
    /// See [`Parallel`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.parallel.comment = Some(comment.to_owned());
        self
    }

    /// Handles the error of a branch.
    /// See [`Parallel`].
    pub fn catch_all<S>(
        mut self,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Parallel<P, Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let flow = handler(ErrorOutput::bind(record)).into_step().flow;
        self.parallel.arms.caught.push(CatchArm {
            error: ALL_ERRORS,
            binding,
            flow,
        });
        Parallel {
            parallel: self.parallel,
            leaves: PhantomData,
        }
    }

    /// What follows success, given the outputs of the branches.
    /// See [`Parallel`].
    pub fn and_then<S>(mut self, next: impl for<'s> FnOnce(P::Value<'s>) -> S) -> Step<S::Output>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let step = next(P::bind(record)).into_step();
        self.parallel.arms.then = Some((binding, Box::new(step.flow)));
        Step::new(Flow::Parallel(Box::new(self.parallel)))
    }
}

impl<P: StepOutput> IntoStep for Parallel<P, Handled<P>> {
    type Output = P;

    fn into_step(self) -> Step<P> {
        Step::new(Flow::Parallel(Box::new(self.parallel)))
    }
}

impl<P: StepOutput> IntoStep for Parallel<P> {
    type Output = P;

    fn into_step(self) -> Step<P> {
        Step::new(Flow::Parallel(Box::new(self.parallel)))
    }
}
