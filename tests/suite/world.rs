//! The whole sign-up for one test: all real handlers on the real DynamoDB adapters, the emitted definition, and virtual
//! time. Only external systems are simulated: the mail service, the webhook's endpoint, and faults.

use std::time::Duration;

use asl::Function;
use aws_sdk_dynamodb::types::AttributeValue;
use contracts::sign_up::SignUp;
use contracts::values::UserId;
use kit::Handler;
use kit::api::called_by;
use kit::aws::dynamodb::Item;
use serde_json::{Value, json};
use simulator::virtual_time::{Handle, VirtualClock, VirtualTime};
use simulator::{
    Description, EpochMillis, ExecutionArn, HistoryEvent, Machine, StateMachines, WorkflowType, timeline,
};

mod clients;
mod outside;
mod ports;
mod store;
mod tasks;

pub(crate) use clients::unconnected;
use clients::{Clients, functions};
use outside::{Endpoint, Outbox};
use ports::{Crash, TestClock};
use store::Store;
pub(crate) use tasks::Fault;
use tasks::{Script, Tasks};

use crate::openapi::OpenApi;

/// The definition that is deployed.
const DEFINITION: &str = include_str!("../../infra/statemachines/sign-up.asl.json");

/// The start time of every world: nothing may depend on the day.
const START: &str = "2026-01-01T12:00:00Z";

pub(crate) struct World {
    pub(crate) mails: Outbox,
    pub(crate) endpoint: Endpoint,
    pub(crate) script: Script,
    pub(crate) crash: Crash,
    functions: Vec<Handler>,
    time: VirtualTime<Tasks>,
    store: Store,
}

/// An answer to a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) headers: Value,
    pub(crate) body: Value,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(Store::start().await)
    }

    /// A world whose store does not answer.
    pub(crate) async fn without_a_store() -> Self {
        Self::on(Store::unreachable().await)
    }

    fn on(store: Store) -> Self {
        let start: asl::Timestamp = START.parse().unwrap();
        let clock = VirtualClock::new(EpochMillis::new(start.epoch_millis()));
        let handle = Handle::new(machines(), clock.clone());
        let (mails, endpoint, script) = (Outbox::default(), Endpoint::default(), Script::default());
        let crash = Crash::default();
        let clients = Clients {
            aws: store.aws(),
            executions: handle.clone(),
            clock: TestClock(clock),
            mails: mails.clone(),
            endpoint: endpoint.clone(),
            crash: crash.clone(),
        };
        let functions = functions(&clients).unwrap();
        let time = VirtualTime::of(handle, Tasks::new(&functions, script.clone()));
        Self {
            mails,
            endpoint,
            script,
            crash,
            functions,
            time,
            store,
        }
    }

    /// Signs up, and runs everything that takes no time.
    pub(crate) async fn sign_up(&mut self, email: &str) -> UserId {
        let answer = self
            .post(
                "/users",
                &json!({"email": email, "name": "Ada", "campaign": "spring"}),
            )
            .await;
        assert_eq!(answer.status, 202, "{answer:?}");
        self.time.run_until_idle().await;
        answer.body["id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(
            "POST",
            path,
            &[("content-type", "application/json")],
            &body.to_string(),
        )
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "").await
    }

    /// Sends a request to the API.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers: Value = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "headers": headers,
            "body": body,
            "isBase64Encoded": false,
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        });
        self.hand(method, path, event).await
    }

    /// Invokes the function of the route. Its answer must be described in the OpenAPI document.
    pub(crate) async fn hand(&self, method: &str, path: &str, event: Value) -> Answer {
        let (function, _) = called_by(&self.functions, method, path).unwrap();
        let answer = match function.invoke(event.clone()).await {
            Ok(answer) => answer,
            // API Gateway's answer for a failed invocation.
            Err(failure) => {
                return Answer {
                    status: 500,
                    headers: json!({}),
                    body: json!(failure.name),
                };
            }
        };
        let body = answer["body"].as_str().unwrap();
        let answer = Answer {
            status: answer["statusCode"].as_u64().unwrap(),
            headers: answer["headers"].clone(),
            // A body that is not JSON is a page.
            body: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        };
        OpenApi::published().assert_describes(method, path, &event, &answer);
        answer
    }

    /// Follows a mailed link as its page does, and runs everything that takes no time.
    pub(crate) async fn confirm(&mut self, link_token: &str) -> Answer {
        let answer = self.post("/verifications", &json!({"token": link_token})).await;
        self.time.run_until_idle().await;
        answer
    }

    /// The public view of the user.
    pub(crate) async fn public(&self, user: &UserId) -> Value {
        let answer = self.get(&format!("/users/{user}")).await;
        assert_eq!(answer.status, 200);
        answer.body
    }

    pub(crate) async fn public_status(&self, user: &UserId) -> String {
        self.public(user).await["status"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn advance(&mut self, time: Duration) {
        self.time.advance_by(time).await;
    }

    pub(crate) fn execution(&self, user: &UserId) -> Description {
        self.time.handle().describe(&self.arn(user)).unwrap()
    }

    pub(crate) fn history(&self, user: &UserId) -> Vec<HistoryEvent> {
        self.time.handle().history(&self.arn(user)).unwrap()
    }

    pub(crate) fn timeline(&self, user: &UserId) -> String {
        timeline::render(&self.history(user))
    }

    /// How many sign-ups were ever started.
    pub(crate) fn executions(&self) -> usize {
        self.time.handle().list(None).len()
    }

    fn arn(&self, user: &UserId) -> ExecutionArn {
        let all = self.time.handle().list(None);
        all.into_iter()
            .find(|execution| execution.name == user.as_str())
            .unwrap()
            .arn
    }

    /// The item of this key.
    pub(crate) async fn item(&self, key: String) -> Option<Item> {
        self.store.item(key).await
    }

    /// One string attribute of the item of this key.
    pub(crate) async fn attribute(&self, key: String, name: &str) -> Option<String> {
        match self.item(key).await?.get(name)? {
            AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
            other => Some(format!("{other:?}")),
        }
    }

    /// Everything in the table.
    pub(crate) async fn items(&self) -> Vec<Item> {
        self.store.items().await
    }
}

fn machines() -> StateMachines {
    let functions = ["StoreUserData", "ValidateEmail", "SetUserStatus", "NotifyWebhook"];
    let arns = functions
        .map(|name| (format!("{name}FunctionArn"), name.to_owned()))
        .into();
    let mut machines = StateMachines::new(7);
    machines.register(
        SignUp::NAME,
        WorkflowType::Standard,
        Machine::from_template(DEFINITION, &arns).unwrap(),
    );
    machines
}
