//! From the workflow as written to the states of the document.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use crate::document::{
    Branch, Catcher, ChoiceRule, ChoiceState, FailState, MapState, Number, ParallelState, PassState, State,
    States, TaskState, Transition, WaitState,
};
use crate::expr::Binding;
use crate::flow::{
    Arms, ChooseFlow, Flow, MapFlow, ParallelFlow, PassFlow, Target, TaskFlow, WaitFlow, WaitUntil,
};
use crate::jsonata::{Places, enclosed, is_reserved, literal_template, template, text};
use crate::reads::{self, Part, Reads};
use crate::retry;

/// What matches every error that can be caught.
pub(crate) const ALL_ERRORS: &str = "States.ALL";

/// What a task's state reads of its own work.
const WHOLE_RESULT: &str = "$states.result";

/// What a state reads of the state before it.
const STATE_INPUT: &str = "$states.input";

/// The states of a whole machine, and the states whose names turned out to be taken.
pub(crate) fn states(flow: &Flow) -> (States, Vec<String>) {
    let mut reads = Reads::new();
    reads::of_flow(flow, &mut reads);
    let mut lowering = Lowering {
        reads,
        places: Places::new(),
        variables: HashSet::new(),
        names: HashSet::new(),
        clashes: Vec::new(),
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
            Flow::Fail(fail) => {
                let state = FailState {
                    comment: None,
                    query_language: None,
                    error: Some(fail.error.to_owned()),
                    cause: Some(literal_template(&fail.cause)),
                };
                self.insert(states, fail.name.clone(), State::Fail(state));
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
        let result = task.target.result();
        let payload = self.in_state(input, |places| template(task.payload, places));
        let mut assign = self.assign_from_input(input);
        let value = match &task.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&task.name)),
            None => exit.value,
        };
        self.deliver_to_variable(value, result, &mut assign);
        let state = TaskState {
            comment: task.comment.clone(),
            query_language: None,
            resource: format!("arn:aws:states:::{}", task.target.integration()),
            arguments: Some(task.target.arguments(&payload)),
            credentials: None,
            timeout_seconds: Some(Number::Literal(task.timeout.as_secs())),
            heartbeat_seconds: task.heartbeat.map(|longest| Number::Literal(longest.as_secs())),
            retry: retry::retriers(task),
            catch: self.catchers(&task.arms, &task.name, input),
            assign: not_empty(assign),
            output: (result != WHOLE_RESULT).then(|| Value::String(enclosed(result))),
            transition: Self::transition(&task.arms, exit),
        };
        self.insert(states, task.name.clone(), State::Task(state));
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
                self.insert(
                    states,
                    collect,
                    pass_state(not_empty(assign), None, exit.to.clone()),
                );
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
            self.insert(states, collect, pass_state(not_empty(assign), None, on));
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
            self.flow(branch, &END, None, &mut states);
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
            catch: self.catchers(&parallel.arms, &parallel.name, None),
            assign: None,
            output: None,
            transition,
        };
        self.insert(states, parallel.name.clone(), State::Parallel(state));
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
        self.insert(states, choose.name.clone(), State::Choice(state));
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
        self.insert(
            states,
            pass.name.clone(),
            pass_state(not_empty(assign), output, exit.to.clone()),
        );
    }

    fn map(&mut self, map: &MapFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let items = self.in_state(input, |places| template(map.items, places));
        let mut assign = self.assign_from_input(input);
        let value = match &map.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&map.name)),
            None => exit.value,
        };
        self.deliver_to_variable(value, WHOLE_RESULT, &mut assign);
        let mut body = States::new();
        self.flow(&map.body, &END, None, &mut body);
        let processor_config = json!({"Mode": "INLINE"});
        let state = MapState {
            comment: map.comment.clone(),
            query_language: None,
            item_reader: None,
            items: Some(items),
            item_selector: None,
            item_batcher: None,
            item_processor: Branch {
                processor_config: processor_config.as_object().cloned(),
                start_at: map.body.entry().to_owned(),
                states: body,
            },
            max_concurrency: map.concurrency.map(Number::Literal),
            tolerated_failure_percentage: None,
            tolerated_failure_count: map.tolerated_failures.map(Number::Literal),
            label: None,
            result_writer: None,
            retry: Vec::new(),
            catch: self.catchers(&map.arms, &map.name, input),
            assign: not_empty(assign),
            output: None,
            transition: Self::transition(&map.arms, exit),
        };
        self.insert(states, map.name.clone(), State::Map(state));
        self.arms(&map.arms, exit, states);
    }

    fn wait(&mut self, wait: &WaitFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let mut assign = self.assign_from_input(input);
        self.deliver_to_variable(exit.value, "{}", &mut assign);
        let (mut seconds, mut timestamp) = (None, None);
        match wait.until {
            WaitUntil::Seconds(literal) => seconds = Some(Number::Literal(literal)),
            WaitUntil::SecondsFrom(node) => {
                let expression = self.in_state(input, |places| enclosed(&text(node, places)));
                seconds = Some(Number::Expression(expression));
            }
            WaitUntil::Time(node) => {
                timestamp = Some(self.in_state(input, |places| enclosed(&text(node, places))));
            }
        }
        let state = WaitState {
            comment: None,
            query_language: None,
            seconds,
            timestamp,
            assign: not_empty(assign),
            output: matches!(exit.value, Delivery::Output).then(|| json!({})),
            transition: exit.to.clone(),
        };
        self.insert(states, wait.name.clone(), State::Wait(state));
    }

    fn insert(&mut self, states: &mut States, name: String, state: State) {
        if !self.names.insert(name.clone()) {
            self.clashes.push(name.clone());
        }
        states.insert(name, state);
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
        catchers.collect()
    }

    /// Gives the binding its variable, if anything reads it.
    fn variable_of(&mut self, binding: Binding, name: &str) -> Delivery {
        if !self.reads.contains_key(&binding) {
            return Delivery::Nowhere;
        }
        let mut variable = name.to_owned();
        let mut number = 2;
        while is_reserved(&variable) || !self.variables.insert(variable.clone()) {
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

/// The state that assigns the results of a parallel where the next state cannot. Whether the name is free is checked
/// as for every other state.
pub(crate) fn collector(parallel: &ParallelFlow) -> String {
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

/// `StoreUserData` as a variable is `storeUserData`; one that would not start with a letter gets `state` in front.
fn variable_name(state: &str) -> String {
    // Room for what is put behind a name: 80 characters are the most.
    let mut letters: Vec<char> = state.replace('-', "_").chars().take(64).collect();
    match letters.first_mut() {
        Some(first) if first.is_ascii_alphabetic() => first.make_ascii_lowercase(),
        _ => letters.splice(0..0, "state".chars()).for_each(drop),
    }
    letters.into_iter().collect()
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

impl Target {
    fn integration(self) -> &'static str {
        match self {
            Self::Function { callback: false, .. } => "lambda:invoke",
            Self::Function { callback: true, .. } => "lambda:invoke.waitForTaskToken",
            // `:2` gives the output as JSON; without it, as a text of JSON.
            Self::Workflow { wait: true, .. } => "states:startExecution.sync:2",
            Self::Workflow { wait: false, .. } => "states:startExecution",
        }
    }

    /// Where the contract's output stands in what the integration answers.
    fn result(self) -> &'static str {
        match self {
            Self::Function { callback: false, .. } => "$states.result.Payload",
            Self::Workflow { wait: true, .. } => "$states.result.Output",
            Self::Function { callback: true, .. } | Self::Workflow { wait: false, .. } => WHOLE_RESULT,
        }
    }

    fn arguments(self, payload: &Value) -> Value {
        match self {
            Self::Function { name, .. } => {
                json!({"FunctionName": format!("${{{name}FunctionArn}}"), "Payload": payload})
            }
            Self::Workflow { name, .. } => {
                json!({"StateMachineArn": format!("${{{name}StateMachineArn}}"), "Input": payload})
            }
        }
    }
}
