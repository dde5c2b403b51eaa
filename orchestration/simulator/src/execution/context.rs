//! The context object.
//!
//! Source: [Accessing execution data from the Context
//! object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use std::cell::RefCell;
use std::sync::Arc;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::cursor::Cursor;
use super::fields::FieldError;
use super::flow::{Item, Visit};
use super::{Execution, RedriveInfo, Start};
use crate::failure::Failure;
use crate::jsonata::{Host, Scope, walk};
use crate::object::set;
use crate::{EpochMillis, SharedValue, TaskToken};

/// The constant data of an execution.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) arn: Arc<str>,
    pub(super) name: String,
    pub(super) region: Arc<str>,
    pub(super) account: String,
    pub(super) role_arn: Arc<str>,
    pub(super) machine_arn: String,
    pub(super) machine_name: String,
    pub(super) input: SharedValue,
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
            input: SharedValue::new(start.input),
            started_at: start.now,
        }
    }
}

/// The host of the expressions of one state. Its context object is built only when something reads it.
struct StateContext<'a> {
    identity: &'a Identity,
    state: &'a str,
    visit: &'a Visit,
    item: Option<&'a Item>,
    token: Option<&'a TaskToken>,
    redrive: Option<RedriveInfo>,
    now: EpochMillis,
    random: RefCell<&'a mut ChaCha8Rng>,
}

impl Host for StateContext<'_> {
    fn now(&self) -> EpochMillis {
        self.now
    }

    fn draw_seed(&self) -> u64 {
        self.random.borrow_mut().next_u64()
    }

    fn context_field(&self, keys: &[String]) -> Option<Value> {
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

    fn context(&self) -> Value {
        let identity = self.identity;
        let mut execution = json!({
            "Id": &*identity.arn,
            "Input": &*identity.input,
            "Name": identity.name,
            "RoleArn": &*identity.role_arn,
            "StartTime": identity.started_at.to_string(),
            "RedriveCount": self.redrive.map_or(0, |redriven| redriven.count),
        });
        if let Some(redriven) = self.redrive {
            set(&mut execution, "RedriveTime", redriven.at.to_string());
        }
        let mut context = json!({
            "Execution": execution,
            "State": {
                "EnteredTime": self.visit.entered_at.to_string(),
                "Name": self.state,
                "RetryCount": self.visit.retry_count,
            },
            "StateMachine": {"Id": identity.machine_arn, "Name": identity.machine_name},
        });
        if let Some(token) = self.token {
            set(&mut context, "Task", json!({"Token": token.expose()}));
        }
        if let Some(item) = self.item {
            let item = json!({"Index": item.index, "Value": &*item.value});
            set(&mut context, "Map", json!({"Item": item}));
        }
        context
    }
}

impl Execution {
    /// Evaluates fields of a state; a failed evaluation is recorded and becomes a failure of the state.
    pub(super) fn evaluate<R>(
        &mut self,
        cursor: &mut Cursor,
        body: impl FnOnce(Scope<'_>) -> Result<R, FieldError>,
    ) -> Result<R, Failure> {
        self.evaluate_with(cursor, None, None, body)
    }

    /// The same with the token of the task, or the item of the Map, that the state is about to start.
    pub(super) fn evaluate_with<R>(
        &mut self,
        cursor: &mut Cursor,
        token: Option<&TaskToken>,
        item: Option<&Item>,
        body: impl FnOnce(Scope<'_>) -> Result<R, FieldError>,
    ) -> Result<R, Failure> {
        let host = StateContext {
            identity: &self.identity,
            state: &cursor.node.name,
            visit: &cursor.visit,
            item: item.or(cursor.item.as_deref()),
            token,
            redrive: self.redrive,
            now: self.now,
            random: RefCell::new(&mut self.random),
        };
        let result = body(Scope::new(&cursor.input, &cursor.variables, &host));
        result.map_err(|error| self.evaluation_failed(cursor, error))
    }
}
