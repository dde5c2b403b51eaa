//! From the document to the program.

use std::collections::BTreeSet;
use std::sync::Arc;

use asl::document::{
    Branch, Catcher, Number, QueryLanguage, Retrier, State, StateMachine, States, Transition,
};
use serde_json::{Map, Value};

use super::DefinitionError;
use super::kinds::{compile_choice, compile_map, compile_task, compile_wait};
use super::program::{CatchNode, FailNode, Kind, Level, NumberField, Program, StateNode, Target};
use crate::failure::ALL;
use crate::template::Template;

pub(super) type Result<T> = std::result::Result<T, DefinitionError>;

/// Checks and translates a document.
pub(super) fn compile(document: &StateMachine) -> Result<Program> {
    let mut compiler = Compiler {
        levels: Vec::new(),
        names: BTreeSet::new(),
    };
    let jsonata = document.query_language == Some(QueryLanguage::JSONata);
    compiler.level("the machine", &document.start_at, &document.states, jsonata)?;
    let levels = compiler.levels.into_iter().flatten().collect();
    Ok(Program {
        levels,
        timeout_seconds: document.timeout_seconds,
    })
}

struct Compiler {
    /// A level is `None` while its states are being translated.
    levels: Vec<Option<Level>>,
    names: BTreeSet<String>,
}

/// What is needed to say where something is wrong.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    state: &'a str,
    siblings: &'a States,
}

