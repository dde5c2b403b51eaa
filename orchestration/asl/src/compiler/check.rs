//! What `build` checks: the rules that types cannot say.

use std::collections::HashSet;
use std::mem;
use std::time::Duration;

use crate::compiler::Diagnostic;
use crate::compiler::liveness::{self, Reads};
use crate::compiler::lower::{again, collector};
use crate::steps::error::{ErrorName, HeartbeatTimeout, Timeout};
use crate::steps::flow::{Arms, CompensatedFlow, Flow, MapFlow, RepeatFlow, SagaFlow, Tolerated};
use crate::values::expr::{Binding, Node};
use crate::values::personal::Personal;
use crate::values::shape::Shape;
use asl_document::ALL_ERRORS;

mod ends;
mod express;
mod longest;
mod names;
mod personal;
mod reachable;
mod scope;
mod size;
mod tasks;
mod undos;

pub(crate) use longest::longest;
pub(crate) use reachable::unreachable;
use scope::Scope;

/// The longest a task may take, in seconds.
///
/// Source: [Task state, `TimeoutSeconds`](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const LONGEST_TIMEOUT: u64 = 99_999_999;

/// The longest a state's name may be, in characters.
///
/// Source: [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html).
const LONGEST_NAME: usize = 80;

/// What is known of the workflow as a whole.
pub(crate) struct Contract {
    pub(crate) name: &'static str,
    pub(crate) input: Binding,
    pub(crate) input_shape: Shape,
    pub(crate) output_shape: Shape,
    pub(crate) timeout: Duration,
    pub(crate) errors: Vec<&'static str>,
    pub(crate) comment: Option<String>,
    pub(crate) express: bool,
}

pub(crate) fn diagnostics(flow: &Flow, contract: &Contract) -> Vec<Diagnostic> {
    let mut check = Check {
        contract,
        names: HashSet::new(),
        around: Around::default(),
        diagnostics: Vec::new(),
    };
    check.whole();
    if contract.express {
        check.express(flow, contract.name);
    }
    check.flow(flow, &mut Scope::new(contract.input));
    check.undos(flow);
    check.ends(flow, true);
    check.diagnostics
}

/// A state that the emitter adds has a name that the author has used.
pub(crate) fn taken(state: String) -> Diagnostic {
    Diagnostic {
        state,
        message: "the emitter needs this name for the results of a parallel, or for a loop".to_owned(),
        help: "give your state, the parallel or the loop another name".to_owned(),
    }
}

struct Check<'a> {
    contract: &'a Contract,
    names: HashSet<String>,
    around: Around,
    diagnostics: Vec<Diagnostic>,
}

/// What the surroundings of a state do about its errors.
#[derive(Clone, Copy, Default)]
struct Around {
    /// Whether a saga, a parallel or a map answers those that nothing else does.
    answered: bool,
    /// Whether the saga's handler is told of those of undos.
    undos_answered: bool,
    /// Whether a failure would end an undo, and with it those behind it.
    undoing: bool,
}

impl Around {
    /// Of what stands inside of a parallel or a map. An error leaves it, also that of an undo.
    fn of_group(self, arms: &Arms) -> Self {
        let caught = arms.caught.iter().any(|arm| arm.error == ALL_ERRORS);
        Self {
            answered: self.answered || caught,
            undos_answered: false,
            undoing: self.undoing && !caught,
        }
    }
}

