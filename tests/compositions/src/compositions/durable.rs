//! AWS Lambda durable functions, modelled: a function that is suspended, and not billed, while it waits.
//!
//! The functions are real; the durable execution service is a model from published figures. Each operation is a checkpoint;
//! what ends an operation runs the function again, which replays what it has done.

use contracts::sign_up::CONFIRMATION_WINDOW;
use futures::FutureExt;
use futures::future::{Either, LocalBoxFuture, select};
use futures::join;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::clock::{MINUTE, Micros, SECOND};
use crate::cloud::{Cloud, Running};
use crate::ledger::Node;
use crate::parameters::{Item, Latency};
use crate::payloads::{self, Accepted, Stored, is_confirmed, read};
use crate::platform::{Output, Platform, RunningFunction, is_transient};

const SIGN_UP: &str = "SignUp";

/// As often, and for as long, as the state machine tries again.
const RETRIES: u64 = 60;
const LONGEST_PAUSE: Micros = 5 * MINUTE;

pub(super) struct Durable;

impl Composition<Running> for Durable {
    fn run<'a>(&'a self, running: &'a Running, event: Value) -> LocalBoxFuture<'a, Output> {
        running.own_handler(event).boxed_local()
    }

    fn hand_over<'a>(&'a self, by: &'a Running, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async move {
            by.wait_for_service().await;
            let cloud = by.platform().clone();
            match request {
                WorkflowRequest::Start(user) => {
                    let known = (Node::Function(by.name()), Node::Function(SIGN_UP));
                    // The execution is named after the user: one that exists is not started again.
                    if cloud.ledger().names.insert(known) {
                        let at = cloud.timestamp();
                        cloud.clone().spawn(sign_up(cloud, Accepted { user, at }));
                    }
                }
                WorkflowRequest::Complete(token, confirmed) => {
                    cloud.complete_callback(payloads::verified(&token, &confirmed)?);
                }
            }
            Ok(json!(null))
        }
        .boxed_local()
    }
}

/// The durable function. A failure ends the execution, which an operator sees.
async fn sign_up(cloud: Cloud, accepted: Accepted) {
    cloud.take(Latency::InvokeEvent).await;
    if run(&cloud, accepted).await.is_err() {
        cloud.ledger().dead_letters += 1;
    }
}

async fn run(cloud: &Cloud, accepted: Accepted) -> Output {
    let first = Running::begin(cloud, SIGN_UP);
    let storage = invoke(first, STORE_USER_DATA, || payloads::store_user_data(&accepted)).await?;
    let storage = read(storage)?;
    let stored = Stored { accepted, storage };
    let (confirmed, _) = join!(confirm(cloud, &stored), notify(cloud, &stored));
    resume(cloud).await.end();
    confirmed
}

async fn confirm(cloud: &Cloud, stored: &Stored) -> Output {
    let running = resume(cloud).await;
    operation(&running).await;
    let confirmed = cloud.callback();
    let mailed = invoke(running, VALIDATE_EMAIL, || {
        payloads::validate_email(stored, cloud.timestamp())
    });
    if let Err(failure) = mailed.await
        && !is_confirmed(&failure.name)
    {
        return Err(failure);
    }
    resume(cloud).await.end();
    let window = CONFIRMATION_WINDOW.as_secs() * SECOND;
    let status = match select(confirmed, cloud.sleep(window).boxed_local()).await {
        Either::Left((verified, _)) => verified.unwrap_or_default(),
        Either::Right(_) => json!({"userId": stored.accepted.user.user_id, "status": "expired"}),
    };
    invoke(resume(cloud).await, SET_USER_STATUS, || status.clone()).await
}

async fn notify(cloud: &Cloud, stored: &Stored) -> Output {
    if !stored.is_new() {
        return Ok(json!(null));
    }
    let running = resume(cloud).await;
    invoke(running, NOTIFY_WEBHOOK, || payloads::notify_webhook(stored)).await
}

/// Invokes a function as an operation, again if the failure may pass. The durable function is suspended meanwhile.
async fn invoke(mut running: Running, name: &'static str, input: impl Fn() -> Value) -> Output {
    let cloud = running.platform().clone();
    let mut attempt = 0;
    loop {
        operation(&running).await;
        running.end();
        match cloud.invoke(Node::Function(SIGN_UP), name, input()).await {
            Err(failure) if is_transient(&failure.name) && attempt < RETRIES => {
                cloud.sleep(pause(attempt)).await;
            }
            result => return result,
        }
        attempt += 1;
        running = resume(&cloud).await;
    }
}

fn pause(attempt: u64) -> Micros {
    let doubled = u32::try_from(attempt)
        .ok()
        .and_then(|attempt| 1_u64.checked_shl(attempt));
    doubled
        .unwrap_or(u64::MAX)
        .saturating_mul(SECOND)
        .min(LONGEST_PAUSE)
}

/// The function is invoked again, and replays what it has done.
async fn resume(cloud: &Cloud) -> Running {
    cloud.take(Latency::Invoke).await;
    let running = Running::begin(cloud, SIGN_UP);
    cloud.take(Latency::DurableReplay).await;
    running
}

/// Records that an operation begins.
async fn operation(running: &Running) {
    running.platform().take(Latency::DurableOperation).await;
    running.count(Item::DurableOperation);
}
