//! The whole sign-up for one test: all real handlers on the real DynamoDB adapters, the emitted definition, and virtual
//! time. Only external systems are simulated: the mail service, the webhook's endpoint, and faults.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use asl::Function;
use asl::document::StateMachine;
use aws_sdk_dynamodb::types::AttributeValue;
use contracts::redeliver_webhook::RedeliverWebhook;
use contracts::sign_up::SignUp;
use contracts::table::{PK, address_key, reference};
use contracts::values::{EmailAddress, UserId};
use kit::Handler;
use kit::api::find_route;
use kit::aws::dynamodb::{Item, string};
use serde_json::{Value, json};
use simulator::virtual_time::{Handle, VirtualClock, VirtualTime};
use simulator::{
    Description, EpochMillis, ExecutionArn, HistoryEvent, Machine, StateMachines, WorkflowType, timeline,
};

mod calls;
mod clients;
mod external;
mod ports;
mod store;
mod tasks;

use calls::Calls;
pub(crate) use clients::{CONFIRMATIONS_PER_SOURCE, SIGN_UPS_PER_MAILBOX, handlers_without_clients};
use clients::{Clients, functions};
pub(crate) use external::TextFailure;
use external::{Endpoint, Outbox, Phones};
use ports::{Crash, TestClock};
use store::Store;
pub(crate) use tasks::InjectedFault;
use tasks::{InjectedFaults, Tasks};

use crate::openapi::OpenApi;

/// The definition that is deployed.
const DEFINITION: &str = include_str!("../../infra/statemachines/sign-up.asl.json");

/// The definition with which phones are confirmed as well.
const WITH_PHONES: &str = include_str!("../../infra/statemachines/sign-up-contacts.asl.json");
const REDELIVERY: &str = include_str!("../../infra/statemachines/redeliver-webhook.asl.json");

/// The start time of every world: nothing may depend on the day.
const START: &str = "2026-01-01T12:00:00Z";

pub(crate) struct World {
    pub(crate) mails: Outbox,
    pub(crate) phones: Phones,
    pub(crate) endpoint: Endpoint,
    pub(crate) faults: InjectedFaults,
    pub(crate) crash: Crash,
    /// The calls of DynamoDB.
    pub(crate) calls: Calls,
    functions: Vec<Handler>,
    time: VirtualTime<Tasks>,
    store: Store,
}

/// A response to a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiResponse {
    pub(crate) status: u64,
    pub(crate) headers: Value,
    pub(crate) body: Value,
}

impl ApiResponse {
    /// The response in a function's result.
    fn of(result: &Value) -> Self {
        let body = result["body"].as_str().unwrap();
        Self {
            status: result["statusCode"].as_u64().unwrap(),
            headers: result["headers"].clone(),
            // A body that is not JSON is a page.
            body: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let calls = Calls::default();
        Self::with_store(
            Store::start(&calls).await,
            calls,
            machines(DEFINITION),
            SignUp::NAME,
        )
    }

    /// A world in which phones are confirmed as well.
    pub(crate) async fn with_phones() -> Self {
        let calls = Calls::default();
        Self::with_store(
            Store::start(&calls).await,
            calls,
            machines(WITH_PHONES),
            SignUp::NAME,
        )
    }

    /// A world in which a sign-up starts this machine, which may run the sign-up's.
    pub(crate) async fn started_by(name: &str, machine: &StateMachine) -> Self {
        let calls = Calls::default();
        let arns = BTreeMap::from([("SignUpStateMachineArn".to_owned(), SignUp::NAME.to_owned())]);
        let machine = Machine::from_template(&machine.to_json().unwrap(), &arns).unwrap();
        let mut machines = machines(DEFINITION);
        machines.register(name, WorkflowType::Standard, machine);
        Self::with_store(Store::start(&calls).await, calls, machines, name)
    }

    /// A world whose DynamoDB is unreachable.
    pub(crate) async fn with_unreachable_dynamodb() -> Self {
        Self::with_store(
            Store::unreachable().await,
            Calls::default(),
            machines(DEFINITION),
            SignUp::NAME,
        )
    }

    fn with_store(store: Store, calls: Calls, machines: StateMachines, started: &str) -> Self {
        let start: asl::Timestamp = START.parse().unwrap();
        let clock = VirtualClock::new(EpochMillis::new(start.epoch_millis()));
        let handle = Handle::new(machines, clock.clone());
        let (mails, endpoint, faults) = (Outbox::default(), Endpoint::default(), InjectedFaults::default());
        let (phones, crash) = (Phones::default(), Crash::default());
        let clients = Clients {
            aws: store.aws(),
            executions: handle.clone(),
            started: started.to_owned(),
            clock: TestClock(clock),
            mails: mails.clone(),
            phones: phones.clone(),
            endpoint: endpoint.clone(),
            crash: crash.clone(),
        };
        let functions = functions(&clients).unwrap();
        let time = VirtualTime::of(handle, Tasks::new(&functions, faults.clone()));
        Self {
            mails,
            phones,
            endpoint,
            faults,
            crash,
            calls,
            functions,
            time,
            store,
        }
    }

    /// Signs up, and runs everything that takes no time.
    pub(crate) async fn sign_up(&mut self, email: &str) -> UserId {
        self.sign_up_as(&json!({"email": email, "name": "Ada", "campaign": "spring"}))
            .await
    }

    /// Signs up with these data, and runs everything that takes no time.
    pub(crate) async fn sign_up_as(&mut self, data: &Value) -> UserId {
        let response = self.post("/users", data).await;
        assert_eq!(response.status, 202, "{response:?}");
        self.time.run_until_idle().await;
        response.body["id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> ApiResponse {
        self.request(
            "POST",
            path,
            &[("content-type", "application/json")],
            &body.to_string(),
        )
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> ApiResponse {
        self.request("GET", path, &[], "").await
    }

    /// Sends a request to the API.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> ApiResponse {
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
        self.invoke_route(method, path, event).await
    }

    /// Sends a request from this source, and returns how long its function took.
    pub(crate) async fn time(
        &self,
        method: &str,
        path: &str,
        source: &str,
        body: &Value,
    ) -> (Duration, ApiResponse) {
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "headers": {"content-type": "application/json"},
            "body": if body.is_null() { String::new() } else { body.to_string() },
            "isBase64Encoded": false,
            "requestContext": {
                "stage": "$default",
                "http": {"method": method, "path": path, "sourceIp": source},
            },
        });
        let (function, _) = find_route(&self.functions, method, path).unwrap();
        let started = Instant::now();
        let response = function.invoke(event).await;
        let took = started.elapsed();
        (took, ApiResponse::of(&response.unwrap()))
    }