impl Check<'_> {
    fn report(&mut self, state: &str, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic {
            state: state.to_owned(),
            message: message.into(),
            help: help.to_owned(),
        };
        self.diagnostics.push(diagnostic);
    }

    fn whole(&mut self) {
        let Contract {
            name,
            timeout,
            comment,
            ..
        } = self.contract;
        if timeout.subsec_nanos() != 0 || timeout.is_zero() || timeout.as_secs() > LONGEST_TIMEOUT {
            let message =
                format!("its TIMEOUT of {timeout:?} is not in whole seconds from 1 to {LONGEST_TIMEOUT}");
            self.report(name, message, "give whole seconds");
        }
        self.comment(name, comment.as_deref());
        for message in size::of_workflow(self.contract) {
            self.report(name, message, size::REMEDY);
        }
    }

    fn flow(&mut self, flow: &Flow, scope: &mut Scope) {
        for node in flow.own_nodes() {
            self.reads(flow.entry(), node, scope);
        }
        self.personal(flow);
        for name in names::not_supplied(flow) {
            let message =
                format!("no template can supply `${{{name}}}`, which holds more than letters and digits");
            let help = "give the function, or what else is called so, a NAME in `PascalCase`";
            self.report(flow.entry(), message, help);
        }
        for message in size::of_state(flow) {
            self.report(flow.entry(), message, size::REMEDY);
        }
        let is_callback = matches!(flow, Flow::Task(task) if task.target.is_callback());
        let mut nodes = flow.own_nodes().into_iter().chain(flow.inner_nodes());
        if !is_callback && nodes.any(scope::reads_task_token) {
            let message = "it reads a task token, which only a callback has";
            self.report(
                flow.entry(),
                message,
                "pass `task_token()` in the payload of a `callback`",
            );
        }
        if !matches!(flow, Flow::Then { .. } | Flow::Saga(_) | Flow::Compensated(_)) {
            self.name(flow.entry());
        }
        match flow {
            Flow::Task(task) => {
                self.task(task);
                self.arms_inside(&task.arms, scope);
            }
            Flow::Parallel(parallel) => {
                self.length(&collector(parallel));
                self.comment(&parallel.name, parallel.comment.as_deref());
                self.arms(&parallel.name, &parallel.arms);
                self.within(self.around.of_group(&parallel.arms), |check| {
                    for branch in &parallel.branches {
                        check.flow(branch, scope);
                    }
                });
                self.arms_inside(&parallel.arms, scope);
            }
            Flow::Map(map) => {
                self.comment(&map.name, map.comment.as_deref());
                self.arms(&map.name, &map.arms);
                self.within(self.around.of_group(&map.arms), |check| check.map(map, scope));
                self.arms_inside(&map.arms, scope);
            }
            Flow::Repeat(repeat) => self.repeat(repeat, scope),
            Flow::Saga(saga) => self.saga(saga, scope),
            Flow::Compensated(compensated) => self.compensated(compensated, scope),
            Flow::Choose(choose) => {
                self.comment(&choose.name, choose.comment.as_deref());
                for rule in &choose.rules {
                    match rule.present {
                        Some(way) => scope.with(way, |scope| self.flow(&rule.flow, scope)),
                        None => self.flow(&rule.flow, scope),
                    }
                }
                self.flow(&choose.otherwise, scope);
            }
            Flow::Pass(_) | Flow::Succeed(_) => {}
            Flow::Wait(wait) => self.wait(wait),
            Flow::Fail(fail) => {
                self.declared(&fail.name, fail.error);
                if self.around.undoing {
                    let message = "it ends the workflow, so that what was done before it is never undone";
                    let help =
                        "leave something with `pass`, or let the saga's handler be told of undos that fail";
                    self.report(&fail.name, message, help);
                }
            }
            Flow::Then { first, binding, rest } => {
                if !first.leaves() {
                    let message = "nothing leads to it: what stands before it always ends or fails";
                    self.report(
                        rest.entry(),
                        message,
                        "remove it, or give what stands before it another way out",
                    );
                }
                self.flow(first, scope);
                scope.with(*binding, |scope| self.flow(rest, scope));
            }
        }
    }

    fn saga(&mut self, saga: &SagaFlow, scope: &mut Scope) {
        let mut read = Reads::new();
        liveness::of_flow(&saga.handler, &mut read);
        let around = Around {
            answered: true,
            undos_answered: read.contains_key(&saga.compensation_error),
            undoing: false,
        };
        self.within(around, |check| check.flow(&saga.body, scope));
        scope.with(saga.error, |scope| {
            scope.with(saga.compensation_error, |scope| self.flow(&saga.handler, scope));
        });
    }

    fn compensated(&mut self, compensated: &CompensatedFlow, scope: &mut Scope) {
        self.flow(&compensated.step, scope);
        let around = Around {
            answered: self.around.undos_answered,
            undos_answered: false,
            undoing: !self.around.undos_answered,
        };
        self.within(around, |check| match compensated.value {
            Some(value) => scope.with(value, |scope| check.flow(&compensated.compensation, scope)),
            None => check.flow(&compensated.compensation, scope),
        });
    }

    fn within(&mut self, around: Around, inside: impl FnOnce(&mut Self)) {
        let outside = mem::replace(&mut self.around, around);
        inside(self);
        self.around = outside;
    }

    fn map(&mut self, map: &MapFlow, scope: &mut Scope) {
        if map.concurrency == Some(0) {
            let message = "0 runs at once stand for no bound";
            self.report(&map.name, message, "say 1 or more, or leave out `concurrency`");
        }
        let Some(distributed) = &map.distributed else {
            return scope.in_map(map.item, |scope| self.flow(&map.body, scope));
        };
        scope.in_map(map.item, |scope| {
            self.reads(&map.name, distributed.selected, scope);
        });
        if matches!(distributed.tolerated, Some(Tolerated::Percentage(percentage)) if percentage > 100) {
            let message = "it tolerates that more than 100 in 100 items fail";
            self.report(&map.name, message, "give a percentage from 0 to 100");
        }
        if distributed.batch == Some(0) {
            self.report(&map.name, "its batches hold no items", "give a size of 1 or more");
        }
        if distributed.express {
            self.express(&map.body, &map.name);
        }
        // Its reader, its writer and its runs fail in ways of their own.
        if !self.around.answered {
            self.report(&map.name, tasks::NO_ANSWER, tasks::ANSWER);
        }
        self.flow(&map.body, &mut Scope::of_child(distributed.input));
    }

    fn repeat(&mut self, repeat: &RepeatFlow, scope: &mut Scope) {
        let rounds = &repeat.rounds;
        self.comment(&rounds.name, rounds.comment.as_deref());
        self.length(&again(rounds));
        if rounds.most == 0 {
            self.report(&rounds.name, "it has no rounds", "give it 1 or more");
        }
        scope.with(rounds.round, |scope| {
            scope.with(rounds.last, |scope| self.flow(&rounds.body, scope));
        });
        scope.with(rounds.value, |scope| {
            self.reads(&rounds.name, rounds.until, scope);
            self.flow(&repeat.then, scope);
            self.flow(&repeat.exhausted, scope);
        });
    }

    /// What is wrong with what an expression reads.
    fn reads(&mut self, state: &str, node: &'static Node, scope: &Scope) {
        for (message, help) in scope.diagnostics_of(node) {
            self.report(state, message, help);
        }
    }

    fn personal(&mut self, flow: &Flow) {
        let nodes = flow.own_nodes().into_iter().chain(flow.inner_nodes());
        for leak in nodes.flat_map(personal::leaks) {
            let message = format!(
                "its payload's `{}` may not see personal data, and is given `{}`",
                leak.into, leak.from
            );
            let help = "mark the field as personal in its contract, or leave the data out";
            self.report(flow.entry(), message, help);
        }
        if let Flow::Fail(fail) = flow
            && let Personal::Yes(from) = fail.cause.personal
        {
            let message = format!("its cause may not see personal data, and is given `{from}`");
            self.report(
                &fail.name,
                message,
                "leave the data out: everybody who may look at executions sees it",
            );
        }
    }

    fn arms_inside(&mut self, arms: &Arms, scope: &mut Scope) {
        if let Some((binding, flow)) = &arms.then {
            scope.with(*binding, |scope| self.flow(flow, scope));
        }
        for arm in &arms.caught {
            scope.with(arm.binding, |scope| self.flow(&arm.flow, scope));
        }
    }

    fn name(&mut self, name: &str) {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if name.is_empty() || !name.chars().all(allowed) {
            let help = "use letters, digits, `-` and `_`: the state logs take no others";
            self.report(
                name,
                "its name has a character that is not allowed, or none at all",
                help,
            );
        }
        self.length(name);
        if !self.names.insert(name.to_owned()) {
            let help = "give one of them another name, for a task with `named`";
            self.report(name, "two states have this name", help);
        }
    }

    fn length(&mut self, name: &str) {
        if name.chars().count() > LONGEST_NAME {
            self.report(
                name,
                format!("its name is longer than {LONGEST_NAME} characters"),
                "shorten it",
            );
        }
    }

    fn comment(&mut self, state: &str, comment: Option<&str>) {
        if comment.is_some_and(|comment| comment.contains("${")) {
            let message = "its comment holds `${`, which CloudFormation would substitute";
            self.report(state, message, "write it otherwise");
        }
    }

    fn declared(&mut self, state: &str, error: &str) {
        if !self.contract.errors.contains(&error) {
            let message = format!(
                "it fails with {error}, which {} does not declare",
                self.contract.name
            );
            self.report(
                state,
                message,
                "declare it among the workflow's errors, or fail with one that is",
            );
        }
    }

    fn arms(&mut self, state: &str, arms: &Arms) {
        let mut caught = HashSet::new();
        for error in arms.caught.iter().map(|arm| arm.error) {
            if caught.contains(ALL_ERRORS) {
                let message =
                    format!("its `catch` of {error} is never reached: it stands behind `catch_all`");
                self.report(state, message, "put `catch_all` last");
            } else if error == HeartbeatTimeout::NAME && caught.contains(Timeout::NAME) {
                let message = format!(
                    "its `catch` of {error} is never reached: {} is both",
                    Timeout::NAME
                );
                self.report(state, message, "catch `HeartbeatTimeout` first");
            } else if !caught.insert(error) {
                self.report(
                    state,
                    format!("it catches {error} twice"),
                    "remove the second `catch`",
                );
            }
        }
    }
}
