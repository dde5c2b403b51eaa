//! The context object.
//!
//! Source: [Accessing execution data from the Context
//! object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use std::sync::Arc;

use serde_json::{Value, json};

use super::flow::{Flow, Item, Visit};
use super::{Execution, Redriven, Start};
use crate::definition::StateNode;
use crate::jsonata::{ContextObject, Scope, World, walk};
use crate::{EpochMillis, Payload, TaskToken};

/// What stays the same for the whole execution.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) arn: Arc<str>,
    pub(super) name: String,
    pub(super) region: Arc<str>,
    pub(super) account: String,
    pub(super) role_arn: Arc<str>,
    pub(super) machine_arn: String,
    pub(super) machine_name: String,
    pub(super) input: Payload,
    pub(super) started_at: EpochMillis,
}

impl Identity {
    pub(super) fn new(start: Start) -> Self {
        Self {
            arn: start.execution_arn().into(),
            machine_arn: start.machine_arn(),
            name: start.name,
            region: start.region.into(),
            account: start.account,
            role_arn: start.role_arn.into(),
            machine_name: start.machine_name,
            input: Payload::new(start.input),
            started_at: start.now,
        }
    }
}

/// The context object of one state, built only when something reads it.
struct StateContext<'a> {
    identity: &'a Identity,
    state: &'a str,
    visit: &'a Visit,
    item: Option<&'a Item>,
    token: Option<&'a TaskToken>,
    redriven: Option<Redriven>,
}

impl ContextObject for StateContext<'_> {
    fn get(&self, keys: &[String]) -> Option<Value> {
        let (section, keys) = keys.split_first()?;
        let (field, rest) = keys.split_first()?;
        match (section.as_str(), field.as_str()) {
            ("Execution", "Input") => return walk(&self.identity.input, rest),
            ("Map", "Item") => {
                let (field, rest) = rest.split_first()?;
                return if field == "Value" {
                    walk(&self.item?.value, rest)
                } else {
                    None
                };
            }
            _ if !rest.is_empty() => return None,
            _ => {}
        }
        match (section.as_str(), field.as_str()) {
            ("Execution", "Id") => Some(Value::from(&*self.identity.arn)),
            ("Execution", "Name") => Some(Value::from(&*self.identity.name)),
            ("Execution", "StartTime") => Some(Value::from(self.identity.started_at.to_string())),
            ("State", "EnteredTime") => Some(Value::from(self.visit.entered_at.to_string())),
            ("State", "Name") => Some(Value::from(self.state)),
            ("State", "RetryCount") => Some(Value::from(self.visit.retry_count)),
            ("Task", "Token") => self.token.map(|token| Value::from(token.expose())),
            _ => None,
        }
    }

    fn execution_input(&self) -> &Value {
        &self.identity.input
    }

    fn build(&self) -> Value {
        let identity = self.identity;
        let mut context = json!({
            "Execution": {
                "Id": &*identity.arn,
                "Input": &*identity.input,
                "Name": identity.name,
                "RoleArn": &*identity.role_arn,
                "StartTime": identity.started_at.to_string(),
                "RedriveCount": self.redriven.map_or(0, |redriven| redriven.count),
            },
            "State": {
                "EnteredTime": self.visit.entered_at.to_string(),
                "Name": self.state,
                "RetryCount": self.visit.retry_count,
            },
            "StateMachine": {"Id": identity.machine_arn, "Name": identity.machine_name},
        });
        if let Some(redriven) = self.redriven
            && let Some(execution) = context.get_mut("Execution").and_then(Value::as_object_mut)
        {
            execution.insert("RedriveTime".to_owned(), redriven.at.to_string().into());
        }
        if let Some(fields) = context.as_object_mut() {
            if let Some(token) = self.token {
                fields.insert("Task".to_owned(), json!({"Token": token.expose()}));
            }
            if let Some(item) = self.item {
                fields.insert(
                    "Map".to_owned(),
                    json!({"Item": {"Index": item.index, "Value": &*item.value}}),
                );
            }
        }
        context
    }
}

impl Execution {
    /// Gives `body` what the expressions of a state can read.
    pub(super) fn scoped<R>(
        &mut self,
        flow: &Flow,
        node: &StateNode,
        token: Option<&TaskToken>,
        item: Option<&Item>,
        body: impl FnOnce(Scope<'_>, &mut World<'_>) -> R,
    ) -> R {
        let context = StateContext {
            identity: &self.identity,
            state: &node.name,
            visit: &flow.visit,
            item: item.or(flow.item.as_deref()),
            token,
            redriven: self.redriven,
        };
        let mut world = World {
            now: self.now,
            random: &mut self.random,
        };
        body(Scope::new(&flow.input, &flow.variables, &context), &mut world)
    }
}
