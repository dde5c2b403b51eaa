//! The reference interpreter: the result of a workflow as the language defines it.

use std::time::Duration;

use super::ast::{Ast, Behaviour, Callee, CaughtError, FailureMode, Task, Time};
use super::calls::ExpectedCalls;
use super::contracts::Sample;
use super::strategies::Workflows;
use super::values::{REFUSED, Values, numbered, round, summary, text_sample};

mod groups;

/// The expected result of an execution.
#[derive(Debug)]
pub(crate) struct Expected {
    /// `None` if two branches fail at the same time: which error is caught is unspecified.
    pub(crate) end: Option<Result<Sample, Failure>>,
    pub(crate) calls: ExpectedCalls,
    /// The inputs that the workflow `Later` is started with, in any order.
    pub(crate) started: ExpectedCalls,
    /// `None` if it is random, as the pauses between retries are.
    pub(crate) duration: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) error: String,
    /// `None` if it is unspecified.
    pub(crate) cause: Option<String>,
}

enum Stop {
    Failed(Failure),
    Unknown,
}

type Outcome<T = Sample> = Result<T, Stop>;

/// The interpretation of a part of an execution.
struct Run<'p> {
    inner: Option<&'p Ast>,
    /// The pending compensations, of each enclosing saga.
    undos: Vec<Vec<(&'p Ast, Values)>>,
    calls: ExpectedCalls,
    started: ExpectedCalls,
    duration: Option<Duration>,
}

pub(crate) fn interpret(workflows: &Workflows, values: &Values) -> Expected {
    let mut run = Run::new(Some(&workflows.inner));
    let end = match run.interpret(&workflows.whole, values) {
        Ok(output) => Some(Ok(output)),
        Err(Stop::Failed(failure)) => Some(Err(failure)),
        Err(Stop::Unknown) => None,
    };
    // Executions that are only started run concurrently.
    let mut started = ExpectedCalls::default();
    started.side_by_side(vec![run.started], Vec::new());
    Expected {
        end,
        calls: run.calls,
        started,
        duration: run.duration,
    }
}

/// The cause of all failures of tasks.
pub(crate) const CAUSE: &str = "as planned";

fn failed<T>(error: &str, cause: Option<&str>) -> Outcome<T> {
    Err(Stop::Failed(Failure {
        error: error.to_owned(),
        cause: cause.map(str::to_owned),
    }))
}

impl Failure {
    /// What an error handler makes of it.
    fn to_sample(&self) -> Result<Sample, Stop> {
        if self.error != REFUSED {
            return Ok(text_sample(self.error.clone()));
        }
        self.cause.clone().map(text_sample).ok_or(Stop::Unknown)
    }
}

impl<'p> Run<'p> {
    fn new(inner: Option<&'p Ast>) -> Self {
        Self {
            inner,
            undos: Vec::new(),
            calls: ExpectedCalls::default(),
            started: ExpectedCalls::default(),
            duration: Some(Duration::ZERO),
        }
    }

    fn lasts(&mut self, time: Duration) {
        self.duration = self.duration.map(|duration| duration + time);
    }

