//! What is called: functions, callbacks, a queue and other workflows.

use std::time::Duration;

use asl::sqs::{Sent, send_message};
use asl::{
    ExecutionFailed, Expr, Function, IntoStep, Retry, StartedExecution, Step, Timeout, literal, pass,
    task_token,
};

use super::Building;
use crate::properties::contracts::{
    Ask, Echo, EchoError, Inner, Later, Post, QuestionFields, Trio, echo_error,
};
use crate::properties::plan::{Callee, Caught, Error, Task};
use crate::properties::values::{Known, told_expression};

/// A task with its arms, where each way of catching has another type. What it leaves is a trio itself, or is made one.
macro_rules! with_arms {
    ($building:ident, $plan:ident, $known:ident, $task:ident, $leaves:tt, [$($caught:pat => $marker:expr),+]) => {
        match &$plan.caught {
            None => with_arms!(@all $building, $plan, $known, $task, $leaves),
            $(Some(($caught, handler)) => {
                let task = $task.catch($marker, |error| $building.handler(handler, error, $known));
                with_arms!(@all $building, $plan, $known, task, $leaves)
            })+
        }
    };
    (@all $building:ident, $plan:ident, $known:ident, $task:ident, $leaves:tt) => {
        match &$plan.caught_all {
            None => with_arms!(@then $building, $plan, $known, $task, $leaves),
            Some(handler) => {
                let task = $task.catch_all(|error| $building.handler(handler, error, $known));
                with_arms!(@then $building, $plan, $known, task, $leaves)
            }
        }
    };
    (@then $building:ident, $plan:ident, $known:ident, $task:ident, itself) => {
        match &$plan.then {
            None => $task.into_step(),
            Some(then) => $task.and_then(|left| $building.step(then, &$known.with(left))),
        }
    };
    (@then $building:ident, $plan:ident, $known:ident, $task:ident, $leaves:tt) => {
        $task.and_then(|left| match &$plan.then {
            None => pass(&$building.name("Left"), $leaves(left)),
            Some(then) => $building.step(then, &$known.with($leaves(left))),
        })
    };
}

impl Building {
    pub(super) fn task(&self, plan: &Task, known: &Known<'_>) -> Step<Trio> {
        let does = (plan.callee.clone(), plan.behaviour);
        self.tasks.borrow_mut().insert(plan.name.clone(), does);
        let input = plan.input.expression(known);
        let often = Retry::default().max_retries(u64::from(plan.retries));
        match &plan.callee {
            Callee::Function => self.call(plan, known, Echo::call(input)),
            Callee::Bounded(number) => {
                let bound = number.expression(known) % literal(5) + literal(1);
                self.call(plan, known, Echo::call(input).timeout_seconds(bound))
            }
            Callee::Callback(bound) => {
                let question = Ask::callback(QuestionFields {
                    token: task_token(),
                    about: input,
                });
                let question = match bound {
                    Some(number) => {
                        question.within_seconds(number.expression(known) % literal(5) + literal(1))
                    }
                    None => question.within(Duration::from_secs(10)),
                };
                self.call(plan, known, question)
            }
            Callee::Queue => {
                let send = send_message::<Post>(input).named(&plan.name).retry(often);
                with_arms!(self, plan, known, send, sent, [_ => Timeout])
            }
            Callee::Run => {
                let run = Inner::run(input).named(&plan.name).retry(often);
                with_arms!(self, plan, known, run, itself, [_ => ExecutionFailed])
            }
            Callee::Start => {
                let start = Later::start(input).named(&plan.name).retry(often);
                with_arms!(self, plan, known, start, started, [_ => Timeout])
            }
        }
    }

    fn call<F>(&self, plan: &Task, known: &Known<'_>, task: asl::Task<F>) -> Step<Trio>
    where
        F: Function<Output = Trio, Error = EchoError>,
    {
        let often = |retries| Retry::default().max_retries(u64::from(retries));
        let task = task.named(&plan.name).retry(often(plan.retries));
        let task = match plan.retries_if_refused {
            Some(retries) => task.retry_on(echo_error::Refused, often(retries)),
            None => task,
        };
        with_arms!(self, plan, known, task, itself, [
            Caught::Declared(Error::Refused) => echo_error::Refused,
            Caught::Declared(Error::Busy) => echo_error::Busy,
            _ => Timeout
        ])
    }
}

fn sent(sent: Expr<'_, Sent>) -> Expr<'_, Trio> {
    told_expression(sent.message_id)
}

fn started(_: Expr<'_, StartedExecution>) -> Expr<'_, Trio> {
    told_expression(literal("started".to_owned()))
}
