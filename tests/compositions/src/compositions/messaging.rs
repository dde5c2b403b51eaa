//! Asynchronous messaging: each function consumes a queue and publishes what it did.
//!
//! Behind each queue are retries and a dead-letter queue. The topic has two subscribers, which run at the same time.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::clock::SECOND;
use crate::payloads::{self, Accepted, Stored, is_confirmed, json, read};
use crate::platform::{Output, Platform, Queue, RunningFunction, Topic};

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

static STORED: Topic = Topic {
    name: "stored",
    subscribers: &[&MAILS, &WEBHOOKS],
};

pub(super) static QUEUES: [&Queue; 4] = [&SIGN_UPS, &MAILS, &WEBHOOKS, &CONFIRMATIONS];
pub(super) static TOPICS: [&Topic; 1] = [&STORED];

pub(super) struct Messaging;

impl<R: RunningFunction> Composition<R> for Messaging {
    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output> {
        run(running, event).boxed_local()
    }

    fn hand_over<'a>(&'a self, by: &'a R, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async move {
            match request {
                WorkflowRequest::Start(user) => {
                    let at = by.platform().timestamp();
                    by.send(&SIGN_UPS, json(&Accepted { user, at })).await?;
                }
                WorkflowRequest::Complete(token, confirmed) => {
                    by.send(&CONFIRMATIONS, payloads::verified(&token, &confirmed)?)
                        .await?;
                }
            }
            Ok(json!(null))
        }
        .boxed_local()
    }
}

/// A consumer makes its input of the message, and publishes its result.
async fn run(running: &impl RunningFunction, mut event: Value) -> Output {
    let Some(message) = event.get_mut("message").map(Value::take) else {
        return running.own_handler(event).await;
    };
    match running.name() {
        STORE_USER_DATA => {
            let accepted: Accepted = read(message)?;
            let storage = running.own_handler(payloads::store_user_data(&accepted)).await?;
            let storage = read(storage)?;
            let stored = Stored { accepted, storage };
            running.publish(&STORED, json(&stored)).await?;
            Ok(json!(null))
        }
        VALIDATE_EMAIL => {
            let stored = read(message)?;
            let mail = payloads::validate_email(&stored, running.platform().timestamp());
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
