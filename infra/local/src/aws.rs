//! Emulated AWS services for the AWS SDK's own clients: those of this process call them [directly](in_process), others on loopback.
//!
//! [DynamoDB](dynamodb) is an embedded engine with a server of its own. Another server has Step Functions, SES, SNS and Secrets
//! Manager, as far as the functions call them.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::post;
use simulator::wall_clock::WallClock;

use crate::host::{self, Hosts};
use crate::mail_events::MailEvents;
use crate::outbox::Outbox;
use crate::secrets::WebhookSecret;
use crate::start_secrets::AccessKey;

pub(crate) mod client;
pub(crate) mod dynamodb;
pub(crate) mod in_process;
mod protocol;
pub(crate) mod secrets_manager;
mod ses;
mod signature;
mod sns;
pub(crate) mod step_functions;

use protocol::ApiError;
use signature::Verifier;

pub(crate) const REGION: &str = "us-east-1";

pub(crate) const ACCOUNT: &str = "123456789012";

/// The maximum request body, in bytes: an execution's input of 256 KiB as an escaped JSON string.
const MAX_BODY: usize = 2 * 1024 * 1024;

#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub(crate) executions: WallClock,
    pub(crate) outbox: Outbox,
    pub(crate) mail_events: MailEvents,
    pub(crate) webhook_secret: WebhookSecret,
}

/// Step Functions, SES, SNS and Secrets Manager, for clients in this process.
pub(crate) fn router(services: Services) -> Router {
    Router::new()
        .route("/", post(aws_json))
        .route("/v2/email/outbound-emails", post(ses::send_email))
        .with_state(services)
}

/// The same services, for clients from outside.
pub(crate) fn protected_router(services: Router, key: &AccessKey, hosts: Hosts) -> Router {
    protected(services, key, MAX_BODY, hosts)
}

/// Adds the checks of requests that all servers of AWS APIs share.
fn protected(router: Router, key: &AccessKey, max_body: usize, hosts: Hosts) -> Router {
    let verifier = Verifier::new(key, max_body);
    router
        // The verifier limits the body.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(verifier, signature::verify))
        .layer(middleware::from_fn(host::reject_web_pages))
        .layer(middleware::from_fn_with_state(hosts, host::check))
}

/// The service and the operation of a request in the AWS JSON protocol.
fn target(headers: &HeaderMap) -> Option<(&str, &str)> {
    headers.get("x-amz-target")?.to_str().ok()?.split_once('.')
}

async fn aws_json(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    // SNS has the query protocol, where the operation is in the body.
    if headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
    {
        return Ok(sns::respond(&services, &body));
    }
    match target(&headers) {
        Some(("AWSStepFunctions", operation)) => step_functions::respond(&services, operation, &body),
        Some(("secretsmanager", operation)) => secrets_manager::respond(&services, operation, &body),
        _ => Err(ApiError::unknown_operation()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use simulator::{Machine, StateMachines, WorkflowType};

    use super::*;
    use crate::aws::step_functions::MACHINE;
    use crate::functions::Functions;
    use crate::journal::JournalFile;

    /// Services in memory, with a machine that sleeps.
    pub(super) fn services() -> Services {
        let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "Sleep", "States": {
            "Sleep": {"Type": "Wait", "Seconds": 9, "End": true}}}"#;
        let machine = Machine::from_template(definition, &BTreeMap::new()).unwrap();
        let mut machines = StateMachines::new(0);
        machines.register(MACHINE, WorkflowType::Standard, machine);
        Services {
            executions: WallClock::new(machines),
            outbox: Outbox::open(JournalFile::in_memory()).unwrap(),
            mail_events: MailEvents::new(Functions(Vec::new().into())),
            webhook_secret: WebhookSecret::new("whsec_").unwrap(),
        }
    }
}
