//! Whole workflows.

use std::fmt;
use std::marker::PhantomData;

use crate::check::Contract;
use crate::document::{QueryLanguage, StateMachine};
use crate::expr::{Binding, Expr, Kind, Node};
use crate::flow::{Flow, next_binding};
use crate::problem::Problems;
use crate::step::IntoStep;
use crate::{Function, Leaves, TaskError, check, lower};

/// A workflow as it was written, before it is checked.
#[must_use = "a workflow is emitted by `build`"]
pub struct Workflow<W: Function> {
    flow: Flow,
    input: Binding,
    comment: Option<String>,
    function: PhantomData<fn() -> W>,
}

impl<W: Function> fmt::Debug for Workflow<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Workflow({})", W::NAME)
    }
}

/// Defines the workflow `W`: what happens between its input and its output.
///
/// A workflow has the contract of a function. `W::TIMEOUT` bounds the whole execution.
pub fn workflow<W, S>(define: impl for<'s> FnOnce(Expr<'s, W::Input>) -> S) -> Workflow<W>
where
    W: Function,
    S: IntoStep<Leaves = W::Output>,
{
    let input = next_binding();
    let node = Node::typed(Kind::Input(input), W::Input::SHAPE);
    let step = define(Expr::new(node)).into_step();
    Workflow {
        flow: step.flow,
        input,
        comment: None,
        function: PhantomData,
    }
}

impl<W: Function> Workflow<W> {
    /// What a person who reads the definition should know first.
    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    /// The machine, checked.
    ///
    /// # Errors
    ///
    /// All the problems that types cannot rule out, each with its state and a remedy.
    pub fn build(&self) -> Result<StateMachine, Problems> {
        let contract = Contract {
            name: W::NAME,
            input: self.input,
            takes: W::Input::SHAPE,
            leaves: W::Output::SHAPE,
            timeout: W::TIMEOUT,
            errors: W::Error::DECLARED.iter().map(|error| error.name).collect(),
            comment: self.comment.clone(),
        };
        let mut problems = check::problems(&self.flow, &contract);
        let (states, clashes) = lower::states(&self.flow);
        // Names that the author gave twice are reported already.
        if problems.is_empty() {
            problems.extend(clashes.into_iter().map(check::taken));
        }
        if !problems.is_empty() {
            return Err(Problems {
                workflow: W::NAME.to_owned(),
                problems,
            });
        }
        Ok(StateMachine {
            comment: self.comment.clone(),
            query_language: Some(QueryLanguage::JSONata),
            version: None,
            start_at: self.flow.entry().to_owned(),
            timeout_seconds: Some(W::TIMEOUT.as_secs()),
            states,
        })
    }
}
