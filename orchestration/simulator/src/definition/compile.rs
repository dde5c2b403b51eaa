//! Compiling a document into a program. Every problem is reported, not only the first.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use asl_document::{Branch, Catcher, QueryLanguage, Retrier, State, StateMachine, States};

use super::DefinitionError;
use super::kinds::{compile_choice, compile_map, compile_task, compile_wait};
use super::program::{Block, CatchNode, FailNode, Program, StateKind, StateNode, Target};
use super::state_compiler::StateCompiler;
use super::{bounds, variables};
use crate::invariant::Invariant;
use crate::jsonata::StatesField;

pub(super) fn compile(document: &StateMachine) -> Result<Program, DefinitionError> {
    let problems = RefCell::default();
    let mut compiler = Compiler {
        problems: &problems,
        blocks: Vec::new(),
        names: BTreeSet::new(),
    };
    let language = document.query_language.unwrap_or(QueryLanguage::JSONPath);
    compiler.block(
        "the machine",
        &document.start_at,
        &document.states,
        language,
        &BTreeSet::new(),
    );
    let blocks = compiler.blocks;
    if document.timeout_seconds == Some(0) {
        problems.borrow_mut().push(DefinitionError::Malformed {
            message: "its `TimeoutSeconds` is 0, and 1 is the least".to_owned(),
        });
    }
    DefinitionError::check(problems.into_inner())?;
    let finished = |block: Option<Block>| block.expect_invariant("every block without problems is compiled");
    Ok(Program {
        blocks: blocks.into_iter().map(finished).collect(),
        timeout_seconds: document.timeout_seconds,
    })
}

struct Compiler<'p> {
    problems: &'p RefCell<Vec<DefinitionError>>,
    /// A block is `None` until its states are compiled, and stays so if it has no start.
    blocks: Vec<Option<Block>>,
    names: BTreeSet<String>,
}

impl Compiler<'_> {
    /// Compiles a block and those inside of it; returns its index.
    fn block(
        &mut self,
        name: &str,
        start_at: &str,
        states: &States,
        language: QueryLanguage,
        outer: &BTreeSet<String>,
    ) -> usize {
        let start = states.get_index_of(start_at);
        if start.is_none() {
            self.problems.borrow_mut().push(DefinitionError::UnknownStart {
                block: name.to_owned(),
                target: start_at.to_owned(),
            });
        }
        let index = self.blocks.len();
        self.blocks.push(None);
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
            let place = StateCompiler {
                state: name,
                siblings: states,
                problems: self.problems,
            };
            bounds::check_state_name(place, name);
            nodes.push(Arc::new(self.state(place, state, language, &assigned)));
        }
        // A block whose start or a target of which is missing has been reported, and its unreachable states are noise.
        if let Some(start) = start {
            let block = Block { start, states: nodes };
            if self.problems.borrow().is_empty() {
                self.problems.borrow_mut().extend(unreachable(&block));
            }
            let slot = self.blocks.get_mut(index);
            *slot.expect_invariant("a compiled block has its slot") = Some(block);
        }
        index
    }

    fn branch(
        &mut self,
        place: StateCompiler<'_>,
        index: usize,
        branch: &Branch,
        language: QueryLanguage,
        outer: &BTreeSet<String>,
    ) -> usize {
        let name = format!("branch {index} of state `{}`", place.state);
        self.block(&name, &branch.start_at, &branch.states, language, outer)
    }

    fn state(
        &mut self,
        place: StateCompiler<'_>,
        state: &State,
        inherited: QueryLanguage,
        assigned: &BTreeSet<String>,
    ) -> StateNode {
        let language = language(state).unwrap_or(inherited);
        if language != QueryLanguage::JSONata {
            place.report(DefinitionError::JsonPathState {
                state: place.state.to_owned(),
            });
        }
        let result = Some(StatesField::Result);
        let mut node = StateNode {
            name: place.state.into(),
            kind: StateKind::Pass,
            assign: Vec::new(),
            output: None,
            next: Target::End,
            retry: Vec::new(),
            catch: Vec::new(),
        };
        match state {
            State::Task(task) => {
                node.kind = StateKind::Task(Box::new(compile_task(place, task)));
                node.assign = place.assign(result, "Assign", task.assign.as_ref());
                node.output = place.output(result, "Output", task.output.as_ref());
                node.next = place.next(&task.transition);
                node.retry = retry(place, &task.retry);
                node.catch = catch(place, &task.catch);
            }
            State::Parallel(parallel) => {
                if parallel.branches.is_empty() {
                    place.bad("Branches", "there are none");
                }
                let branches = parallel
                    .branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.branch(place, index, branch, language, assigned))
                    .collect();
                let arguments = place.optional("Arguments", parallel.arguments.as_ref());
                node.kind = StateKind::Parallel { arguments, branches };
                node.assign = place.assign(result, "Assign", parallel.assign.as_ref());
                node.output = place.output(result, "Output", parallel.output.as_ref());
                node.next = place.next(&parallel.transition);
                node.retry = retry(place, &parallel.retry);
                node.catch = catch(place, &parallel.catch);
            }
            State::Map(map) => {
                let processor = self.branch(place, 0, &map.item_processor, language, assigned);
                node.kind = StateKind::Map(Box::new(compile_map(place, place.state, map, processor)));
                node.assign = place.assign(result, "Assign", map.assign.as_ref());
                node.output = place.output(result, "Output", map.output.as_ref());
                node.next = place.next(&map.transition);
                node.retry = retry(place, &map.retry);
                node.catch = catch(place, &map.catch);
            }
            State::Choice(choice) => {
                node.kind = StateKind::Choice(compile_choice(place, choice));
                node.assign = place.assign(None, "Assign", choice.assign.as_ref());
                node.output = place.output(None, "Output", choice.output.as_ref());
            }
            State::Pass(pass) => {
                node.assign = place.assign(None, "Assign", pass.assign.as_ref());
                node.output = place.output(None, "Output", pass.output.as_ref());
                node.next = place.next(&pass.transition);
            }
            State::Wait(wait) => {
                node.kind = StateKind::Wait(compile_wait(place, wait));
                node.assign = place.assign(None, "Assign", wait.assign.as_ref());
                node.output = place.output(None, "Output", wait.output.as_ref());
                node.next = place.next(&wait.transition);
            }
            State::Succeed(succeed) => {
                node.kind = StateKind::Succeed;
                node.output = place.output(None, "Output", succeed.output.as_ref());
            }
            State::Fail(fail) => {
                node.kind = StateKind::Fail(FailNode {
                    error: place.string_template("Error", fail.error.as_ref()),
                    cause: place.string_template("Cause", fail.cause.as_ref()),
                });
            }
        }
        node
    }
}

