//! Codes and tokens: no body confirms a sign-up but one with its code or its token.

use serde_json::{Value, json};
use simulation::{FunctionId, World};

use crate::functions::{invoke, status};

/// What is answered to a body that confirms nothing.
const REFUSALS: [u64; 5] = [400, 410, 413, 415, 422];

pub(crate) fn target(data: &[u8]) {
    let body = String::from_utf8_lossy(data);
    for path in ["/verifications", "/verifications/preview"] {
        let world = World::without_step_functions(0);
        let response = invoke(&world, FunctionId::ConfirmContact, event(path, &body));
        let status = status(&response.expect("the function answers every request"));
        assert!(REFUSALS.contains(&status), "{path}: {status}");
        assert!(world.take_request().is_none(), "a task was completed");
    }
}

/// The request with this body, as API Gateway gives it to a function.
pub(crate) fn event(path: &str, body: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": format!("POST {path}"),
        "rawPath": path,
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"},
            "requestId": "request",
        },
        "body": body,
        "isBase64Encoded": false,
    })
}
