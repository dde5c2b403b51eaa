//! Whole workflows.

use std::fmt;
use std::marker::PhantomData;

use crate::check::Contract;
use crate::document::{QueryLanguage, StateMachine};
use crate::expr::{Binding, Expr, Kind, Node};
use crate::flow::{Flow, next_binding};
use crate::problem::Problems;
use crate::report::Knowledge;
use crate::step::IntoStep;
use crate::{Function, Leaves, TaskError, check, known, lower};

/// A workflow as it was written, before it is checked.
#[must_use = "a workflow is emitted by `build`"]
pub struct Workflow<W: Function> {
    flow: Flow,
    input: Binding,
    comment: Option<String>,
    express: bool,
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
        express: false,
        function: PhantomData,
    }
}

impl<W: Function> Workflow<W> {
    /// What a person who reads the definition should know first.
    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    /// The machine is to run as an Express workflow: for five minutes at the most, and without what waits for others.
    ///
    /// The document does not say so; the template does.
    pub fn express(mut self) -> Self {
        self.express = true;
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
            express: self.express,
        };
        let mut problems = check::problems(&self.flow, &contract);
        let (states, clashes) = lower::states(&self.flow);
        // Names that the author gave twice are reported already.
        if problems.is_empty() {
            problems.extend(clashes.into_iter().map(check::taken));
        }
        let machine = StateMachine {
            comment: self.comment.clone(),
            query_language: Some(QueryLanguage::JSONata),
            version: None,
            start_at: self.flow.entry().to_owned(),
            timeout_seconds: Some(W::TIMEOUT.as_secs()),
            states,
        };
        // What is wrong so far would be in the way of a look at the whole.
        if problems.is_empty() {
            problems.extend(check::unreachable((&machine).into()));
            problems.extend(check::longest(&machine, &self.knowledge(), &contract));
        }
        if !problems.is_empty() {
            return Err(Problems {
                workflow: W::NAME.to_owned(),
                problems,
            });
        }
        Ok(machine)
    }

    /// What the document does not say of the machine; for its [report](crate::report).
    pub fn knowledge(&self) -> Knowledge {
        let mut knowledge = Knowledge::default();
        known::of_flow(&self.flow, &mut knowledge);
        knowledge
    }
}
