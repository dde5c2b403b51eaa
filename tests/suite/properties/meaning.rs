//! What a plan means, by what the language promises.

use std::time::Duration;

use super::calls::Calls;
use super::contracts::Trio;
use super::plan::{Behaviour, Callee, Caught, How, Plan, Task, Time};
use super::strategies::Plans;
use super::values::{Facts, REFUSED, numbered, round, summary, told};

mod groups;

/// How an execution ends, and what it does until then.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// `None` if two branches fail at a time: which of them is heard is not promised.
    pub(crate) end: Option<Result<Trio, Failure>>,
    pub(crate) calls: Calls,
    /// What the workflow `Later` is started with, in any order.
    pub(crate) started: Calls,
    /// `None` where it depends on chance, such as on the pauses between retries.
    pub(crate) took: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) error: String,
    /// `None` where nothing is promised of it.
    pub(crate) cause: Option<String>,
}

enum Stop {
    Failed(Failure),
    Unknown,
}

type Outcome<T = Trio> = Result<T, Stop>;

/// A part of an execution.
struct Run<'p> {
    inner: Option<&'p Plan>,
    /// What there is to undo, sagas in sagas.
    undos: Vec<Vec<(&'p Plan, Facts)>>,
    calls: Calls,
    started: Calls,
    took: Option<Duration>,
}

pub(crate) fn meaning(plans: &Plans, facts: &Facts) -> Meaning {
    let mut run = Run::new(Some(&plans.inner));
    let end = match run.plan(&plans.whole, facts) {
        Ok(output) => Some(Ok(output)),
        Err(Stop::Failed(failure)) => Some(Err(failure)),
        Err(Stop::Unknown) => None,
    };
    // What is only started runs by itself.
    let mut started = Calls::default();
    started.side_by_side(vec![run.started], Vec::new());
    Meaning {
        end,
        calls: run.calls,
        started,
        took: run.took,
    }
}

/// What a task's own failures are told with.
pub(crate) const TOLD_TO: &str = "told to";

fn failed<T>(error: &str, cause: Option<&str>) -> Outcome<T> {
    Err(Stop::Failed(Failure {
        error: error.to_owned(),
        cause: cause.map(str::to_owned),
    }))
}

impl Failure {
    /// What a handler knows of it.
    fn heard(&self) -> Result<Trio, Stop> {
        if self.error != REFUSED {
            return Ok(told(self.error.clone()));
        }
        self.cause.clone().map(told).ok_or(Stop::Unknown)
    }
}

impl<'p> Run<'p> {
    fn new(inner: Option<&'p Plan>) -> Self {
        Self {
            inner,
            undos: Vec::new(),
            calls: Calls::default(),
            started: Calls::default(),
            took: Some(Duration::ZERO),
        }
    }

    fn lasts(&mut self, time: Duration) {
        self.took = self.took.map(|took| took + time);
    }

