//! Lowering: from the tree of steps to the states of the document.
//!
//! Each flow is lowered with its exit, which says what follows and where its output goes, and inserts its states in
//! written order:
//!
//! ```text
//! charge(order).then(|charged| pass("Paid", Receipt { number: charged.number }))
//!
//! Charge  Assign {"charge": {"number": "{% $states.result.Payload.number %}"}}   Next Paid
//! Paid    Output {"number": "{% $charge.number %}"}                              End
//! ```

use std::collections::HashSet;
use std::mem;

use indexmap::IndexSet;
use serde_json::{Map, Value};

use crate::compiler::diagnostic::Diagnostic;
use crate::compiler::liveness::{self, Part, Reads};
use crate::compiler::symbols::SymbolTable;
use crate::steps::flow::{Arms, Flow};
use crate::values::expr::Binding;
use asl_document::{ALL_ERRORS, Catcher, PassState, State, States, SucceedState, Transition};

mod loops;
mod maps;
mod names;
mod parallels;
mod projection;
mod retries;
mod sagas;
mod states;
mod target;
mod variables;

use names::{outcome_name, variable_name};

/// The input of a state: the output of the state before it.
const STATE_INPUT: &str = "$states.input";

/// The states of a whole machine, and the generated states whose names are taken by others.
///
/// # Panics
///
/// If the workflow has not passed its [check](crate::compiler::check::workflow).
pub(crate) fn states(flow: &Flow) -> (States, Vec<Diagnostic>) {
    let mut reads = Reads::new();
    liveness::of_flow(flow, &mut reads);
    let mut lowering = Lowering {
        states: States::new(),
        reads,
        output_of_level: None,
        symbols: SymbolTable::default(),
        variables: HashSet::new(),
        names: HashSet::new(),
        clashes: Vec::new(),
        on_error: None,
    };
    lowering.flow(flow, &END, None);
    (lowering.states, lowering.clashes)
}

/// What follows a flow.
#[derive(Clone)]
struct Exit {
    to: Transition,
    output: Destination,
}

/// The end of a machine or of a branch.
const END: Exit = Exit {
    to: Transition::End,
    output: Destination::Output,
};

/// Where the output of a flow goes.
#[derive(Clone, Copy)]
enum Destination {
    /// Nowhere: it is not read.
    Unused,
    /// To the variable of this binding, for later states.
    Variable(Binding),
    /// To the output of the branch or the machine.
    Output,
}

/// A value that a state reads from its own input, since the state before it could not assign a variable.
///
/// Only a Parallel is such a state. On AWS it could assign its results. It does not here, since the local emulator that
/// definitions are tried on ignores `Assign` and `Output` of a Parallel.
#[derive(Clone)]
struct InputValue {
    binding: Binding,
    /// The parts of it that later states read, which this state therefore assigns.
    read_later: IndexSet<Part>,
}

struct Lowering {
    /// Those of the level that is being lowered.
    states: States,
    reads: Reads,
    /// The fields of the level's output that are read; `None` for all.
    output_of_level: Option<IndexSet<Part>>,
    symbols: SymbolTable,
    variables: HashSet<String>,
    names: HashSet<String>,
    clashes: Vec<Diagnostic>,
    /// Inside of a saga.
    on_error: Option<ErrorPath>,
}

/// Where the errors of a saga go that nothing else handles.
#[derive(Clone)]
struct ErrorPath {
    /// The compensation that runs next, or the saga's handler.
    to: String,
    error: Destination,
    /// For the error of a compensation. Unused inside of the compensation that fails.
    compensation_error: Destination,
}

type Assign = Map<String, Value>;

impl Lowering {
    fn flow(&mut self, flow: &Flow, exit: &Exit, input: Option<&InputValue>) {
        match flow {
            Flow::Task(task) => self.task(task, exit, input),
            Flow::Parallel(parallel) => self.parallel(parallel, exit),
            Flow::Choose(choose) => self.choose(choose, exit, input),
            Flow::Map(map) => self.map(map, exit, input),
            Flow::Wait(wait) => self.wait(wait, exit, input),
            Flow::Pass(pass) => self.pass(pass, exit, input),
            Flow::Succeed(succeed) => {
                let output = Some(self.output_of(succeed.value, input));
                let state = SucceedState {
                    comment: None,
                    query_language: None,
                    output,
                };
                self.insert(succeed.name.clone(), State::Succeed(state));
            }
            Flow::Fail(fail) => self.fail(fail, input),
            Flow::Repeat(repeat) => self.repeat(repeat, exit, input),
            Flow::Saga(saga) => self.saga(saga, exit, input),
            Flow::Compensated(compensated) => self.compensated(compensated, exit, input),
            Flow::Then { first, binding, rest } => match first.as_ref() {
                Flow::Parallel(parallel) if parallel.arms.is_empty() => {
                    self.parallel_then(parallel, *binding, rest, exit);
                }
                _ => {
                    let output = self.variable_of(*binding, &outcome_name(first));
                    let to = Transition::Next(rest.entry().to_owned());
                    self.flow(first, &Exit { to, output }, input);
                    self.flow(rest, exit, None);
                }
            },
        }
    }

