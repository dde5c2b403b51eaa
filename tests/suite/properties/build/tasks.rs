//! Tasks: calls of functions, callbacks, a queue and other workflows.

use std::time::Duration;

use asl::sqs::{Sent, send_message};
use asl::{
    ExecutionFailed, Expr, Function, IntoStep, Retry, StartedExecution, Step, Timeout, literal, pass,
    task_token,
};

use super::Builder;
use crate::properties::ast::{Callee, CaughtError, Error, Task};
use crate::properties::contracts::{
    Ask, Echo, EchoError, Inner, Later, Post, QuestionFields, Sample, echo_error,
};
use crate::properties::values::{Expressions, text_sample_expression};

/// A task with its arms; a macro, as each combination of catchers has another type. `$convert` turns its output into a sample.
macro_rules! with_arms {
    ($builder:ident, $ast:ident, $known:ident, $task:ident, $convert:tt, [$($caught:pat => $marker:expr),+]) => {
        match &$ast.caught {
            None => with_arms!(@all $builder, $ast, $known, $task, $convert),
            $(Some(($caught, handler)) => {
                let task = $task.catch($marker, |error| $builder.handler(handler, error, $known));
                with_arms!(@all $builder, $ast, $known, task, $convert)
            })+
        }
    };
    (@all $builder:ident, $ast:ident, $known:ident, $task:ident, $convert:tt) => {
        match &$ast.caught_all {
            None => with_arms!(@then $builder, $ast, $known, $task, $convert),
            Some(handler) => {
                let task = $task.catch_all(|error| $builder.handler(handler, error, $known));
                with_arms!(@then $builder, $ast, $known, task, $convert)
            }
        }
    };
    (@then $builder:ident, $ast:ident, $known:ident, $task:ident, itself) => {
        match &$ast.then {
            None => $task.into_step(),
            Some(then) => $task.and_then(|output| $builder.step(then, &$known.with(output))),
        }
    };
    (@then $builder:ident, $ast:ident, $known:ident, $task:ident, $convert:tt) => {
        $task.and_then(|output| match &$ast.then {
            None => pass(&$builder.name("Output"), $convert(output)),
            Some(then) => $builder.step(then, &$known.with($convert(output))),
        })
    };
}

impl Builder {
    pub(super) fn task(&self, ast: &Task, known: &Expressions<'_>) -> Step<Sample> {
        let does = (ast.callee.clone(), ast.behaviour);
        self.tasks.borrow_mut().insert(ast.name.clone(), does);
        let input = ast.input.expression(known);
        let often = Retry::default().max_retries(u64::from(ast.retries));
        match &ast.callee {
            Callee::Function => self.call(ast, known, Echo::call(input)),
            Callee::Bounded(number) => {
                let bound = number.expression(known) % literal(5) + literal(1);
                self.call(ast, known, Echo::call(input).timeout_seconds(bound))
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
                self.call(ast, known, question)
            }
            Callee::Queue => {
                let send = send_message::<Post>(input).named(&ast.name).retry(often);
                with_arms!(self, ast, known, send, sent, [_ => Timeout])
            }
            Callee::Run => {
                let run = Inner::run(input).named(&ast.name).retry(often);
                with_arms!(self, ast, known, run, itself, [_ => ExecutionFailed])
            }
            Callee::Start => {
                let start = Later::start(input).named(&ast.name).retry(often);
                with_arms!(self, ast, known, start, started, [_ => Timeout])
            }
        }
    }

    fn call<F>(&self, ast: &Task, known: &Expressions<'_>, task: asl::Task<F>) -> Step<Sample>
    where
        F: Function<Output = Sample, Error = EchoError>,
    {
        let often = |retries| Retry::default().max_retries(u64::from(retries));
        let task = task.named(&ast.name).retry(often(ast.retries));
        let task = match ast.retries_if_refused {
            Some(retries) => task.retry_on(echo_error::Refused, often(retries)),
            None => task,
        };
        with_arms!(self, ast, known, task, itself, [
            CaughtError::Declared(Error::Refused) => echo_error::Refused,
            CaughtError::Declared(Error::Busy) => echo_error::Busy,
            _ => Timeout
        ])
    }
}

fn sent(sent: Expr<'_, Sent>) -> Expr<'_, Sample> {
    text_sample_expression(sent.message_id)
}

fn started(_: Expr<'_, StartedExecution>) -> Expr<'_, Sample> {
    text_sample_expression(literal("started".to_owned()))
}
