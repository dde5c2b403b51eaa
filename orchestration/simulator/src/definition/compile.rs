//! From the document to the program. Every problem is noted, so that one look at a definition finds them all.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use asl_document::{
    Branch, Catcher, Number, QueryLanguage, Retrier, State, StateMachine, States, Transition,
};
use serde_json::{Map, Value};

use super::DefinitionError;
use super::kinds::{compile_choice, compile_map, compile_task, compile_wait};
use super::program::{CatchNode, FailNode, Kind, Level, NumberField, Program, StateNode, Target};
use super::{bounds, variables};
use crate::jsonata::StatesField;
use crate::template::Template;

/// Checks and translates a document.
pub(super) fn compile(document: &StateMachine) -> Result<Program, DefinitionError> {
    let problems = RefCell::default();
    let mut compiler = Compiler {
        problems: &problems,
        levels: Vec::new(),
        names: BTreeSet::new(),
    };
    let jsonata = document.query_language == Some(QueryLanguage::JSONata);
    compiler.level(
        "the machine",
        &document.start_at,
        &document.states,
        jsonata,
        &BTreeSet::new(),
    );
    let levels = compiler.levels.into_iter().flatten().collect();
    if document.timeout_seconds == Some(0) {
        problems.borrow_mut().push(DefinitionError::Malformed {
            message: "its `TimeoutSeconds` is 0, and 1 is the least".to_owned(),
        });
    }
    DefinitionError::check(problems.into_inner())?;
    Ok(Program {
        levels,
        timeout_seconds: document.timeout_seconds,
    })
}

struct Compiler<'p> {
    problems: &'p RefCell<Vec<DefinitionError>>,
    /// A level is `None` while its states are being translated.
    levels: Vec<Option<Level>>,
    names: BTreeSet<String>,
}

/// What is needed to say where something is wrong.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    state: &'a str,
    siblings: &'a States,
    problems: &'a RefCell<Vec<DefinitionError>>,
}

