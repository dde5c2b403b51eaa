//! From the workflow as written to the states of the document.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::{Map, Value};

use crate::compiler::jsonata::{Places, template};
use crate::compiler::liveness::{self, Part, Reads};
use crate::steps::flow::{Arms, Flow};
use crate::values::expr::Binding;
use asl_document::{ALL_ERRORS, Catcher, PassState, State, States, SucceedState, Transition};

mod loops;
mod maps;
mod names;
mod parallels;
mod sagas;
mod states;
mod target;
mod variables;

pub(crate) use names::{again, collector};
use names::{outcome_name, variable_name};

/// What a state reads of the state before it.
const STATE_INPUT: &str = "$states.input";

/// The states of a whole machine, and the states whose names turned out to be taken.
pub(crate) fn states(flow: &Flow) -> (States, Vec<String>) {
    let mut reads = Reads::new();
    liveness::of_flow(flow, &mut reads);
    let mut lowering = Lowering {
        reads,
        places: Places::new(),
        variables: HashSet::new(),
        names: HashSet::new(),
        clashes: Vec::new(),
        failing: None,
    };
    let mut states = States::new();
    lowering.flow(flow, &END, None, &mut states);
    (states, lowering.clashes)
}

/// What happens at each end of a flow.
#[derive(Clone)]
struct Exit {
    to: Transition,
    value: Delivery,
}

/// The end of a machine or of a branch.
const END: Exit = Exit {
    to: Transition::End,
    value: Delivery::Output,
};

/// What becomes of the value that a flow leaves.
#[derive(Clone, Copy)]
enum Delivery {
    /// Nobody reads it.
    Nowhere,
    /// Later states read it from the variable of this binding.
    Variable(Binding),
    /// It is what the branch or the machine leaves.
    Output,
}

/// What a state begins with: a value that only its own input holds.
///
/// A Parallel could assign its results itself on AWS. It does not here: the local emulator that definitions are tried
/// on ignores `Assign` and `Output` of a Parallel. So the state behind it reads the results from its input, and assigns
/// what states further on read.
#[derive(Clone)]
struct FromInput {
    binding: Binding,
    /// What states behind this one read of it.
    behind: IndexSet<Part>,
}

struct Lowering {
    reads: Reads,
    places: Places,
    variables: HashSet<String>,
    names: HashSet<String>,
    clashes: Vec<String>,
    failing: Option<Failing>,
}

/// Where errors lead that nothing else answers: what the saga around has to undo next, or its handler.
#[derive(Clone)]
struct Failing {
    to: String,
    error: Delivery,
    /// Where the error of an undo is kept; nowhere, when it is an undo that fails.
    compensation_error: Delivery,
}

/// What errors lead to, where a flow parts into several ways and where these come together.
struct Ways {
    before: Option<Failing>,
    /// As the first way left it that leads on.
    after: Option<Failing>,
    leave: bool,
}

type Assign = Map<String, Value>;

impl Lowering {
    fn flow(&mut self, flow: &Flow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        match flow {
            Flow::Task(task) => self.task(task, exit, input, states),
            Flow::Parallel(parallel) => self.parallel(parallel, exit, states),
            Flow::Choose(choose) => self.choose(choose, exit, input, states),
            Flow::Map(map) => self.map(map, exit, input, states),
            Flow::Wait(wait) => self.wait(wait, exit, input, states),
            Flow::Pass(pass) => self.pass(pass, exit, input, states),
            Flow::Succeed(succeed) => {
                let output = Some(self.in_state(input, |places| template(succeed.value, places)));
                let state = SucceedState {
                    comment: None,
                    query_language: None,
                    output,
                };
                self.insert(states, succeed.name.clone(), State::Succeed(state));
            }
            Flow::Fail(fail) => self.fail(fail, input, states),
            Flow::Repeat(repeat) => self.repeat(repeat, exit, input, states),
            Flow::Saga(saga) => self.saga(saga, exit, input, states),
            Flow::Compensated(compensated) => self.compensated(compensated, exit, input, states),
            Flow::Then { first, binding, rest } => match first.as_ref() {
                Flow::Parallel(parallel) if parallel.arms.is_empty() => {
                    self.parallel_then(parallel, *binding, rest, exit, states);
                }
                _ => {
                    let value = self.variable_of(*binding, &outcome_name(first));
                    let to = Transition::Next(rest.entry().to_owned());
                    self.flow(first, &Exit { to, value }, input, states);
                    self.flow(rest, exit, None, states);
                }
            },
        }
    }