    /// Runs everything that takes no time.
    pub(crate) async fn run_until_idle(&mut self) {
        self.time.run_until_idle().await;
    }

    /// Invokes the function of the route. Its response must be described in the OpenAPI document.
    pub(crate) async fn invoke_route(&self, method: &str, path: &str, event: Value) -> ApiResponse {
        let (function, _) = find_route(&self.functions, method, path).unwrap();
        let response = match calls::of(function.name(), function.invoke(event.clone())).await {
            Ok(response) => response,
            // API Gateway's response to a failed invocation.
            Err(failure) => {
                return ApiResponse {
                    status: 500,
                    headers: json!({}),
                    body: json!(failure.name),
                };
            }
        };
        let response = ApiResponse::of(&response);
        OpenApi::published().assert_describes(method, path, &event, &response);
        response
    }

    /// Follows a mailed link as its page does, and runs everything that takes no time.
    pub(crate) async fn confirm(&mut self, link_token: &str) -> ApiResponse {
        let response = self.post("/verifications", &json!({"token": link_token})).await;
        self.time.run_until_idle().await;
        response
    }

    /// Enters a code where the sign-up began, and runs everything that takes no time.
    pub(crate) async fn enter(&mut self, user: &UserId, code: &str) -> ApiResponse {
        let response = self
            .post("/verifications", &json!({"userId": user, "code": code}))
            .await;
        self.time.run_until_idle().await;
        response
    }

    /// Asks for another mail, and runs everything that takes no time.
    pub(crate) async fn ask_for_mail(&mut self, user: &UserId) -> ApiResponse {
        let headers = [("content-type", "application/json")];
        let path = format!("/users/{user}/mails");
        let response = self.request("POST", &path, &headers, "").await;
        self.time.run_until_idle().await;
        response
    }

    /// The mail service reports what became of the newest mail, and everything runs that takes no time.
    pub(crate) async fn report_mail(&mut self, event: &str) {
        let sent = self.mails.all().pop().unwrap();
        let tags = json!({
            "mail-id": [sent.mail.id.to_text()],
            "recipient": [sent.mail.recipient],
            "ses:configuration-set": ["sign-up"],
        });
        let body = json!({"event": event, "tags": tags}).to_string();
        let batch = json!({"Records": [{"messageId": "1", "body": body}]});
        let function = self
            .functions
            .iter()
            .find(|found| found.name() == "RecordMailEvent");
        let function = function.unwrap();
        let handled = calls::of(function.name(), function.invoke(batch)).await.unwrap();
        assert_eq!(handled, json!({"batchItemFailures": []}));
        self.time.run_until_idle().await;
    }

    /// The public view of the user.
    pub(crate) async fn get_user(&self, user: &UserId) -> Value {
        let response = self.get(&format!("/users/{user}")).await;
        assert_eq!(response.status, 200);
        response.body
    }

    pub(crate) async fn public_status(&self, user: &UserId) -> String {
        self.get_user(user).await["status"].as_str().unwrap().to_owned()
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

    /// The executions of this machine, running and ended.
    pub(crate) fn executions_of(&self, machine: &str) -> Vec<Description> {
        self.time.handle().list(Some(machine))
    }

    /// The number of executions, running and ended.
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

    /// Lets another user have confirmed this address before.
    pub(crate) async fn give_to_another(&self, email: &EmailAddress) {
        let key = address_key(&email.hash());
        let item = [(PK, key), (reference::USER_ID, "0".repeat(32))];
        let item = item.map(|(name, value)| (name.to_owned(), string(value)));
        self.store.put(item.into()).await;
    }

    /// Everything in the table.
    pub(crate) async fn items(&self) -> Vec<Item> {
        self.store.items().await
    }
}

fn machines(definition: &str) -> StateMachines {
    let functions = [
        "StoreUserData",
        "ValidateEmail",
        "ValidateContacts",
        "SetUserStatus",
        "NotifyWebhook",
    ];
    let mut arns: BTreeMap<_, _> = functions
        .map(|name| (format!("{name}FunctionArn"), name.to_owned()))
        .into();
    // It is the same function, deployed a second time.
    arns.insert(
        "AttemptRedeliveryFunctionArn".to_owned(),
        "NotifyWebhook".to_owned(),
    );
    arns.insert(
        "RedeliverWebhookStateMachineArn".to_owned(),
        RedeliverWebhook::NAME.to_owned(),
    );
    let mut machines = StateMachines::new(7);
    for (name, definition) in [(SignUp::NAME, definition), (RedeliverWebhook::NAME, REDELIVERY)] {
        let machine = Machine::from_template(definition, &arns).unwrap();
        machines.register(name, WorkflowType::Standard, machine);
    }
    machines
}
