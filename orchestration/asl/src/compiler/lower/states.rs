//! Tasks, choices, passes and waits: one state each.

use serde_json::{Value, json};

use super::names::variable_name;
use super::projection::{projection, projection_of_node};
use super::retries::retriers;
use super::{Destination, Exit, InputValue, Lowering, not_empty, pass_state};
use crate::compiler::jsonata::{WHOLE_RESULT, enclosed, template, text};
use crate::steps::flow::{ChooseFlow, PassFlow, Target, TaskFlow, TimeLimit, WaitFlow, WaitUntil};
use crate::values::expr::Node;
use asl_document::{ChoiceRule, ChoiceState, Number, State, TaskState, WaitState};

impl Lowering {
    pub(super) fn task(&mut self, task: &TaskFlow, exit: &Exit, input: Option<&InputValue>) {
        let payload = self.with_input(input, |symbols| template(task.payload, symbols));
        let execution = task
            .execution
            .map(|name| self.with_input(input, |symbols| template(name, symbols)));
        let timeout = self.time_limit(task.timeout, input);
        let heartbeat = task.heartbeat.map(|limit| self.time_limit(limit, input));
        let mut assign = self.assign_from_input(input);
        let value = match &task.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&task.name)),
            None => exit.output,
        };
        let is_output = matches!(value, Destination::Output);
        let output = if let Target::Service(service) = task.target {
            self.assign_node(value, service.result, input, &mut assign);
            Some(if is_output {
                self.output_of(service.result, None)
            } else {
                template(service.result, &self.symbols)
            })
        } else {
            let result = task.target.result();
            self.assign_path(value, result, &mut assign);
            match &self.output_of_level {
                Some(fields) if is_output => Some(projection(result, fields)),
                _ => (result != WHOLE_RESULT).then(|| Value::String(enclosed(result))),
            }
        };
        let state = TaskState {
            comment: task.comment.clone(),
            query_language: None,
            resource: format!("arn:aws:states:::{}", task.target.integration()),
            arguments: Some(task.target.arguments(payload, execution)),
            credentials: None,
            timeout_seconds: Some(timeout),
            heartbeat_seconds: heartbeat,
            retry: retriers(task),
            catch: self.catchers(&task.arms, &task.name, input),
            assign: not_empty(assign),
            output,
            transition: Self::transition(&task.arms, exit),
        };
        self.insert(task.name.clone(), State::Task(state));
        self.paths(task.arms.flows(), exit);
    }

    fn time_limit(&mut self, limit: TimeLimit, input: Option<&InputValue>) -> Number {
        match limit {
            TimeLimit::Known(longest) => Number::Literal(longest.as_secs()),
            TimeLimit::From(node) => {
                Number::Expression(self.with_input(input, |symbols| enclosed(&text(node, symbols))))
            }
        }
    }

    pub(super) fn choose(&mut self, choose: &ChooseFlow, exit: &Exit, input: Option<&InputValue>) {
        let assign = not_empty(self.assign_from_input(input));
        let choices = self.with_input(input, |symbols| {
            let rules = choose.rules.iter().map(|rule| ChoiceRule {
                comment: None,
                condition: Value::String(enclosed(&text(rule.condition, symbols))),
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
        self.insert(choose.name.clone(), State::Choice(state));
        let rules = choose.rules.iter().map(|rule| &rule.flow);
        self.paths(rules.chain([&*choose.otherwise]), exit);
    }

    pub(super) fn pass(&mut self, pass: &PassFlow, exit: &Exit, input: Option<&InputValue>) {
        let mut assign = self.assign_from_input(input);
        let mut output = None;
        match exit.output {
            Destination::Unused => {}
            Destination::Output => {
                output = Some(self.output_of(pass.value, input));
            }
            Destination::Variable(_) => {
                self.assign_node(exit.output, pass.value, input, &mut assign);
            }
        }
        self.insert(pass.name.clone(), pass_state(assign, output, exit.to.clone()));
    }

    /// The value as the output of the level.
    pub(super) fn output_of(&mut self, value: &'static Node, input: Option<&InputValue>) -> Value {
        let fields = self.output_of_level.clone();
        self.with_input(input, |symbols| match &fields {
            Some(fields) => projection_of_node(value, fields, symbols),
            None => template(value, symbols),
        })
    }

    pub(super) fn wait(&mut self, wait: &WaitFlow, exit: &Exit, input: Option<&InputValue>) {
        let mut assign = self.assign_from_input(input);
        self.assign_path(exit.output, "{}", &mut assign);
        let (mut seconds, mut timestamp) = (None, None);
        match wait.until {
            WaitUntil::Seconds(time) => seconds = Some(Number::Literal(time.as_secs())),
            WaitUntil::SecondsFrom(node) => {
                let expression = self.with_input(input, |symbols| enclosed(&text(node, symbols)));
                seconds = Some(Number::Expression(expression));
            }
            WaitUntil::Time(node) => {
                timestamp = Some(self.with_input(input, |symbols| enclosed(&text(node, symbols))));
            }
        }
        let state = WaitState {
            comment: None,
            query_language: None,
            seconds,
            timestamp,
            assign: not_empty(assign),
            output: matches!(exit.output, Destination::Output).then(|| json!({})),
            transition: exit.to.clone(),
        };
        self.insert(wait.name.clone(), State::Wait(state));
    }
}
