//! From the workflow as written to the states of the document.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use crate::document::{
    Branch, Catcher, ChoiceRule, ChoiceState, FailState, Number, ParallelState, PassState, State, States,
    TaskState, Transition,
};
use crate::expr::Binding;
use crate::flow::{Arms, ChooseFlow, Flow, ParallelFlow, PassFlow, TaskFlow};
use crate::jsonata::{Places, enclosed, is_parameter_name, template, text};
use crate::reads::{self, Part, Reads};

/// What matches every error that can be caught.
pub(crate) const ALL_ERRORS: &str = "States.ALL";

/// What a state reads of the state before it.
const STATE_INPUT: &str = "$states.input";

/// The states of a whole machine.
pub(crate) fn states(flow: &Flow) -> States {
    let mut reads = Reads::new();
    reads::of_flow(flow, &mut reads);
    let mut lowering = Lowering {
        reads,
        places: Places::new(),
        variables: HashSet::new(),
    };
    let mut states = States::new();
    lowering.flow(
        flow,
        &Exit {
            to: Transition::End,
            value: Delivery::Output,
        },
        None,
        &mut states,
    );
    states
}

/// What happens at each end of a flow.
#[derive(Clone)]
struct Exit {
    to: Transition,
    value: Delivery,
}

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
/// A Parallel assigns nothing (no variable of its branches survives it), so the state behind it reads the
/// results from its input, and assigns what states further on read.
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
}

type Assign = Map<String, Value>;