    fn insert(&mut self, name: String, state: State) {
        if !self.names.insert(name.clone()) {
            let message =
                "a generated state needs this name: for the results of a parallel, or the rounds of a loop";
            self.clashes.push(Diagnostic {
                state: name.clone(),
                message: message.to_owned(),
                help: "give your state, the parallel or the loop another name".to_owned(),
            });
        }
        self.states.insert(name, state);
    }

    /// Paths that part here and join at the exit.
    fn paths<'f>(&mut self, flows: impl IntoIterator<Item = &'f Flow>, exit: &Exit) {
        let flows = flows.into_iter().map(|flow| (flow, None));
        self.paths_with_input(flows, exit);
    }

    /// The same, where the first state of a path reads a value from its input.
    fn paths_with_input<'f>(
        &mut self,
        flows: impl IntoIterator<Item = (&'f Flow, Option<InputValue>)>,
        exit: &Exit,
    ) {
        let before = self.on_error.clone();
        let mut after = None;
        for (flow, input) in flows {
            self.on_error.clone_from(&before);
            self.flow(flow, exit, input.as_ref());
            if flow.continues() {
                // A rule of `build` sees to it that all paths add the same compensations.
                after.get_or_insert_with(|| self.on_error.clone());
            }
        }
        self.on_error = after.unwrap_or(before);
    }

    /// The states of a branch or of a map's body. Errors that it does not handle fail the whole parallel or map.
    ///
    /// Its output has the fields `output`; all of them if `None`.
    fn level(&mut self, flow: &Flow, output: Option<IndexSet<Part>>) -> States {
        let on_error = self.on_error.take();
        let around = mem::take(&mut self.states);
        let output = mem::replace(&mut self.output_of_level, output);
        self.flow(flow, &END, None);
        self.output_of_level = output;
        self.on_error = on_error;
        mem::replace(&mut self.states, around)
    }

    fn transition(arms: &Arms, exit: &Exit) -> Transition {
        match &arms.then {
            Some((_, flow)) => Transition::Next(flow.entry().to_owned()),
            None => exit.to.clone(),
        }
    }

    /// On an error only the catcher assigns, so it has to repeat what the state assigns of its input.
    fn catchers(&mut self, arms: &Arms, state: &str, input: Option<&InputValue>) -> Vec<Catcher> {
        let catcher = |error: &str, assign, next: &str| Catcher {
            comment: None,
            error_equals: vec![error.to_owned()],
            assign: not_empty(assign),
            output: None,
            next: next.to_owned(),
        };
        let catchers = arms.caught.iter().map(|arm| {
            let mut assign = self.assign_from_input(input);
            let value = self.variable_of(arm.binding, &format!("{}Error", variable_name(state)));
            self.assign_path(value, "$states.errorOutput", &mut assign);
            catcher(arm.error, assign, arm.flow.entry())
        });
        let mut catchers: Vec<_> = catchers.collect();
        if let Some(path) = &self.on_error
            && !arms.catches(ALL_ERRORS)
        {
            let mut assign = self.assign_from_input(input);
            self.assign_path(path.error, "$states.errorOutput", &mut assign);
            self.no_compensation_error(path, &mut assign);
            catchers.push(catcher(ALL_ERRORS, assign, &path.to));
        }
        catchers
    }
}

fn pass_state(assign: Assign, output: Option<Value>, transition: Transition) -> State {
    State::Pass(PassState {
        comment: None,
        query_language: None,
        assign: not_empty(assign),
        output,
        transition,
    })
}

fn not_empty(assign: Assign) -> Option<Assign> {
    (!assign.is_empty()).then_some(assign)
}
