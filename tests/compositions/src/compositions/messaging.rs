//! Asynchronous messaging: each function consumes a queue and publishes what it did.
//!
//! Behind each queue are retries and a dead-letter queue. The topic has two subscribers, which run at the same time.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::clock::SECOND;
use crate::cloud::{Output, Queue, Running};
use crate::payloads::{self, Accepted, Stored, is_confirmed, json, read};

/// Six times the timeout of the function, as AWS recommends.
///
/// Source: [Creating and configuring an Amazon SQS event source
/// mapping](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
static SIGN_UPS: Queue = Queue {
    name: "sign-ups",
    consumer: STORE_USER_DATA,
    visibility_timeout: 60 * SECOND,
};
static MAILS: Queue = Queue {
    name: "mails",
    consumer: VALIDATE_EMAIL,
    visibility_timeout: 120 * SECOND,
};
static WEBHOOKS: Queue = Queue {
    name: "webhooks",
    consumer: NOTIFY_WEBHOOK,
    visibility_timeout: 150 * SECOND,
};
static CONFIRMATIONS: Queue = Queue {
    name: "confirmations",
    consumer: SET_USER_STATUS,
    visibility_timeout: 60 * SECOND,
};

/// The topic with `MAILS` and `WEBHOOKS` as subscribers.
const STORED: &str = "stored";

pub(super) struct Messaging;

impl Composition for Messaging {
    fn title(&self) -> &'static str {
        "messaging"
    }

    fn source(&self) -> &'static str {
        include_str!("messaging.rs")
    }

    fn run<'a>(&'a self, running: &'a Running, event: Value) -> LocalBoxFuture<'a, Output> {
        run(running, event).boxed_local()
    }

    fn hand_over<'a>(&'a self, by: &'a Running, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async move {
            match request {
                WorkflowRequest::Start(user) => {
                    let at = by.cloud().timestamp();
                    by.send(&SIGN_UPS, json(&Accepted { user, at })).await;
                }
                WorkflowRequest::Complete(token, confirmed) => {
                    by.send(&CONFIRMATIONS, payloads::verified(&token, &confirmed)?)
                        .await;
                }
            }
            Ok(json!(null))
        }
        .boxed_local()
    }
}

/// A consumer makes its input of the message, and publishes its result.
async fn run(running: &Running, mut event: Value) -> Output {
    let Some(message) = event.get_mut("message").map(Value::take) else {
        return running.own_handler(event).await;
    };
    match running.name() {
        STORE_USER_DATA => {
            let accepted: Accepted = read(message)?;
            let storage = running.own_handler(payloads::store_user_data(&accepted)).await?;
            let storage = read(storage)?;
            let stored = Stored { accepted, storage };
            running.publish(STORED, [&MAILS, &WEBHOOKS], json(&stored)).await;
            Ok(json!(null))
        }
        VALIDATE_EMAIL => {
            let stored = read(message)?;
            let mail = payloads::validate_email(&stored, running.cloud().timestamp());
            match running.own_handler(mail).await {
                // An earlier mail was sent, although its message came back.
                Err(failure) if is_confirmed(&failure.name) => Ok(json!(null)),
                result => result,
            }
        }
        NOTIFY_WEBHOOK => {
            let stored: Stored = read(message)?;
            if !stored.is_new() {
                return Ok(json!(null));
            }
            running.own_handler(payloads::notify_webhook(&stored)).await
        }
        _ => running.own_handler(message).await,
    }
}
