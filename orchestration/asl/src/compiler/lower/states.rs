//! Tasks, choices, passes and waits: one state each.

use serde_json::{Value, json};

use super::names::variable_name;
use super::{Delivery, Exit, FromInput, Lowering, not_empty, pass_state};
use crate::compiler::jsonata::{WHOLE_RESULT, enclosed, template, text};
use crate::steps::flow::{ChooseFlow, PassFlow, Target, TaskFlow, TimeLimit, WaitFlow, WaitUntil};
use crate::steps::retry;
use asl_document::{ChoiceRule, ChoiceState, Number, State, States, TaskState, WaitState};

impl Lowering {
    pub(super) fn task(
        &mut self,
        task: &TaskFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
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

    fn bound(&mut self, bound: TimeLimit, input: Option<&FromInput>) -> Number {
        match bound {
            TimeLimit::Known(longest) => Number::Literal(longest.as_secs()),
            TimeLimit::From(node) => {
                Number::Expression(self.in_state(input, |places| enclosed(&text(node, places))))
            }
        }
    }

    pub(super) fn choose(
        &mut self,
        choose: &ChooseFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        let assign = not_empty(self.assign_from_input(input));
        let choices = self.in_state(input, |places| {
            let rules = choose.rules.iter().map(|rule| ChoiceRule {
                comment: None,
                condition: Value::String(enclosed(&text(rule.condition, places))),
                assign: assign.clone(),
                output: None,
                next: rule.flow.entry().to_owned(),
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
        for rule in &choose.rules {
            self.way(&mut ways, &rule.flow, exit, None, states);
        }
        self.way(&mut ways, &choose.otherwise, exit, None, states);
        self.join(ways);
    }

    pub(super) fn pass(
        &mut self,
        pass: &PassFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
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

    pub(super) fn wait(
        &mut self,
        wait: &WaitFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        let mut assign = self.assign_from_input(input);
        self.deliver_to_variable(exit.value, "{}", &mut assign);
        let (mut seconds, mut timestamp) = (None, None);
        match wait.until {
            WaitUntil::Seconds(time) => seconds = Some(Number::Literal(time.as_secs())),
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
}