impl Place<'_> {
    pub(super) fn note(&self, problem: DefinitionError) {
        self.problems.borrow_mut().push(problem);
    }

    /// Notes that a field has a value that the language does not allow.
    pub(super) fn bad(&self, field: &str, message: impl Into<String>) {
        self.note(DefinitionError::Field {
            state: self.state.to_owned(),
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// A template that can read neither a result nor an error.
    pub(super) fn template(&self, field: &str, value: &Value) -> Template {
        self.reading(None, field, value)
    }

    /// A template that can also read that field of `$states`.
    ///
    /// Reading what is not there "will be caught at creation": see [Reserved variable:
    /// $states](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#reserved-variable-states).
    fn reading(&self, readable: Option<StatesField>, field: &str, value: &Value) -> Template {
        let template = match Template::parse(field, value) {
            Ok(template) => template,
            Err(error) => {
                self.note(DefinitionError::Expression {
                    state: self.state.to_owned(),
                    field: error.field,
                    expression: error.expression,
                    message: error.message,
                });
                return Template::Literal(Value::Null.into());
            }
        };
        template.each_expression(&mut |expression| {
            for (known, name) in [
                (
                    StatesField::Result,
                    "`$states.result` is there only in `Assign` and `Output` of a Task, Parallel or Map",
                ),
                (
                    StatesField::ErrorOutput,
                    "`$states.errorOutput` is there only in `Assign` and `Output` of a catcher",
                ),
            ] {
                if readable != Some(known) && expression.certainly_reads(known) {
                    self.note(DefinitionError::Expression {
                        state: self.state.to_owned(),
                        field: field.to_owned(),
                        expression: expression.text().to_owned(),
                        message: name.to_owned(),
                    });
                }
            }
        });
        template
    }

    pub(super) fn optional(&self, field: &str, value: Option<&Value>) -> Option<Template> {
        value.map(|value| self.template(field, value))
    }

    /// The `Output` of a state, or of a part of it.
    pub(super) fn output(
        &self,
        readable: Option<StatesField>,
        field: &str,
        value: Option<&Value>,
    ) -> Option<Template> {
        value.map(|value| self.reading(readable, field, value))
    }

    pub(super) fn text(&self, field: &str, value: Option<&String>) -> Option<Template> {
        value.map(|text| self.template(field, &Value::String(text.clone())))
    }

    pub(super) fn assign(
        &self,
        readable: Option<StatesField>,
        field: &str,
        assign: Option<&Map<String, Value>>,
    ) -> Vec<(Arc<str>, Template)> {
        assign
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                if let Err(message) = variables::check_name(name) {
                    self.bad(field, message);
                }
                (
                    name.as_str().into(),
                    self.reading(readable, &format!("{field}/{name}"), value),
                )
            })
            .collect()
    }

    pub(super) fn number(&self, field: &'static str, number: Option<&Number>) -> Option<NumberField> {
        Some(match number? {
            Number::Literal(number) => NumberField::literal(field, *number),
            Number::Expression(text) => {
                if asl_document::expression(text).is_none() {
                    self.bad(field, "neither a number nor an expression");
                }
                NumberField {
                    field,
                    value: self.template(field, &Value::String(text.clone())),
                }
            }
        })
    }

    pub(super) fn index(&self, field: &str, target: &str) -> usize {
        self.siblings.get_index_of(target).unwrap_or_else(|| {
            self.note(DefinitionError::UnknownTarget {
                state: self.state.to_owned(),
                field: field.to_owned(),
                target: target.to_owned(),
            });
            0
        })
    }

    fn next(&self, transition: &Transition) -> Target {
        match transition {
            Transition::Next(target) => Target::State(self.index("Next", target)),
            Transition::End => Target::End,
        }
    }

    fn retry(&self, retriers: &[Retrier]) -> Vec<Retrier> {
        bounds::check_retry(*self, retriers);
        retriers.to_vec()
    }

    fn catch(&self, catchers: &[Catcher]) -> Vec<CatchNode> {
        bounds::check_catch(*self, catchers);
        let readable = Some(StatesField::ErrorOutput);
        catchers
            .iter()
            .enumerate()
            .map(|(index, catcher)| CatchNode {
                errors: catcher.error_equals.clone(),
                assign: self.assign(
                    readable,
                    &format!("Catch[{index}]/Assign"),
                    catcher.assign.as_ref(),
                ),
                output: self.output(
                    readable,
                    &format!("Catch[{index}]/Output"),
                    catcher.output.as_ref(),
                ),
                next: self.index(&format!("Catch[{index}]/Next"), &catcher.next),
            })
            .collect()
    }
}

