//! A deployed function that runs.

use std::cell::RefCell;
use std::fmt;

use compositions::{
    CONFIRM_CONTACT, CREATE_USER, Composition, FUNCTIONS, NOTIFY_WEBHOOK, Output, Queue, RunningFunction,
    SET_USER_STATUS, STORE_USER_DATA, Topic, VALIDATE_EMAIL,
};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{Either, select};
use kit::{Environment, Failure, Handler, StartError};
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use crate::Aws;
use crate::clients::{Clients, Request};

/// A function of a composition: its process runs one invocation after another.
pub struct DeployedFunction {
    name: &'static str,
    aws: Aws,
    composition: &'static dyn Composition<Self>,
    handler: Option<Handler>,
    /// What the handler asks of the workflow.
    requests: RefCell<mpsc::UnboundedReceiver<Request>>,
    left: RefCell<Option<WorkflowRequest>>,
}

impl fmt::Debug for DeployedFunction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DeployedFunction({})", self.name)
    }
}

impl DeployedFunction {
    /// The function with this name, by the settings of this process.
    ///
    /// # Errors
    ///
    /// If a setting of the function is missing or does not fit.
    pub fn new(name: String, aws: Aws) -> Result<Self, StartError> {
        let composition = aws.settings().composition;
        let composition = composition
            .on_any_platform()
            .ok_or("the composition is a model")?;
        // Its name lives as long as the process.
        let name: &'static str = FUNCTIONS
            .into_iter()
            .find(|own| *own == name)
            .unwrap_or_else(|| name.leak());
        let (requests, asked) = mpsc::unbounded();
        let handler = own_handler(name, &aws, requests)?;
        Ok(Self {
            name,
            aws,
            composition,
            handler,
            requests: RefCell::new(asked),
            left: RefCell::default(),
        })
    }

    /// Handles one event of Lambda: a request, a call, or the messages of a queue.
    ///
    /// # Errors
    ///
    /// The function's own.
    pub async fn handle(&self, event: Value) -> Output {
        let Some(records) = event.get("Records").and_then(Value::as_array) else {
            return self.composition.run(self, event).await;
        };
        for record in records {
            let body = record.get("body").and_then(Value::as_str).unwrap_or_default();
            let message: Value = serde_json::from_str(body).map_err(|_| Failure {
                name: "InvalidInput".to_owned(),
                message: "a message is not JSON".to_owned(),
            })?;
            self.composition.run(self, json!({"message": message})).await?;
        }
        Ok(Value::Null)
    }
}

/// The handler of the function; none for a function that is the composition's own.
fn own_handler(
    name: &str,
    aws: &Aws,
    requests: mpsc::UnboundedSender<Request>,
) -> Result<Option<Handler>, StartError> {
    let environment = Environment::read();
    let clients = aws.clients();
    // In the orchestrator, the functions are as they are deployed.
    let is_orchestrated = aws.settings().composition == compositions::Name::Orchestrator;
    let in_code = Clients {
        aws: clients.clone(),
        requests,
    };
    let handler = match name {
        CREATE_USER if is_orchestrated => create_user::handler(environment, clients),
        CREATE_USER => create_user::handler(environment, &in_code),
        CONFIRM_CONTACT if is_orchestrated => confirm_contact::handler(environment, clients),
        CONFIRM_CONTACT => confirm_contact::handler(environment, &in_code),
        STORE_USER_DATA => store_user_data::handler(environment, clients),
        VALIDATE_EMAIL => validate_email::handler(environment, clients),
        NOTIFY_WEBHOOK => notify_webhook::handler(environment, clients),
        SET_USER_STATUS => set_user_status::handler(environment, clients),
        _ => return Ok(None),
    };
    handler.map(Some)
}

impl RunningFunction for DeployedFunction {
    type Platform = Aws;

    fn name(&self) -> &'static str {
        self.name
    }

    fn platform(&self) -> &Aws {
        &self.aws
    }

    fn left(&self) -> &RefCell<Option<WorkflowRequest>> {
        &self.left
    }

    #[expect(
        clippy::await_holding_refcell_ref,
        reason = "a process of Lambda runs one invocation at a time"
    )]
    async fn own_handler(&self, event: Value) -> Output {
        let Some(handler) = &self.handler else {
            return Err(Failure {
                name: "InvalidInput".to_owned(),
                message: format!("{} has no handler of its own", self.name),
            });
        };
        let mut requests = self.requests.borrow_mut();
        let mut invocation = Box::pin(handler.invoke(event));
        loop {
            match select(invocation, requests.next()).await {
                Either::Left((result, _)) => return result,
                Either::Right((Some((request, respond)), running)) => {
                    let response = self.composition.hand_over(self, request).await;
                    // The handler may have given up.
                    let _ = respond.send(response);
                    invocation = running;
                }
                Either::Right((None, running)) => return running.await,
            }
        }
    }

    async fn call(&self, name: &'static str, event: Value) -> Output {
        self.aws.invoke(name, &event).await
    }

    async fn leave_event(&self, name: &'static str, event: Value) -> Result<(), Failure> {
        self.aws.leave_event(name, &event).await
    }

    async fn send(&self, queue: &'static Queue, message: Value) -> Result<(), Failure> {
        self.aws.send(queue.name, &message).await
    }

    async fn publish(&self, topic: &'static Topic, message: Value) -> Result<(), Failure> {
        self.aws.publish(topic.name, &message).await
    }
}