    fn interpret(&mut self, ast: &'p Ast, values: &Values) -> Outcome {
        match ast {
            Ast::Pass { value, .. } => Ok(value.evaluate(values)),
            Ast::Fail { error, cause } => failed(error.name(), Some(&cause.evaluate(values))),
            Ast::Wait { time, rest } => {
                self.lasts(Duration::from_secs(match time {
                    Time::Literal(seconds) => u64::from(*seconds),
                    Time::Computed(number) => number.evaluate(values) % 60,
                }));
                self.interpret(rest, values)
            }
            Ast::Task(task) => self.task(task, values),
            Ast::Choose { condition, yes, no } => {
                self.interpret(if condition.evaluate(values) { yes } else { no }, values)
            }
            Ast::IfSome { of, some, none } => match values.value(*of).optional {
                Some(number) => self.interpret(some, &values.with_part(*of, numbered(number))),
                None => self.interpret(none, values),
            },
            Ast::Parallel {
                left,
                right,
                continuation,
            } => {
                let ends = self.side_by_side(vec![(left, values.clone()), (right, values.clone())]);
                self.continuation(continuation, ends, values, |ends| {
                    ends.iter()
                        .fold(values.clone(), |values, end| values.with(end.clone()))
                })
            }
            Ast::Map(map) => {
                let ends = match &map.distributed {
                    Some(distributed) => self.distributed(map, distributed, values),
                    None => self.inline(map, values),
                };
                self.continuation(&map.continuation, ends, values, |ends| {
                    values.with_list(ends.to_vec()).with(summary(ends))
                })
            }
            Ast::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => {
                let mut last = None;
                for number in 1..=u64::from(*most) {
                    let output = self.interpret(body, &values.with(round(number, last.as_ref())))?;
                    let after = values.with(output.clone());
                    if until.evaluate(&Values::new(output.clone())) {
                        return self.interpret(then, &after);
                    }
                    last = Some(output);
                }
                self.interpret(
                    exhausted,
                    &last.map_or_else(|| values.clone(), |last| values.with(last)),
                )
            }
            Ast::Saga { body, handler } => {
                self.undos.push(Vec::new());
                let end = self.interpret(body, values);
                let undos = self.undos.pop().unwrap();
                let Err(Stop::Failed(failure)) = end else {
                    return end;
                };
                for (undo, values) in undos.into_iter().rev() {
                    self.interpret(undo, &values)?;
                }
                self.interpret(handler, &values.with(failure.to_sample()?))
            }
            Ast::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            } => {
                if *in_doubt {
                    self.done(undo, values);
                }
                let after = values.with(self.interpret(step, values)?);
                if !in_doubt {
                    self.done(undo, &after);
                }
                self.interpret(rest, &after)
            }
            Ast::Then { first, rest } => {
                let output = self.interpret(first, values)?;
                self.interpret(rest, &values.with(output))
            }
        }
    }

    /// Registers the compensation of a step that was done or begun.
    fn done(&mut self, undo: &'p Ast, values: &Values) {
        if let Some(undos) = self.undos.last_mut() {
            undos.push((undo, values.clone()));
        }
    }

    fn task(&mut self, task: &'p Task, values: &Values) -> Outcome {
        let failure = match self.call(task, values) {
            Ok(value) => {
                return match &task.then {
                    Some(then) => self.interpret(then, &values.with(value)),
                    None => Ok(value),
                };
            }
            Err(Stop::Unknown) => return Err(Stop::Unknown),
            Err(Stop::Failed(failure)) => failure,
        };
        let by_name = task
            .caught
            .as_ref()
            .filter(|(caught, _)| caught.name() == failure.error);
        match by_name.map(|(_, handler)| handler).or(task.caught_all.as_ref()) {
            Some(handler) => self.interpret(handler, &values.with(failure.to_sample()?)),
            None => Err(Stop::Failed(failure)),
        }
    }

    /// Calls the task's callee, with its retries.
    fn call(&mut self, task: &Task, values: &Values) -> Outcome {
        let input = task.input.evaluate(values);
        match &task.callee {
            Callee::Run => return self.inner(&input),
            Callee::Start => {
                self.started.push(("Later".to_owned(), input));
                return Ok(text_sample("started".to_owned()));
            }
            Callee::Function | Callee::Bounded(_) | Callee::Callback(_) | Callee::Queue => {}
        }
        let mut retries = 0;
        loop {
            self.calls.push((task.name.clone(), input.clone()));
            let Some(how) = self.attempt(task, retries, values) else {
                return Ok(if matches!(task.callee, Callee::Queue) {
                    text_sample(format!("m-{}", input.text))
                } else {
                    input
                });
            };
            if retries >= task.max_retries(how) {
                let cause = (how != FailureMode::NoAnswer).then_some(CAUSE);
                return failed(task.callee.error(how), cause);
            }
            retries += 1;
            self.duration = None;
        }
    }

    /// The failure of an attempt, if it fails.
    fn attempt(&mut self, task: &Task, retries: u8, values: &Values) -> Option<FailureMode> {
        let bound = task.callee.timeout(values);
        match task.behaviour {
            Behaviour::Fails(FailureMode::NoAnswer, times) if retries < times => {
                self.lasts(bound);
                Some(FailureMode::NoAnswer)
            }
            Behaviour::Fails(how, times) if retries < times => Some(how),
            Behaviour::Succeeds(half_seconds) if !task.callee.is_callback() => {
                let time = working_time(half_seconds);
                self.lasts(time.min(bound));
                (time > bound).then_some(FailureMode::NoAnswer)
            }
            Behaviour::Fails(..) | Behaviour::Succeeds(_) => None,
        }
    }

    fn inner(&mut self, input: &Sample) -> Outcome {
        let Some(inner) = self.inner else {
            return Err(Stop::Unknown);
        };
        let mut run = Run::new(None);
        let end = run.interpret(inner, &Values::new(input.clone()));
        self.then(run);
        match end {
            // Its error names are not visible outside.
            Err(Stop::Failed(_)) => failed(CaughtError::ExecutionFailed.name(), None),
            end => end,
        }
    }

    /// Appends another part.
    fn then(&mut self, other: Run<'_>) {
        self.duration = self
            .duration
            .zip(other.duration)
            .map(|(duration, more)| duration + more);
        self.calls.then(other.calls);
        self.started.then(other.started);
    }
}

pub(crate) fn working_time(half_seconds: u8) -> Duration {
    Duration::from_millis(250 + 500 * u64::from(half_seconds))
}