impl Place<'_> {
    pub(super) fn template(&self, field: &str, value: &Value) -> Result<Template> {
        Template::parse(field, value).map_err(|error| DefinitionError::Expression {
            state: self.state.to_owned(),
            field: error.field,
            expression: error.expression,
            message: error.message,
        })
    }

    pub(super) fn optional(&self, field: &str, value: Option<&Value>) -> Result<Option<Template>> {
        value.map(|value| self.template(field, value)).transpose()
    }

    pub(super) fn text(&self, field: &str, value: Option<&String>) -> Result<Option<Template>> {
        value
            .map(|text| self.template(field, &Value::String(text.clone())))
            .transpose()
    }

    pub(super) fn assign(
        &self,
        field: &str,
        assign: Option<&Map<String, Value>>,
    ) -> Result<Vec<(Arc<str>, Template)>> {
        assign
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                if name == "states" {
                    return Err(self.bad(field, "`states` is a reserved name"));
                }
                Ok((
                    name.as_str().into(),
                    self.template(&format!("{field}/{name}"), value)?,
                ))
            })
            .collect()
    }

    pub(super) fn number(&self, field: &'static str, number: Option<&Number>) -> Result<Option<NumberField>> {
        match number {
            None => Ok(None),
            Some(Number::Literal(number)) => Ok(Some(NumberField::literal(field, *number))),
            Some(Number::Expression(text)) => {
                if asl::document::expression(text).is_none() {
                    return Err(self.bad(field, "neither a number nor an expression"));
                }
                Ok(Some(NumberField {
                    field,
                    value: self.template(field, &Value::String(text.clone()))?,
                }))
            }
        }
    }

    pub(super) fn index(&self, field: &str, target: &str) -> Result<usize> {
        self.siblings
            .get_index_of(target)
            .ok_or_else(|| DefinitionError::UnknownTarget {
                state: self.state.to_owned(),
                field: field.to_owned(),
                target: target.to_owned(),
            })
    }

    fn next(&self, transition: &Transition) -> Result<Target> {
        match transition {
            Transition::Next(target) => self.index("Next", target).map(Target::State),
            Transition::End => Ok(Target::End),
        }
    }

    /// Checks what a Retry or a Catch answers to.
    ///
    /// "`States.ALL` must appear alone in a `Catch` or `Retry`, and in the last catcher or retrier":
    /// see [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
    fn errors<'e>(&self, field: &str, all: impl ExactSizeIterator<Item = &'e [String]>) -> Result<()> {
        let last = all.len().saturating_sub(1);
        for (index, errors) in all.enumerate() {
            let field = format!("{field}[{index}]/ErrorEquals");
            if errors.is_empty() {
                return Err(self.bad(&field, "it names no error"));
            }
            if errors.iter().any(|error| error == ALL) && (errors.len() > 1 || index != last) {
                return Err(self.bad(&field, "`States.ALL` stands alone and last"));
            }
        }
        Ok(())
    }

    fn retry(&self, retriers: &[Retrier]) -> Result<Vec<Retrier>> {
        self.errors(
            "Retry",
            retriers.iter().map(|retrier| retrier.error_equals.as_slice()),
        )?;
        for (index, retrier) in retriers.iter().enumerate() {
            if retrier.backoff_rate.is_some_and(|rate| rate < 1.0) {
                return Err(self.bad(&format!("Retry[{index}]/BackoffRate"), "it is below 1"));
            }
        }
        Ok(retriers.to_vec())
    }

    fn catch(&self, catchers: &[Catcher]) -> Result<Vec<CatchNode>> {
        self.errors(
            "Catch",
            catchers.iter().map(|catcher| catcher.error_equals.as_slice()),
        )?;
        catchers
            .iter()
            .enumerate()
            .map(|(index, catcher)| {
                Ok(CatchNode {
                    errors: catcher.error_equals.clone(),
                    assign: self.assign(&format!("Catch[{index}]/Assign"), catcher.assign.as_ref())?,
                    output: self.optional(&format!("Catch[{index}]/Output"), catcher.output.as_ref())?,
                    next: self.index(&format!("Catch[{index}]/Next"), &catcher.next)?,
                })
            })
            .collect()
    }

    pub(super) fn bad(&self, field: &str, message: &str) -> DefinitionError {
        DefinitionError::Field {
            state: self.state.to_owned(),
            field: field.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl Compiler {
    /// Translates a level and what is inside of it; gives its index.
    fn level(&mut self, name: &str, start_at: &str, states: &States, jsonata: bool) -> Result<usize> {
        let start = states
            .get_index_of(start_at)
            .ok_or_else(|| DefinitionError::UnknownStart {
                level: name.to_owned(),
                target: start_at.to_owned(),
            })?;
        let index = self.levels.len();
        self.levels.push(None);
        let mut nodes = Vec::with_capacity(states.len());
        for (name, state) in states {
            if !self.names.insert(name.clone()) {
                return Err(DefinitionError::DuplicateState { state: name.clone() });
            }
            nodes.push(self.state(
                Place {
                    state: name,
                    siblings: states,
                },
                state,
                jsonata,
            )?);
        }
        let level = Level { start, states: nodes };
        refuse_unreachable(&level)?;
        if let Some(slot) = self.levels.get_mut(index) {
            *slot = Some(level);
        }
        Ok(index)
    }

    fn branch(&mut self, place: Place<'_>, index: usize, branch: &Branch, jsonata: bool) -> Result<usize> {
        let name = format!("branch {index} of state `{}`", place.state);
        self.level(&name, &branch.start_at, &branch.states, jsonata)
    }

    fn state(&mut self, place: Place<'_>, state: &State, inherited: bool) -> Result<StateNode> {
        let jsonata = language(state).map_or(inherited, |language| language == QueryLanguage::JSONata);
        if !jsonata {
            return Err(DefinitionError::JsonPathState {
                state: place.state.to_owned(),
            });
        }
        let mut node = StateNode {
            name: place.state.into(),
            kind: Kind::Pass,
            assign: Vec::new(),
            output: None,
            next: Target::End,
            retry: Vec::new(),
            catch: Vec::new(),
        };
        match state {
            State::Task(task) => {
                node.kind = Kind::Task(compile_task(place, task)?);
                node.assign = place.assign("Assign", task.assign.as_ref())?;
                node.output = place.optional("Output", task.output.as_ref())?;
                node.next = place.next(&task.transition)?;
                node.retry = place.retry(&task.retry)?;
                node.catch = place.catch(&task.catch)?;
            }
            State::Parallel(parallel) => {
                let branches = parallel
                    .branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.branch(place, index, branch, jsonata))
                    .collect::<Result<_>>()?;
                let arguments = place.optional("Arguments", parallel.arguments.as_ref())?;
                node.kind = Kind::Parallel { arguments, branches };
                node.assign = place.assign("Assign", parallel.assign.as_ref())?;
                node.output = place.optional("Output", parallel.output.as_ref())?;
                node.next = place.next(&parallel.transition)?;
                node.retry = place.retry(&parallel.retry)?;
                node.catch = place.catch(&parallel.catch)?;
            }
            State::Map(map) => {
                let processor = self.branch(place, 0, &map.item_processor, jsonata)?;
                node.kind = Kind::Map(compile_map(place, map, processor)?);
                node.assign = place.assign("Assign", map.assign.as_ref())?;
                node.output = place.optional("Output", map.output.as_ref())?;
                node.next = place.next(&map.transition)?;
                node.retry = place.retry(&map.retry)?;
                node.catch = place.catch(&map.catch)?;
            }
            State::Choice(choice) => {
                node.kind = Kind::Choice(compile_choice(place, choice)?);
                node.assign = place.assign("Assign", choice.assign.as_ref())?;
                node.output = place.optional("Output", choice.output.as_ref())?;
            }
            State::Pass(pass) => {
                node.assign = place.assign("Assign", pass.assign.as_ref())?;
                node.output = place.optional("Output", pass.output.as_ref())?;
                node.next = place.next(&pass.transition)?;
            }
            State::Wait(wait) => {
                node.kind = Kind::Wait(compile_wait(place, wait)?);
                node.assign = place.assign("Assign", wait.assign.as_ref())?;
                node.output = place.optional("Output", wait.output.as_ref())?;
                node.next = place.next(&wait.transition)?;
            }
            State::Succeed(succeed) => {
                node.kind = Kind::Succeed;
                node.output = place.optional("Output", succeed.output.as_ref())?;
            }
            State::Fail(fail) => {
                node.kind = Kind::Fail(FailNode {
                    error: place.text("Error", fail.error.as_ref())?,
                    cause: place.text("Cause", fail.cause.as_ref())?,
                });
            }
        }
        Ok(node)
    }
}

fn language(state: &State) -> Option<QueryLanguage> {
    match state {
        State::Task(state) => state.query_language,
        State::Parallel(state) => state.query_language,
        State::Map(state) => state.query_language,
        State::Choice(state) => state.query_language,
        State::Pass(state) => state.query_language,
        State::Wait(state) => state.query_language,
        State::Succeed(state) => state.query_language,
        State::Fail(state) => state.query_language,
    }
}

/// Refuses a state that no transition of its level leads to, as AWS does.
fn refuse_unreachable(level: &Level) -> Result<()> {
    let mut reached = BTreeSet::from([level.start]);
    let mut open = vec![level.start];
    while let Some(index) = open.pop() {
        let Some(state) = level.states.get(index) else {
            continue;
        };
        let mut targets: Vec<usize> = state.catch.iter().map(|catcher| catcher.next).collect();
        if let Target::State(next) = state.next {
            targets.push(next);
        }
        if let Kind::Choice(choice) = &state.kind {
            targets.extend(choice.rules.iter().map(|rule| rule.next).chain(choice.default));
        }
        open.extend(targets.into_iter().filter(|target| reached.insert(*target)));
    }
    match level
        .states
        .iter()
        .enumerate()
        .find(|(index, _)| !reached.contains(index))
    {
        Some((_, state)) => Err(DefinitionError::Unreachable {
            state: state.name.to_string(),
        }),
        None => Ok(()),
    }
}