impl Lowering {
    fn flow(&mut self, flow: &Flow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        match flow {
            Flow::Task(task) => self.task(task, exit, input, states),
            Flow::Parallel(parallel) => self.parallel(parallel, exit, states),
            Flow::Choose(choose) => self.choose(choose, exit, input, states),
            Flow::Pass(pass) => self.pass(pass, exit, input, states),
            Flow::Fail(fail) => {
                let state = FailState {
                    comment: fail.comment.clone(),
                    query_language: None,
                    error: Some(fail.error.to_owned()),
                    cause: Some(fail.cause.clone()),
                };
                states.insert(fail.name.clone(), State::Fail(state));
            }
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

    fn task(&mut self, task: &TaskFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let result = if task.callback {
            "$states.result"
        } else {
            "$states.result.Payload"
        };
        let payload = self.in_state(input, |places| template(task.payload, places));
        let mut assign = self.assign_from_input(input);
        let value = match &task.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&task.name)),
            None => exit.value,
        };
        self.deliver_to_variable(value, result, &mut assign);
        let integration = if task.callback {
            "lambda:invoke.waitForTaskToken"
        } else {
            "lambda:invoke"
        };
        let state = TaskState {
            comment: task.comment.clone(),
            query_language: None,
            resource: format!("arn:aws:states:::{integration}"),
            arguments: Some(json!({
                "FunctionName": format!("${{{}FunctionArn}}", task.function),
                "Payload": payload,
            })),
            credentials: None,
            timeout_seconds: Some(Number::Literal(task.timeout.as_secs())),
            heartbeat_seconds: None,
            retry: task.retry.retriers(&task.transient, task.callback),
            catch: self.catchers(&task.arms, &task.name),
            assign: not_empty(assign),
            output: (!task.callback).then(|| Value::String(enclosed(result))),
            transition: Self::transition(&task.arms, exit),
        };
        states.insert(task.name.clone(), State::Task(state));
        self.arms(&task.arms, exit, states);
    }

    fn parallel(&mut self, parallel: &ParallelFlow, exit: &Exit, states: &mut States) {
        if let Some((binding, rest)) = &parallel.arms.then {
            return self.parallel_then(parallel, *binding, rest, exit, states);
        }
        match exit.value {
            Delivery::Variable(binding) => {
                let collect = collector(parallel);
                let mut assign = Assign::new();
                self.deliver_to_variable(Delivery::Variable(binding), STATE_INPUT, &mut assign);
                self.parallel_state(parallel, Transition::Next(collect.clone()), states);
                states.insert(collect, pass_state(not_empty(assign), None, exit.to.clone()));
            }
            Delivery::Nowhere | Delivery::Output => self.parallel_state(parallel, exit.to.clone(), states),
        }
        self.arms(&parallel.arms, exit, states);
    }

    fn parallel_then(
        &mut self,
        parallel: &ParallelFlow,
        binding: Binding,
        rest: &Flow,
        exit: &Exit,
        states: &mut States,
    ) {
        let value = self.variable_of(binding, &variable_name(&parallel.name));
        let read = matches!(value, Delivery::Variable(_));
        if read && matches!(rest.first(), Flow::Parallel(_)) {
            let collect = collector(parallel);
            let mut assign = Assign::new();
            self.deliver_to_variable(value, STATE_INPUT, &mut assign);
            self.parallel_state(parallel, Transition::Next(collect.clone()), states);
            let on = Transition::Next(rest.entry().to_owned());
            states.insert(collect, pass_state(not_empty(assign), None, on));
            self.flow(rest, exit, None, states);
        } else {
            self.parallel_state(parallel, Transition::Next(rest.entry().to_owned()), states);
            let mut behind = Reads::new();
            reads::behind_entry(rest, &mut behind);
            let behind = behind.remove(&binding).unwrap_or_default();
            self.flow(
                rest,
                exit,
                read.then_some(FromInput { binding, behind }).as_ref(),
                states,
            );
        }
        for arm in &parallel.arms.caught {
            self.flow(&arm.flow, exit, None, states);
        }
    }

    fn parallel_state(&mut self, parallel: &ParallelFlow, transition: Transition, states: &mut States) {
        let branches = parallel.branches.iter().map(|branch| {
            let mut states = States::new();
            self.flow(
                branch,
                &Exit {
                    to: Transition::End,
                    value: Delivery::Output,
                },
                None,
                &mut states,
            );
            Branch {
                processor_config: None,
                start_at: branch.entry().to_owned(),
                states,
            }
        });
        let branches = branches.collect();
        let state = ParallelState {
            comment: parallel.comment.clone(),
            query_language: None,
            arguments: None,
            branches,
            retry: Vec::new(),
            catch: self.catchers(&parallel.arms, &parallel.name),
            assign: None,
            output: None,
            transition,
        };
        states.insert(parallel.name.clone(), State::Parallel(state));
    }

    fn choose(&mut self, choose: &ChooseFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let assign = not_empty(self.assign_from_input(input));
        let choices = self.in_state(input, |places| {
            let rules = choose.rules.iter().map(|(condition, arm)| ChoiceRule {
                comment: None,
                condition: Value::String(enclosed(&text(condition, places))),
                assign: assign.clone(),
                output: None,
                next: arm.entry().to_owned(),
            });
            rules.collect()
        });
        let state = ChoiceState {
            comment: choose.comment.clone(),
            query_language: None,
            choices,
            default: Some(choose.otherwise.entry().to_owned()),
            assign,
            output: None,
        };
        states.insert(choose.name.clone(), State::Choice(state));
        for (_, arm) in &choose.rules {
            self.flow(arm, exit, None, states);
        }
        self.flow(&choose.otherwise, exit, None, states);
    }

    fn pass(&mut self, pass: &PassFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let mut assign = self.assign_from_input(input);
        let mut output = None;
        match exit.value {
            Delivery::Nowhere => {}
            Delivery::Output => {
                output = Some(self.in_state(input, |places| template(pass.value, places)));
            }
            Delivery::Variable(binding) => {
                let parts = self.reads.get(&binding).cloned().unwrap_or_default();
                let value = self.in_state(input, |places| {
                    reads::projection_of_node(pass.value, &parts, places)
                });
                assign.insert(self.variable(binding), value);
            }
        }
        let mut state = pass_state(not_empty(assign), output, exit.to.clone());
        if let State::Pass(state) = &mut state {
            state.comment.clone_from(&pass.comment);
        }
        states.insert(pass.name.clone(), state);
    }

    fn arms(&mut self, arms: &Arms, exit: &Exit, states: &mut States) {
        for flow in arms.flows() {
            self.flow(flow, exit, None, states);
        }
    }

    fn transition(arms: &Arms, exit: &Exit) -> Transition {
        match &arms.then {
            Some((_, flow)) => Transition::Next(flow.entry().to_owned()),
            None => exit.to.clone(),
        }
    }

    fn catchers(&mut self, arms: &Arms, state: &str) -> Vec<Catcher> {
        let catchers = arms.caught.iter().map(|arm| {
            let mut assign = Assign::new();
            let value = self.variable_of(arm.binding, &format!("{}Error", variable_name(state)));
            self.deliver_to_variable(value, "$states.errorOutput", &mut assign);
            Catcher {
                comment: None,
                error_equals: arm.errors.iter().map(ToString::to_string).collect(),
                assign: not_empty(assign),
                output: None,
                next: arm.flow.entry().to_owned(),
            }
        });
        catchers.collect()
    }

    /// Gives the binding its variable, if anything reads it.
    fn variable_of(&mut self, binding: Binding, name: &str) -> Delivery {
        if !self.reads.contains_key(&binding) {
            return Delivery::Nowhere;
        }
        let mut variable = name.to_owned();
        let mut number = 2;
        while is_parameter_name(&variable) || !self.variables.insert(variable.clone()) {
            variable = format!("{name}{number}");
            number += 1;
        }
        self.places.insert(binding, format!("${variable}"));
        Delivery::Variable(binding)
    }

    fn variable(&self, binding: Binding) -> String {
        self.places
            .get(&binding)
            .map(|place| place.trim_start_matches('$').to_owned())
            .unwrap_or_default()
    }

    fn deliver_to_variable(&self, value: Delivery, from: &str, assign: &mut Assign) {
        if let Delivery::Variable(binding) = value
            && let Some(parts) = self.reads.get(&binding)
        {
            assign.insert(self.variable(binding), reads::projection(from, parts));
        }
    }

    /// What the state at a flow's entry assigns of its input for the states behind it.
    fn assign_from_input(&self, input: Option<&FromInput>) -> Assign {
        let mut assign = Assign::new();
        if let Some(input) = input
            && !input.behind.is_empty()
        {
            let value = reads::projection(STATE_INPUT, &input.behind);
            assign.insert(self.variable(input.binding), value);
        }
        assign
    }

    /// Evaluates with the places seen from a state that reads `input` from its own input.
    fn in_state<T>(&mut self, input: Option<&FromInput>, evaluate: impl FnOnce(&Places) -> T) -> T {
        let Some(binding) = input.map(|input| input.binding) else {
            return evaluate(&self.places);
        };
        let variable = self.places.insert(binding, STATE_INPUT.to_owned());
        let value = evaluate(&self.places);
        if let Some(variable) = variable {
            self.places.insert(binding, variable);
        }
        value
    }
}

/// The state that assigns the results of a parallel where the next state cannot.
fn collector(parallel: &ParallelFlow) -> String {
    format!("{}Results", parallel.name)
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

/// `StoreUserData` as a variable is `storeUserData`.
fn variable_name(state: &str) -> String {
    let state = state.replace('-', "_");
    let mut letters = state.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The variable for what a flow leaves: one of several states leaves it where the flow has arms.
fn outcome_name(flow: &Flow) -> String {
    let name = variable_name(flow.entry());
    match flow {
        Flow::Task(task) if !task.arms.is_empty() => format!("{name}Outcome"),
        Flow::Parallel(parallel) if !parallel.arms.is_empty() => format!("{name}Outcome"),
        _ => name,
    }
}

impl Arms {
    fn is_empty(&self) -> bool {
        self.caught.is_empty() && self.then.is_none()
    }
}