    fn insert(&mut self, states: &mut States, name: String, state: State) {
        if !self.names.insert(name.clone()) {
            self.clashes.push(name.clone());
        }
        states.insert(name, state);
    }

    fn arms(&mut self, arms: &Arms, exit: &Exit, states: &mut States) {
        let mut ways = self.part();
        for flow in arms.flows() {
            self.way(&mut ways, flow, exit, None, states);
        }
        self.join(ways);
    }

    /// Several ways begin here.
    fn part(&self) -> Ways {
        Ways {
            before: self.failing.clone(),
            after: None,
            leave: false,
        }
    }

    fn way(
        &mut self,
        ways: &mut Ways,
        flow: &Flow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        self.failing.clone_from(&ways.before);
        self.flow(flow, exit, input, states);
        if flow.leaves() && !ways.leave {
            ways.after.clone_from(&self.failing);
            ways.leave = true;
        }
    }

    /// The ways come together. What there is to undo is the same on all of them, or the check would have said so.
    fn join(&mut self, ways: Ways) {
        self.failing = if ways.leave { ways.after } else { ways.before };
    }

    /// The states of a branch or of a map's body. Errors that it does not answer itself leave it.
    fn level(&mut self, flow: &Flow) -> States {
        let failing = self.failing.take();
        let mut states = States::new();
        self.flow(flow, &END, None, &mut states);
        self.failing = failing;
        states
    }

    fn transition(arms: &Arms, exit: &Exit) -> Transition {
        match &arms.then {
            Some((_, flow)) => Transition::Next(flow.entry().to_owned()),
            None => exit.to.clone(),
        }
    }

    /// On an error only the catcher assigns, so it also assigns what the state would have of its input.
    fn catchers(&mut self, arms: &Arms, state: &str, input: Option<&FromInput>) -> Vec<Catcher> {
        let catchers = arms.caught.iter().map(|arm| {
            let mut assign = self.assign_from_input(input);
            let value = self.variable_of(arm.binding, &format!("{}Error", variable_name(state)));
            self.deliver_to_variable(value, "$states.errorOutput", &mut assign);
            Catcher {
                comment: None,
                error_equals: vec![arm.error.to_owned()],
                assign: not_empty(assign),
                output: None,
                next: arm.flow.entry().to_owned(),
            }
        });
        let mut catchers: Vec<_> = catchers.collect();
        if let Some(failing) = &self.failing
            && !arms.caught.iter().any(|arm| arm.error == ALL_ERRORS)
        {
            let mut assign = self.assign_from_input(input);
            self.deliver_to_variable(failing.error, "$states.errorOutput", &mut assign);
            self.no_compensation_error(failing, &mut assign);
            catchers.push(Catcher {
                comment: None,
                error_equals: vec![ALL_ERRORS.to_owned()],
                assign: not_empty(assign),
                output: None,
                next: failing.to.clone(),
            });
        }
        catchers
    }
}

fn pass_state(assign: Option<Assign>, output: Option<Value>, transition: Transition) -> State {
    State::Pass(PassState {
        comment: None,
        query_language: None,
        assign,
        output,
        transition,
    })
}

fn not_empty(assign: Assign) -> Option<Assign> {
    (!assign.is_empty()).then_some(assign)
}

impl Arms {
    fn is_empty(&self) -> bool {
        self.caught.is_empty() && self.then.is_none()
    }
}
