//! The HTTP API, and direct calls, from a person's device.

use serde_json::Value;

use super::{Cloud, Output};
use crate::ledger::Node;
use crate::parameters::{Item, Latency};

impl Cloud {
    /// A request to the HTTP API: a function answers it.
    pub(crate) async fn request(&self, name: &'static str, event: Value) -> Output {
        self.ledger().count(Item::ApiRequest, 1);
        self.invoke_from_outside(name, event).await
    }

    /// A function is invoked by code on the person's device.
    pub(crate) async fn call_from_client(&self, name: &'static str, event: Value) -> Output {
        self.ledger().names.insert((Node::Client, Node::Function(name)));
        self.invoke_from_outside(name, event).await
    }

    async fn invoke_from_outside(&self, name: &'static str, event: Value) -> Output {
        self.take(Latency::Network).await;
        self.take(Latency::InvokeFromOutside).await;
        self.execute(name, event).await
    }
}

/// The status of a function's response; 502 if it failed, as API Gateway answers then.
pub(crate) fn status(response: &Output) -> u64 {
    const BAD_GATEWAY: u64 = 502;

    let status = response
        .as_ref()
        .ok()
        .and_then(|response| response.get("statusCode"));
    status.and_then(Value::as_u64).unwrap_or(BAD_GATEWAY)
}
