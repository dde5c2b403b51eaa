//! Exits: the ways out of a state, each with what it assigns, what it outputs and where it leads.

use serde_json::{Map, Value};

use asl_document::{State, Transition};

use crate::compiler::jsonata::enclosed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitId {
    /// The state has succeeded. A Choice has no such exit.
    Done,
    /// This rule of a Choice holds.
    Rule(usize),
    /// No rule of a Choice holds.
    Default,
    /// This catcher has caught an error.
    Catch(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exit {
    pub(super) assign: Map<String, Value>,
    pub(super) output: Option<Value>,
    pub(super) to: Transition,
}

impl ExitId {
    /// What the exit outputs where it has no `Output`.
    pub(super) fn unchanged(self, state: &State) -> &'static str {
        match (self, state) {
            (Self::Catch(_), _) => "$states.errorOutput",
            (Self::Done, State::Task(_) | State::Parallel(_) | State::Map(_)) => "$states.result",
            _ => "$states.input",
        }
    }

    /// Whether the level can end here.
    pub(super) fn may_end(self) -> bool {
        self == Self::Done
    }
}

impl Exit {
    /// The output as a template.
    pub(super) fn output_or(&self, unchanged: &str) -> Value {
        let unchanged = || Value::String(enclosed(unchanged));
        self.output.clone().unwrap_or_else(unchanged)
    }

    /// The templates that are evaluated here.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Value> {
        self.assign.values().chain(&self.output)
    }
}

/// The exits of a state, by which an execution goes on.
pub(super) fn exits(state: &State) -> Vec<ExitId> {
    let caught = |catchers: usize| [ExitId::Done].into_iter().chain((0..catchers).map(ExitId::Catch));
    match state {
        State::Task(task) => caught(task.catch.len()).collect(),
        State::Parallel(parallel) => caught(parallel.catch.len()).collect(),
        State::Map(map) => caught(map.catch.len()).collect(),
        State::Pass(_) | State::Wait(_) | State::Succeed(_) => vec![ExitId::Done],
        State::Choice(choice) => {
            let rules = (0..choice.choices.len()).map(ExitId::Rule);
            rules
                .chain(choice.default.is_some().then_some(ExitId::Default))
                .collect()
        }
        State::Fail(_) => Vec::new(),
    }
}

/// An exit of the state; `None` if it has no such exit.
pub(super) fn exit(state: &State, id: ExitId) -> Option<Exit> {
    let exit = |assign: &Option<Map<String, Value>>, output: &Option<Value>, to: Transition| Exit {
        assign: assign.clone().unwrap_or_default(),
        output: output.clone(),
        to,
    };
    Some(match (id, state) {
        (ExitId::Done, State::Task(task)) => exit(&task.assign, &task.output, task.transition.clone()),
        (ExitId::Done, State::Parallel(parallel)) => {
            exit(&parallel.assign, &parallel.output, parallel.transition.clone())
        }
        (ExitId::Done, State::Map(map)) => exit(&map.assign, &map.output, map.transition.clone()),
        (ExitId::Done, State::Pass(pass)) => exit(&pass.assign, &pass.output, pass.transition.clone()),
        (ExitId::Done, State::Wait(wait)) => exit(&wait.assign, &wait.output, wait.transition.clone()),
        (ExitId::Done, State::Succeed(succeed)) => exit(&None, &succeed.output, Transition::End),
        (ExitId::Rule(index), State::Choice(choice)) => {
            let rule = choice.choices.get(index)?;
            exit(&rule.assign, &rule.output, Transition::Next(rule.next.clone()))
        }
        (ExitId::Default, State::Choice(choice)) => {
            let default = choice.default.clone()?;
            exit(&choice.assign, &choice.output, Transition::Next(default))
        }
        (ExitId::Catch(index), state) => {
            let catcher = catchers(state).get(index)?;
            exit(
                &catcher.assign,
                &catcher.output,
                Transition::Next(catcher.next.clone()),
            )
        }
        _ => return None,
    })
}

fn catchers(state: &State) -> &[asl_document::Catcher] {
    match state {
        State::Task(task) => &task.catch,
        State::Parallel(parallel) => &parallel.catch,
        State::Map(map) => &map.catch,
        _ => &[],
    }
}

/// Replaces an exit that the state has, and says which states it includes from now on.
pub(super) fn replace(state: &mut State, id: ExitId, exit: Exit, included: &[String]) {
    let assign = (!exit.assign.is_empty()).then_some(exit.assign);
    let name = |to: Transition| match to {
        Transition::Next(name) => Some(name),
        Transition::End => None,
    };
    macro_rules! done {
        ($state:expr) => {{
            $state.assign = assign;
            $state.output = exit.output;
            $state.transition = exit.to;
            include(&mut $state.comment, included);
        }};
    }
    macro_rules! catcher {
        ($state:expr, $index:expr) => {
            if let (Some(catcher), Some(next)) = ($state.catch.get_mut($index), name(exit.to)) {
                catcher.assign = assign;
                catcher.output = exit.output;
                catcher.next = next;
                include(&mut catcher.comment, included);
            }
        };
    }
    match (id, state) {
        (ExitId::Done, State::Task(task)) => done!(task),
        (ExitId::Done, State::Parallel(parallel)) => done!(parallel),
        (ExitId::Done, State::Map(map)) => done!(map),
        (ExitId::Done, State::Pass(pass)) => done!(pass),
        (ExitId::Done, State::Wait(wait)) => done!(wait),
        (ExitId::Rule(index), State::Choice(choice)) => {
            if let (Some(rule), Some(next)) = (choice.choices.get_mut(index), name(exit.to)) {
                rule.assign = assign;
                rule.output = exit.output;
                rule.next = next;
                include(&mut rule.comment, included);
            }
        }
        (ExitId::Default, State::Choice(choice)) => {
            choice.assign = assign;
            choice.output = exit.output;
            choice.default = name(exit.to);
            include(&mut choice.comment, included);
        }
        (ExitId::Catch(index), State::Task(task)) => catcher!(task, index),
        (ExitId::Catch(index), State::Parallel(parallel)) => catcher!(parallel, index),
        (ExitId::Catch(index), State::Map(map)) => catcher!(map, index),
        _ => {}
    }
}

/// Readers of the definition find the name of a state that was folded where its work is done.
pub(super) fn include(comment: &mut Option<String>, states: &[String]) {
    if states.is_empty() {
        return;
    }
    let includes = format!("Includes {}.", states.join(", "));
    *comment = Some(match comment.take() {
        Some(before) => format!("{before} {includes}"),
        None => includes,
    });
}