fn retry(place: StateCompiler<'_>, retriers: &[Retrier]) -> Vec<Retrier> {
    bounds::check_retry(place, retriers);
    retriers.to_vec()
}

fn catch(place: StateCompiler<'_>, catchers: &[Catcher]) -> Vec<CatchNode> {
    bounds::check_catch(place, catchers);
    let readable = Some(StatesField::ErrorOutput);
    catchers
        .iter()
        .enumerate()
        .map(|(index, catcher)| CatchNode {
            errors: catcher.error_equals.clone(),
            assign: place.assign(
                readable,
                &format!("Catch[{index}]/Assign"),
                catcher.assign.as_ref(),
            ),
            output: place.output(
                readable,
                &format!("Catch[{index}]/Output"),
                catcher.output.as_ref(),
            ),
            next: place.index(&format!("Catch[{index}]/Next"), &catcher.next),
        })
        .collect()
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

/// The states that no transition of their block leads to; AWS rejects them.
fn unreachable(block: &Block) -> Vec<DefinitionError> {
    let mut reached = BTreeSet::from([block.start]);
    let mut open = vec![block.start];
    while let Some(index) = open.pop() {
        let state = block.states.get(index);
        let state = state.expect_invariant("transitions lead to states of their block");
        let mut targets: Vec<usize> = state.catch.iter().map(|catcher| catcher.next).collect();
        if let Target::State(next) = state.next {
            targets.push(next);
        }
        if let StateKind::Choice(choice) = &state.kind {
            targets.extend(choice.rules.iter().map(|rule| rule.next).chain(choice.default));
        }
        open.extend(targets.into_iter().filter(|target| reached.insert(*target)));
    }
    block
        .states
        .iter()
        .enumerate()
        .filter(|(index, _)| !reached.contains(index))
        .map(|(_, state)| DefinitionError::Unreachable {
            state: state.name.to_string(),
        })
        .collect()
}
