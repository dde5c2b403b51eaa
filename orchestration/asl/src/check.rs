//! What `build` checks: the rules that types cannot say.

use std::collections::HashSet;
use std::time::Duration;

use crate::context::TASK_TOKEN;
use crate::expr::{Binding, Kind, Node};
use crate::flow::{Arms, Flow, TaskFlow};
use crate::lower::ALL_ERRORS;
use crate::problem::Problem;

/// The longest a task may take, in seconds.
///
/// Source: [Task state, `TimeoutSeconds`](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const LONGEST_TIMEOUT: u64 = 99_999_999;

/// The longest a state's name may be, in characters.
///
/// Source: [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html).
const LONGEST_NAME: usize = 80;

pub(crate) fn problems(flow: &Flow) -> Vec<Problem> {
    let mut check = Check {
        names: HashSet::new(),
        problems: Vec::new(),
    };
    check.flow(flow);
    check.problems
}

struct Check {
    names: HashSet<String>,
    problems: Vec<Problem>,
}

impl Check {
    fn report(&mut self, state: &str, what: impl Into<String>, remedy: &str) {
        let problem = Problem {
            state: state.to_owned(),
            what: what.into(),
            remedy: remedy.to_owned(),
        };
        self.problems.push(problem);
    }

    fn flow(&mut self, flow: &Flow) {
        match flow {
            Flow::Then { .. } => {}
            other => self.name(other.entry()),
        }
        match flow {
            Flow::Task(task) => self.task(task),
            Flow::Parallel(parallel) => self.arms(&parallel.name, &parallel.arms),
            Flow::Choose(_) | Flow::Pass(_) | Flow::Fail(_) | Flow::Then { .. } => {}
        }
        if flow
            .own_nodes()
            .into_iter()
            .any(|node| reads_foreign_item(node, &mut Vec::new()))
        {
            let what = "it reads an item of a `map` or `filter` outside of its closure";
            self.report(flow.entry(), what, "use the item inside of the closure only");
        }
        if !matches!(flow, Flow::Task(_)) && flow.own_nodes().into_iter().any(reads_task_token) {
            let what = "it reads a task token, which only a callback has";
            self.report(
                flow.entry(),
                what,
                "pass `task_token()` in the payload of a `callback`",
            );
        }
        for child in flow.children() {
            self.flow(child);
        }
    }

    fn name(&mut self, name: &str) {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if name.is_empty() || !name.chars().all(allowed) {
            let remedy = "use letters, digits, `-` and `_`: the state logs take no others";
            self.report(
                name,
                "its name has a character that is not allowed, or none at all",
                remedy,
            );
        }
        if name.chars().count() > LONGEST_NAME {
            self.report(
                name,
                format!("its name is longer than {LONGEST_NAME} characters"),
                "shorten it",
            );
        }
        if !self.names.insert(name.to_owned()) {
            let remedy = "give one of them another name, for a task with `named`";
            self.report(name, "two states have this name", remedy);
        }
    }

    fn task(&mut self, task: &TaskFlow) {
        let name = &task.name;
        let bound = task.timeout;
        if bound.subsec_nanos() != 0 || bound < Duration::from_secs(1) || bound.as_secs() > LONGEST_TIMEOUT {
            let what =
                format!("its time-out of {bound:?} is not in whole seconds from 1 to {LONGEST_TIMEOUT}");
            self.report(name, what, "give whole seconds");
        }
        if let Some(what) = task.retry.problem() {
            self.report(name, what, "change its `Retry`");
        }
        let reads_token = reads_task_token(task.payload);
        if task.callback && !reads_token {
            let what = "nothing can complete this callback: its payload has no task token";
            self.report(name, what, "put `task_token()` into the payload");
        }
        if !task.callback && reads_token {
            let what = "it reads a task token, which only a callback has";
            self.report(name, what, "make it a `callback`");
        }
        if !task
            .arms
            .caught
            .iter()
            .any(|arm| arm.errors.contains(&ALL_ERRORS))
        {
            self.report(
                name,
                "it has no answer to errors that no `catch` names",
                "end with `catch_all`",
            );
        }
        self.arms(name, &task.arms);
    }

    fn arms(&mut self, state: &str, arms: &Arms) {
        let mut caught = HashSet::new();
        for error in arms.caught.iter().flat_map(|arm| &arm.errors) {
            if caught.contains(ALL_ERRORS) {
                let what = format!("its `catch` of {error} is never reached: it stands behind `catch_all`");
                self.report(state, what, "put `catch_all` last");
            } else if !caught.insert(*error) {
                self.report(
                    state,
                    format!("it catches {error} twice"),
                    "remove the second `catch`",
                );
            }
        }
    }
}

/// Whether an item is read that no surrounding `map` or `filter` is at.
fn reads_foreign_item(node: &'static Node, at: &mut Vec<Binding>) -> bool {
    match &node.kind {
        Kind::Parameter(parameter) => !at.contains(parameter),
        Kind::Each {
            array,
            parameter,
            body,
            ..
        } => {
            if reads_foreign_item(array, at) {
                return true;
            }
            at.push(*parameter);
            let foreign = reads_foreign_item(body, at);
            at.pop();
            foreign
        }
        _ => node.parts().into_iter().any(|part| reads_foreign_item(part, at)),
    }
}

fn reads_task_token(node: &'static Node) -> bool {
    matches!(node.kind, Kind::Context(path) if path == TASK_TOKEN)
        || node.parts().into_iter().any(reads_task_token)
}
