//! A plan in the language.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use asl::document::StateMachine;
use asl::{
    Diagnostics, ErrorOutput, Expr, Function, Round, Step, choose, fail_because, literal, pass, repeat_until,
    saga, succeed, wait, wait_seconds,
};

use super::contracts::{Echo, Inner, Later, Trio, Whole, echo_error};
use super::plan::{Behaviour, Callee, Error, Plan, Time};
use super::strategies::Plans;
use super::values::{Known, error_expression, numbered_expression, round_expression};

mod groups;
mod tasks;

/// The machines of a case, by name, and what their tasks do.
pub(crate) struct Built {
    pub(crate) machines: Vec<(&'static str, StateMachine)>,
    pub(crate) tasks: HashMap<String, (Callee, Behaviour)>,
}

pub(crate) fn build(plans: &Plans) -> Result<Built, Diagnostics> {
    let building = Building::default();
    let whole =
        Whole::define(|start| building.step(&plans.whole, &Known::new(start.first).with_list(start.list)));
    let inner = Inner::define(|input| building.step(&plans.inner, &Known::new(input)));
    let later = Later::define(|input| {
        Echo::call(input)
            .named("Later")
            .catch_all(|error| pass("Never", error_expression(error)))
    });
    let machines = vec![
        ("Whole", whole.build()?),
        ("Inner", inner.build()?),
        ("Later", later.build()?),
    ];
    let tasks = building.tasks.borrow().clone();
    Ok(Built { machines, tasks })
}

/// Names states, and remembers what the tasks among them are to do.
#[derive(Clone, Default)]
struct Building {
    named: Rc<Cell<u32>>,
    tasks: Rc<RefCell<HashMap<String, (Callee, Behaviour)>>>,
}

impl Building {
    fn name(&self, kind: &str) -> String {
        self.named.set(self.named.get() + 1);
        format!("{kind}{}", self.named.get())
    }

    fn handler(&self, plan: &Plan, error: Expr<'_, ErrorOutput>, known: &Known<'_>) -> Step<Trio> {
        self.step(plan, &known.with(error_expression(error)))
    }

    fn step(&self, plan: &Plan, known: &Known<'_>) -> Step<Trio> {
        match plan {
            Plan::Pass { value, ends: false } => pass(&self.name("Pass"), value.expression(known)),
            Plan::Pass { value, ends: true } => succeed(&self.name("Succeed"), value.expression(known)),
            Plan::Fail { error, because } => {
                let (name, because) = (self.name("Fail"), because.expression(known));
                match error {
                    Error::Refused => fail_because(&name, echo_error::Refused, because),
                    Error::Busy => fail_because(&name, echo_error::Busy, because),
                }
            }
            Plan::Wait { time, rest } => {
                let name = self.name("Wait");
                let wait = match time {
                    Time::Known(seconds) => wait(&name, Duration::from_secs(u64::from(*seconds))),
                    Time::From(number) => wait_seconds(&name, number.expression(known) % literal(60)),
                };
                wait.then(|_| self.step(rest, known))
            }
            Plan::Task(task) => self.task(task, known),
            Plan::Choose { condition, yes, no } => choose(&self.name("Choose"))
                .when(condition.expression(known), self.step(yes, known))
                .otherwise(self.step(no, known)),
            Plan::IfSome { of, some, none } => choose(&self.name("IfSome"))
                .when_some(known.value(*of).maybe, |number| {
                    self.step(some, &known.with_part(*of, numbered_expression(number)))
                })
                .otherwise(self.step(none, known)),
            Plan::Both { left, right, behind } => self.both(left, right, behind, known),
            Plan::Map(map) => match &map.distributed {
                Some(distributed) => self.distributed(map, distributed, known),
                None => self.inline(map, known),
            },
            Plan::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => repeat_until(
                &self.name("Repeat"),
                u64::from(*most),
                |round: Round<'_, Trio>| self.step(body, &known.with(round_expression(&round))),
                |left| until.expression(&Known::new(left)),
            )
            .exhausted(|left| self.step(exhausted, &known.with(left)))
            .and_then(|left| self.step(then, &known.with(left))),
            Plan::Saga { body, handler } => {
                saga(self.step(body, known)).catch_all(|error| self.handler(handler, error, known))
            }
            Plan::Undoable {
                in_doubt: true,
                step,
                undo,
                rest,
            } => self
                .step(step, known)
                .compensate_begun(self.step(undo, known))
                .then(|left| self.step(rest, &known.with(left))),
            Plan::Undoable { step, undo, rest, .. } => self
                .step(step, known)
                .compensate(|left| self.step(undo, &known.with(left)))
                .then(|left| self.step(rest, &known.with(left))),
            Plan::Then { first, rest } => self
                .step(first, known)
                .then(|left| self.step(rest, &known.with(left))),
        }
    }
}
