//! Compiling a document that has been checked into a program.

use std::sync::Arc;

use asl_document::{Branch, Catcher, State, StateMachine, States, Transition};

use super::fields::{assignments, optional, text};
use super::kinds::{compile_choice, compile_map, compile_task, compile_wait};
use super::program::{Block, CatchNode, FailNode, Program, StateKind, StateNode, Target};
use crate::invariant::Invariant;

pub(super) fn compile(document: &StateMachine) -> Program {
    let mut compiler = Compiler { blocks: Vec::new() };
    compiler.block(&document.start_at, &document.states);
    let finished = |block: Option<Block>| block.expect_invariant("every block is compiled");
    Program {
        blocks: compiler.blocks.into_iter().map(finished).collect(),
        timeout_seconds: document.timeout_seconds,
    }
}

struct Compiler {
    /// A block is `None` until its states are compiled: those inside of it follow it.
    blocks: Vec<Option<Block>>,
}

impl Compiler {
    /// Compiles a block and those inside of it; returns its index.
    fn block(&mut self, start_at: &str, states: &States) -> usize {
        let index = self.blocks.len();
        self.blocks.push(None);
        let nodes = states
            .iter()
            .map(|(name, state)| Arc::new(self.state(name, state, states)))
            .collect();
        let block = Block {
            start: index_of(start_at, states),
            states: nodes,
        };
        let slot = self.blocks.get_mut(index);
        *slot.expect_invariant("a compiled block has its slot") = Some(block);
        index
    }

    fn branch(&mut self, branch: &Branch) -> usize {
        self.block(&branch.start_at, &branch.states)
    }

    fn state(&mut self, name: &str, state: &State, siblings: &States) -> StateNode {
        let mut node = StateNode {
            name: name.into(),
            kind: StateKind::Pass,
            assign: Vec::new(),
            output: None,
            next: Target::End,
            retry: Vec::new(),
            catch: Vec::new(),
        };
        match state {
            State::Task(task) => {
                node.kind = StateKind::Task(Box::new(compile_task(task)));
                node.assign = assignments(task.assign.as_ref());
                node.output = optional(task.output.as_ref());
                node.next = next(&task.transition, siblings);
                node.retry.clone_from(&task.retry);
                node.catch = catch(&task.catch, siblings);
            }
            State::Parallel(parallel) => {
                node.kind = StateKind::Parallel {
                    branches: parallel
                        .branches
                        .iter()
                        .map(|branch| self.branch(branch))
                        .collect(),
                    arguments: optional(parallel.arguments.as_ref()),
                };
                node.assign = assignments(parallel.assign.as_ref());
                node.output = optional(parallel.output.as_ref());
                node.next = next(&parallel.transition, siblings);
                node.retry.clone_from(&parallel.retry);
                node.catch = catch(&parallel.catch, siblings);
            }
            State::Map(map) => {
                let processor = self.branch(&map.item_processor);
                node.kind = StateKind::Map(Box::new(compile_map(name, map, processor)));
                node.assign = assignments(map.assign.as_ref());
                node.output = optional(map.output.as_ref());
                node.next = next(&map.transition, siblings);
                node.retry.clone_from(&map.retry);
                node.catch = catch(&map.catch, siblings);
            }
            State::Choice(choice) => {
                node.kind = StateKind::Choice(compile_choice(choice, siblings));
                node.assign = assignments(choice.assign.as_ref());
                node.output = optional(choice.output.as_ref());
            }
            State::Pass(pass) => {
                node.assign = assignments(pass.assign.as_ref());
                node.output = optional(pass.output.as_ref());
                node.next = next(&pass.transition, siblings);
            }
            State::Wait(wait) => {
                node.kind = StateKind::Wait(compile_wait(wait));
                node.assign = assignments(wait.assign.as_ref());
                node.output = optional(wait.output.as_ref());
                node.next = next(&wait.transition, siblings);
            }
            State::Succeed(succeed) => {
                node.kind = StateKind::Succeed;
                node.output = optional(succeed.output.as_ref());
            }
            State::Fail(fail) => {
                node.kind = StateKind::Fail(FailNode {
                    error: fail.error.as_deref().map(text),
                    cause: fail.cause.as_deref().map(text),
                });
            }
        }
        node
    }
}

fn catch(catchers: &[Catcher], siblings: &States) -> Vec<CatchNode> {
    let compiled = |catcher: &Catcher| CatchNode {
        errors: catcher.error_equals.clone(),
        assign: assignments(catcher.assign.as_ref()),
        output: optional(catcher.output.as_ref()),
        next: index_of(&catcher.next, siblings),
    };
    catchers.iter().map(compiled).collect()
}

fn next(transition: &Transition, siblings: &States) -> Target {
    match transition {
        Transition::Next(target) => Target::State(index_of(target, siblings)),
        Transition::End => Target::End,
    }
}

pub(super) fn index_of(target: &str, siblings: &States) -> usize {
    let index = siblings.get_index_of(target);
    index.expect_invariant("transitions of a checked definition lead to states of their block")
}
