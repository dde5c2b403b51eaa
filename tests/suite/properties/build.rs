//! Builds a syntax tree with the language.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use asl::document::StateMachine;
use asl::{
    Diagnostics, ErrorOutput, Expr, Function, Round, Step, choose, fail_because, literal, pass, repeat_until,
    saga, succeed, wait, wait_seconds,
};

use super::ast::{Ast, Behaviour, Callee, Error, Time};
use super::contracts::{Echo, Inner, Later, Sample, Whole, echo_error};
use super::strategies::Workflows;
use super::values::{Expressions, error_expression, numbered_expression, round_expression};

mod groups;
mod tasks;

/// The machines of a case by name, and the behaviour of their tasks.
pub(crate) struct Built {
    pub(crate) machines: Vec<(&'static str, StateMachine)>,
    pub(crate) tasks: HashMap<String, (Callee, Behaviour)>,
}

pub(crate) fn build(workflows: &Workflows) -> Result<Built, Diagnostics> {
    build_folded(workflows, true)
}

/// The same with or without a state for each step.
pub(crate) fn build_folded(workflows: &Workflows, folded: bool) -> Result<Built, Diagnostics> {
    let builder = Builder::default();
    let whole = Whole::define(|start| {
        builder.step(
            &workflows.whole,
            &Expressions::new(start.first).with_list(start.list),
        )
    });
    let inner = Inner::define(|input| builder.step(&workflows.inner, &Expressions::new(input)));
    let later = Later::define(|input| {
        Echo::call(input)
            .named("Later")
            .catch_all(|error| pass("Never", error_expression(error)))
    });
    let machines = if folded {
        [whole.build()?, inner.build()?, later.build()?]
    } else {
        [
            whole.unfolded().build()?,
            inner.unfolded().build()?,
            later.unfolded().build()?,
        ]
    };
    let machines = ["Whole", "Inner", "Later"].into_iter().zip(machines).collect();
    let tasks = builder.tasks.borrow().clone();
    Ok(Built { machines, tasks })
}

/// Names the states, and records the behaviour of their tasks.
#[derive(Clone, Default)]
struct Builder {
    named: Rc<Cell<u32>>,
    tasks: Rc<RefCell<HashMap<String, (Callee, Behaviour)>>>,
}

impl Builder {
    fn name(&self, kind: &str) -> String {
        self.named.set(self.named.get() + 1);
        format!("{kind}{}", self.named.get())
    }

    fn handler(&self, ast: &Ast, error: Expr<'_, ErrorOutput>, known: &Expressions<'_>) -> Step<Sample> {
        self.step(ast, &known.with(error_expression(error)))
    }

    fn step(&self, ast: &Ast, known: &Expressions<'_>) -> Step<Sample> {
        match ast {
            Ast::Pass { value, ends: false } => pass(&self.name("Pass"), value.expression(known)),
            Ast::Pass { value, ends: true } => succeed(&self.name("Succeed"), value.expression(known)),
            Ast::Fail { error, cause } => {
                let (name, cause) = (self.name("Fail"), cause.expression(known));
                match error {
                    Error::Refused => fail_because(&name, echo_error::Refused, cause),
                    Error::Busy => fail_because(&name, echo_error::Busy, cause),
                }
            }
            Ast::Wait { time, rest } => {
                let name = self.name("Wait");
                let wait = match time {
                    Time::Literal(seconds) => wait(&name, Duration::from_secs(u64::from(*seconds))),
                    Time::Computed(number) => wait_seconds(&name, number.expression(known) % literal(60)),
                };
                wait.then(|_| self.step(rest, known))
            }
            Ast::Task(task) => self.task(task, known),
            Ast::Choose { condition, yes, no } => choose(&self.name("Choose"))
                .when(condition.expression(known), self.step(yes, known))
                .otherwise(self.step(no, known)),
            Ast::IfSome { of, some, none } => choose(&self.name("IfSome"))
                .when_some(known.value(*of).optional, |number| {
                    self.step(some, &known.with_part(*of, numbered_expression(number)))
                })
                .otherwise(self.step(none, known)),
            Ast::Parallel {
                left,
                right,
                continuation,
            } => self.parallel(left, right, continuation, known),
            Ast::Map(map) => match &map.distributed {
                Some(distributed) => self.distributed(map, distributed, known),
                None => self.inline(map, known),
            },
            Ast::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => repeat_until(
                &self.name("Repeat"),
                u64::from(*most),
                |round: Round<'_, Sample>| self.step(body, &known.with(round_expression(&round))),
                |output| until.expression(&Expressions::new(output)),
            )
            .exhausted(|output| self.step(exhausted, &known.with(output)))
            .and_then(|output| self.step(then, &known.with(output))),
            Ast::Saga { body, handler } => {
                saga(self.step(body, known)).catch_all(|error| self.handler(handler, error, known))
            }
            Ast::Undoable {
                in_doubt: true,
                step,
                undo,
                rest,
            } => self
                .step(step, known)
                .compensate_begun(self.step(undo, known))
                .then(|output| self.step(rest, &known.with(output))),
            Ast::Undoable { step, undo, rest, .. } => self
                .step(step, known)
                .compensate(|output| self.step(undo, &known.with(output)))
                .then(|output| self.step(rest, &known.with(output))),
            Ast::Then { first, rest } => self
                .step(first, known)
                .then(|output| self.step(rest, &known.with(output))),
        }
    }
}
