//! The flat coordinator: a function calls the others, at the same time where it can, and waits for each.
//!
//! It stands in front of `CreateUser`, so that the person's answer tells that the data is stored and the mail is sent. It
//! cannot wait a day for the person: `ConfirmContact` calls it a second time.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use futures::join;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{CREATE_USER, Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::payloads::{self, Accepted, Stored, json, read};
use crate::platform::{Output, Platform, RunningFunction, status};

pub(super) const COORDINATOR: &str = "Coordinator";

pub(super) struct Coordinator;

impl<R: RunningFunction> Composition<R> for Coordinator {
    fn sign_up<'a>(&'a self, platform: &'a R::Platform, event: Value) -> LocalBoxFuture<'a, Output> {
        platform.request(COORDINATOR, event).boxed_local()
    }

    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output> {
        match running.name() {
            COORDINATOR => coordinate(running, event).boxed_local(),
            CREATE_USER => create_user(running, event).boxed_local(),
            _ => running.own_handler(event).boxed_local(),
        }
    }

    fn hand_over<'a>(&'a self, by: &'a R, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        match request {
            WorkflowRequest::Start(_) => {
                by.left().replace(Some(request));
                async { Ok(json!(null)) }.boxed_local()
            }
            // Before the code is spent, so that the person can enter it again if this fails.
            WorkflowRequest::Complete(token, confirmed) => async move {
                let verified = payloads::verified(&token, &confirmed)?;
                by.call_persistently(COORDINATOR, json!({"verified": verified}))
                    .await
            }
            .boxed_local(),
        }
    }
}

/// Returns what `CreateUser` would start to the coordinator, which goes on with it.
async fn create_user(running: &impl RunningFunction, event: Value) -> Output {
    let response = running.own_handler(event).await?;
    let user = match running.left().take() {
        Some(WorkflowRequest::Start(user)) => Some(user),
        _ => None,
    };
    Ok(json!({"response": response, "user": user}))
}

async fn coordinate(running: &impl RunningFunction, event: Value) -> Output {
    if let Some(verified) = event.get("verified") {
        return running.call_persistently(SET_USER_STATUS, verified.clone()).await;
    }
    let at = running.platform().timestamp();
    let created = running.call_persistently(CREATE_USER, event).await?;
    let response = created.get("response").cloned().unwrap_or_default();
    if status(&Ok(response.clone())) != 202 {
        return Ok(response);
    }
    let user = read(created.get("user").cloned().unwrap_or_default())?;
    let accepted = Accepted { user, at };
    let storage = running.call_persistently(STORE_USER_DATA, payloads::store_user_data(&accepted));
    let storage = read(storage.await?)?;
    let stored = Stored { accepted, storage };
    let mail = payloads::validate_email(&stored, running.platform().timestamp());
    let (mailed, _) = join!(
        running.call_persistently(VALIDATE_EMAIL, mail),
        // What the endpoint does not accept is kept by the function, and does not concern the person.
        notify(running, &stored),
    );
    mailed?;
    Ok(json(&response))
}

async fn notify(running: &impl RunningFunction, stored: &Stored) -> Output {
    if !stored.is_new() {
        return Ok(json!(null));
    }
    let event = payloads::notify_webhook(stored);
    running.call_persistently(NOTIFY_WEBHOOK, event).await
}