    fn plan(&mut self, plan: &'p Plan, facts: &Facts) -> Outcome {
        match plan {
            Plan::Pass { value, .. } => Ok(value.meaning(facts)),
            Plan::Fail { error, because } => failed(error.name(), Some(&because.meaning(facts))),
            Plan::Wait { time, rest } => {
                self.lasts(Duration::from_secs(match time {
                    Time::Known(seconds) => u64::from(*seconds),
                    Time::From(number) => number.meaning(facts) % 60,
                }));
                self.plan(rest, facts)
            }
            Plan::Task(task) => self.task(task, facts),
            Plan::Choose { condition, yes, no } => {
                self.plan(if condition.meaning(facts) { yes } else { no }, facts)
            }
            Plan::IfSome { of, some, none } => match facts.value(*of).maybe {
                Some(number) => self.plan(some, &facts.with_part(*of, numbered(number))),
                None => self.plan(none, facts),
            },
            Plan::Both { left, right, behind } => {
                let ends = self.side_by_side(vec![(left, facts.clone()), (right, facts.clone())]);
                self.behind(behind, ends, facts, |ends| {
                    ends.iter()
                        .fold(facts.clone(), |facts, end| facts.with(end.clone()))
                })
            }
            Plan::Map(map) => {
                let ends = match &map.distributed {
                    Some(distributed) => self.distributed(map, distributed, facts),
                    None => self.inline(map, facts),
                };
                self.behind(&map.behind, ends, facts, |ends| {
                    facts.with_list(ends.to_vec()).with(summary(ends))
                })
            }
            Plan::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => {
                let mut last = None;
                for number in 1..=u64::from(*most) {
                    let left = self.plan(body, &facts.with(round(number, last.as_ref())))?;
                    let behind = facts.with(left.clone());
                    if until.meaning(&Facts::new(left.clone())) {
                        return self.plan(then, &behind);
                    }
                    last = Some(left);
                }
                self.plan(
                    exhausted,
                    &last.map_or_else(|| facts.clone(), |last| facts.with(last)),
                )
            }
            Plan::Saga { body, handler } => {
                self.undos.push(Vec::new());
                let end = self.plan(body, facts);
                let undos = self.undos.pop().unwrap_or_default();
                let Err(Stop::Failed(failure)) = end else {
                    return end;
                };
                for (undo, facts) in undos.into_iter().rev() {
                    self.plan(undo, &facts)?;
                }
                self.plan(handler, &facts.with(failure.heard()?))
            }
            Plan::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            } => {
                if *in_doubt {
                    self.done(undo, facts);
                }
                let behind = facts.with(self.plan(step, facts)?);
                if !in_doubt {
                    self.done(undo, &behind);
                }
                self.plan(rest, &behind)
            }
            Plan::Then { first, rest } => {
                let left = self.plan(first, facts)?;
                self.plan(rest, &facts.with(left))
            }
        }
    }

    /// A step is done, or may be, and will be undone like this if its saga fails.
    fn done(&mut self, undo: &'p Plan, facts: &Facts) {
        if let Some(undos) = self.undos.last_mut() {
            undos.push((undo, facts.clone()));
        }
    }

    fn task(&mut self, task: &'p Task, facts: &Facts) -> Outcome {
        let failure = match self.call(task, facts) {
            Ok(value) => {
                return match &task.then {
                    Some(then) => self.plan(then, &facts.with(value)),
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
            Some(handler) => self.plan(handler, &facts.with(failure.heard()?)),
            None => Err(Stop::Failed(failure)),
        }
    }

    /// Calls what the task calls, as often as it is to be tried.
    fn call(&mut self, task: &Task, facts: &Facts) -> Outcome {
        let input = task.input.meaning(facts);
        match &task.callee {
            Callee::Run => return self.inner(&input),
            Callee::Start => {
                self.started.push(("Later".to_owned(), input));
                return Ok(told("started".to_owned()));
            }
            Callee::Function | Callee::Bounded(_) | Callee::Callback(_) | Callee::Queue => {}
        }
        let mut retries = 0;
        loop {
            self.calls.push((task.name.clone(), input.clone()));
            let Some(how) = self.attempt(task, retries, facts) else {
                return Ok(if matches!(task.callee, Callee::Queue) {
                    told(format!("m-{}", input.text))
                } else {
                    input
                });
            };
            if retries >= task.most_retries(how) {
                let cause = (how != How::Silently).then_some(TOLD_TO);
                return failed(task.callee.error(how), cause);
            }
            retries += 1;
            self.took = None;
        }
    }

    /// How an attempt fails, if it does.
    fn attempt(&mut self, task: &Task, retries: u8, facts: &Facts) -> Option<How> {
        let bound = task.callee.bound(facts);
        match task.behaviour {
            Behaviour::Fails(How::Silently, times) if retries < times => {
                self.lasts(bound);
                Some(How::Silently)
            }
            Behaviour::Fails(how, times) if retries < times => Some(how),
            Behaviour::Works(half_seconds) if !task.callee.is_callback() => {
                let time = working_time(half_seconds);
                self.lasts(time.min(bound));
                (time > bound).then_some(How::Silently)
            }
            Behaviour::Fails(..) | Behaviour::Works(_) => None,
        }
    }

    fn inner(&mut self, input: &Trio) -> Outcome {
        let Some(inner) = self.inner else {
            return Err(Stop::Unknown);
        };
        let mut run = Run::new(None);
        let end = run.plan(inner, &Facts::new(input.clone()));
        self.then(run);
        match end {
            // Its own errors have no names outside of it.
            Err(Stop::Failed(_)) => failed(Caught::ExecutionFailed.name(), None),
            end => end,
        }
    }

    /// Goes on behind another part.
    fn then(&mut self, other: Run<'_>) {
        self.took = self.took.zip(other.took).map(|(took, more)| took + more);
        self.calls.then(other.calls);
        self.started.then(other.started);
    }
}

pub(crate) fn working_time(half_seconds: u8) -> Duration {
    Duration::from_millis(250 + 500 * u64::from(half_seconds))
}