impl Compiler<'_> {
    /// Translates a level and what is inside of it; gives its index.
    fn level(
        &mut self,
        name: &str,
        start_at: &str,
        states: &States,
        jsonata: bool,
        outer: &BTreeSet<String>,
    ) -> usize {
        let start = states.get_index_of(start_at);
        if start.is_none() {
            self.problems.borrow_mut().push(DefinitionError::UnknownStart {
                level: name.to_owned(),
                target: start_at.to_owned(),
            });
        }
        let index = self.levels.len();
        self.levels.push(None);
        let mut assigned = outer.clone();
        for (state, field, variable) in variables::assigned(states) {
            if outer.contains(variable) {
                self.problems
                    .borrow_mut()
                    .push(DefinitionError::ShadowedVariable {
                        state: state.to_owned(),
                        field,
                        variable: variable.to_owned(),
                    });
            }
            assigned.insert(variable.to_owned());
        }
        let mut nodes = Vec::with_capacity(states.len());
        for (name, state) in states {
            if !self.names.insert(name.clone()) {
                self.problems
                    .borrow_mut()
                    .push(DefinitionError::DuplicateState { state: name.clone() });
            }
            let place = Place {
                state: name,
                siblings: states,
                problems: self.problems,
            };
            bounds::check_state_name(place, name);
            nodes.push(self.state(place, state, jsonata, &assigned));
        }
        // A level that starts nowhere or leads to nowhere has been reported, and what follows from it is noise.
        if let Some(start) = start {
            let level = Level { start, states: nodes };
            if self.problems.borrow().is_empty() {
                self.problems.borrow_mut().extend(unreachable(&level));
            }
            if let Some(slot) = self.levels.get_mut(index) {
                *slot = Some(level);
            }
        }
        index
    }

    fn branch(
        &mut self,
        place: Place<'_>,
        index: usize,
        branch: &Branch,
        jsonata: bool,
        outer: &BTreeSet<String>,
    ) -> usize {
        let name = format!("branch {index} of state `{}`", place.state);
        self.level(&name, &branch.start_at, &branch.states, jsonata, outer)
    }

    fn state(
        &mut self,
        place: Place<'_>,
        state: &State,
        inherited: bool,
        assigned: &BTreeSet<String>,
    ) -> StateNode {
        let jsonata = language(state).map_or(inherited, |language| language == QueryLanguage::JSONata);
        if !jsonata {
            place.note(DefinitionError::JsonPathState {
                state: place.state.to_owned(),
            });
        }
        let result = Some(StatesField::Result);
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
                node.kind = Kind::Task(Box::new(compile_task(place, task)));
                node.assign = place.assign(result, "Assign", task.assign.as_ref());
                node.output = place.output(result, "Output", task.output.as_ref());
                node.next = place.next(&task.transition);
                node.retry = place.retry(&task.retry);
                node.catch = place.catch(&task.catch);
            }
            State::Parallel(parallel) => {
                if parallel.branches.is_empty() {
                    place.bad("Branches", "there are none");
                }
                let branches = parallel
                    .branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.branch(place, index, branch, jsonata, assigned))
                    .collect();
                let arguments = place.optional("Arguments", parallel.arguments.as_ref());
                node.kind = Kind::Parallel { arguments, branches };
                node.assign = place.assign(result, "Assign", parallel.assign.as_ref());
                node.output = place.output(result, "Output", parallel.output.as_ref());
                node.next = place.next(&parallel.transition);
                node.retry = place.retry(&parallel.retry);
                node.catch = place.catch(&parallel.catch);
            }
            State::Map(map) => {
                let processor = self.branch(place, 0, &map.item_processor, jsonata, assigned);
                node.kind = Kind::Map(Box::new(compile_map(place, place.state, map, processor)));
                node.assign = place.assign(result, "Assign", map.assign.as_ref());
                node.output = place.output(result, "Output", map.output.as_ref());
                node.next = place.next(&map.transition);
                node.retry = place.retry(&map.retry);
                node.catch = place.catch(&map.catch);
            }
            State::Choice(choice) => {
                node.kind = Kind::Choice(compile_choice(place, choice));
                node.assign = place.assign(None, "Assign", choice.assign.as_ref());
                node.output = place.output(None, "Output", choice.output.as_ref());
            }
            State::Pass(pass) => {
                node.assign = place.assign(None, "Assign", pass.assign.as_ref());
                node.output = place.output(None, "Output", pass.output.as_ref());
                node.next = place.next(&pass.transition);
            }
            State::Wait(wait) => {
                node.kind = Kind::Wait(compile_wait(place, wait));
                node.assign = place.assign(None, "Assign", wait.assign.as_ref());
                node.output = place.output(None, "Output", wait.output.as_ref());
                node.next = place.next(&wait.transition);
            }
            State::Succeed(succeed) => {
                node.kind = Kind::Succeed;
                node.output = place.output(None, "Output", succeed.output.as_ref());
            }
            State::Fail(fail) => {
                node.kind = Kind::Fail(FailNode {
                    error: place.text("Error", fail.error.as_ref()),
                    cause: place.text("Cause", fail.cause.as_ref()),
                });
            }
        }
        node
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

/// The states that no transition of their level leads to; AWS refuses them.
fn unreachable(level: &Level) -> Vec<DefinitionError> {
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
    level
        .states
        .iter()
        .enumerate()
        .filter(|(index, _)| !reached.contains(index))
        .map(|(_, state)| DefinitionError::Unreachable {
            state: state.name.to_string(),
        })
        .collect()
}
