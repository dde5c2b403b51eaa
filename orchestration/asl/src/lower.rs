//! From the workflow as written to the states of the document.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use crate::document::{
    Branch, Catcher, ChoiceRule, ChoiceState, Number, ParallelState, PassState, State, States, SucceedState,
    TaskState, Transition, WaitState,
};
use crate::expr::{Binding, Node};
use crate::flow::{
    Arms, Bound, ChooseFlow, Flow, ParallelFlow, PassFlow, Target, TaskFlow, WaitFlow, WaitUntil,
};
use crate::jsonata::{Places, WHOLE_RESULT, enclosed, is_reserved, template, text};
use crate::reads::{self, Part, Reads};
use crate::retry;

mod loops;
mod maps;
mod names;
mod sagas;
mod target;

pub(crate) use names::{again, collector};
use names::{outcome_name, variable_name};

/// What matches every error that can be caught.
pub(crate) const ALL_ERRORS: &str = "States.ALL";

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
    not_undone: Delivery,
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
            Flow::Undoable(undoable) => self.undoable(undoable, exit, input, states),
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
        let payload = self.in_state(input, |places| template(task.payload, places));
        let timeout = self.bound(task.timeout, input);
        let heartbeat = task.heartbeat.map(|bound| self.bound(bound, input));
        let mut assign = self.assign_from_input(input);
        let value = match &task.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&task.name)),
            None => exit.value,
        };
        let output = if let Target::Service(service) = task.target {
            self.deliver_node_to_variable(value, service.result, input, &mut assign);
            Some(template(service.result, &self.places))
        } else {
            let result = task.target.result();
            self.deliver_to_variable(value, result, &mut assign);
            (result != WHOLE_RESULT).then(|| Value::String(enclosed(result)))
        };
        let state = TaskState {
            comment: task.comment.clone(),
            query_language: None,
            resource: format!("arn:aws:states:::{}", task.target.integration()),
            arguments: Some(task.target.arguments(payload)),
            credentials: None,
            timeout_seconds: Some(timeout),
            heartbeat_seconds: heartbeat,
            retry: retry::retriers(task),
            catch: self.catchers(&task.arms, &task.name, input),
            assign: not_empty(assign),
            output,
            transition: Self::transition(&task.arms, exit),
        };
        self.insert(states, task.name.clone(), State::Task(state));
        self.arms(&task.arms, exit, states);
    }

    fn bound(&mut self, bound: Bound, input: Option<&FromInput>) -> Number {
        match bound {
            Bound::Known(longest) => Number::Literal(longest.as_secs()),
            Bound::From(node) => {
                Number::Expression(self.in_state(input, |places| enclosed(&text(node, places))))
            }
        }
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
        let mut ways;
        if read && reads_inside(rest.first(), binding) {
            let collect = collector(parallel);
            let mut assign = Assign::new();
            self.deliver_to_variable(value, STATE_INPUT, &mut assign);
            self.parallel_state(parallel, Transition::Next(collect.clone()), states);
            let on = Transition::Next(rest.entry().to_owned());
            self.insert(states, collect, pass_state(not_empty(assign), None, on));
            ways = self.part();
            self.way(&mut ways, rest, exit, None, states);
        } else {
            self.parallel_state(parallel, Transition::Next(rest.entry().to_owned()), states);
            ways = self.part();
            let mut behind = Reads::new();
            reads::behind_entry(rest, &mut behind);
            let behind = behind.remove(&binding).unwrap_or_default();
            let input = read.then_some(FromInput { binding, behind });
            self.way(&mut ways, rest, exit, input.as_ref(), states);
        }
        for arm in &parallel.arms.caught {
            self.way(&mut ways, &arm.flow, exit, None, states);
        }
        self.join(ways);
    }

    fn parallel_state(&mut self, parallel: &ParallelFlow, transition: Transition, states: &mut States) {
        let branches = parallel.branches.iter().map(|branch| Branch {
            processor_config: None,
            start_at: branch.entry().to_owned(),
            states: self.level(branch),
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
        let mut ways = self.part();
        for (_, arm) in &choose.rules {
            self.way(&mut ways, arm, exit, None, states);
        }
        self.way(&mut ways, &choose.otherwise, exit, None, states);
        self.join(ways);
    }

    fn pass(&mut self, pass: &PassFlow, exit: &Exit, input: Option<&FromInput>, states: &mut States) {
        let mut assign = self.assign_from_input(input);
        let mut output = None;
        match exit.value {
            Delivery::Nowhere => {}
            Delivery::Output => {
                output = Some(self.in_state(input, |places| template(pass.value, places)));
            }
            Delivery::Variable(_) => {
                self.deliver_node_to_variable(exit.value, pass.value, input, &mut assign);
            }
        }
        self.insert(
            states,
            pass.name.clone(),
            pass_state(not_empty(assign), output, exit.to.clone()),
        );
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
            self.nothing_not_undone(failing, &mut assign);
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

    fn deliver_node_to_variable(
        &mut self,
        value: Delivery,
        node: &'static Node,
        input: Option<&FromInput>,
        assign: &mut Assign,
    ) {
        if let Delivery::Variable(binding) = value
            && let Some(parts) = self.reads.get(&binding).cloned()
        {
            let value = self.in_state(input, |places| reads::projection_of_node(node, &parts, places));
            assign.insert(self.variable(binding), value);
        }
    }

    /// Lets `other` name what `binding` does.
    fn alias(&mut self, binding: Binding, other: Binding) {
        if let Some(parts) = self.reads.get(&other).cloned() {
            self.reads.entry(binding).or_default().extend(parts);
            if let Some(place) = self.places.get(&binding).cloned() {
                self.places.insert(other, place);
            }
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

/// Whether states inside of this one may read the binding: they run before it assigns anything.
fn reads_inside(first: &Flow, binding: Binding) -> bool {
    match first {
        Flow::Parallel(_) => true,
        Flow::Map(map) => {
            let mut inside = Reads::new();
            reads::of_flow(&map.body, &mut inside);
            inside.contains_key(&binding)
        }
        _ => false,
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
