//! The client composes: code on the person's device calls each function, and calls it again if it fails.
//!
//! The device waits, which nobody is billed for. It must be trusted: whoever may call `SetUserStatus` can verify any address.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{CONFIRM_CONTACT, CREATE_USER};
use super::{Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::clock::{Micros, SECOND};
use crate::payloads::{self, Accepted, Stored, read};
use crate::platform::{Output, Platform, RunningFunction, is_transient, status};

/// The pauses before a function is called again.
const PAUSES: [Micros; 4] = [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND];

pub(super) struct Client;

impl<R: RunningFunction> Composition<R> for Client {
    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output> {
        run(running, event).boxed_local()
    }

    /// The functions start nothing: they return to the client what it needs to go on.
    fn hand_over<'a>(&'a self, by: &'a R, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        by.left().replace(Some(request));
        async { Ok(json!(null)) }.boxed_local()
    }

    fn sign_up<'a>(&'a self, platform: &'a R::Platform, event: Value) -> LocalBoxFuture<'a, Output> {
        sign_up(platform, event).boxed_local()
    }

    fn confirm<'a>(&'a self, platform: &'a R::Platform, event: Value) -> LocalBoxFuture<'a, Output> {
        confirm(platform, event).boxed_local()
    }
}

/// A function with what it would have started or completed, in a response that the client understands.
async fn run(running: &impl RunningFunction, event: Value) -> Output {
    let mut response = running.own_handler(event).await?;
    let next = match running.left().take() {
        Some(WorkflowRequest::Start(user)) => payloads::json(&user),
        Some(WorkflowRequest::Complete(token, confirmed)) => payloads::verified(&token, &confirmed)?,
        None => return Ok(response),
    };
    if let Some(response) = response.as_object_mut() {
        response.insert("next".to_owned(), next);
    }
    Ok(response)
}

async fn sign_up(platform: &impl Platform, event: Value) -> Output {
    let at = platform.timestamp();
    let response = platform.request(CREATE_USER, event).await?;
    if status(&Ok(response.clone())) != 202 {
        return Ok(response);
    }
    let user = read(response.get("next").cloned().unwrap_or_default())?;
    let accepted = Accepted { user, at };
    let storage = call(platform, STORE_USER_DATA, payloads::store_user_data(&accepted)).await?;
    let storage = read(storage)?;
    let stored = Stored { accepted, storage };
    if stored.is_new() {
        // The page shows the answer when the mail is sent, and finishes this meanwhile.
        let (platform, event) = (platform.clone(), payloads::notify_webhook(&stored));
        platform.clone().spawn(async move {
            let _ = call(&platform, NOTIFY_WEBHOOK, event).await;
        });
    }
    let mail = payloads::validate_email(&stored, platform.timestamp());
    call(platform, VALIDATE_EMAIL, mail).await?;
    Ok(response)
}

async fn confirm(platform: &impl Platform, event: Value) -> Output {
    let response = platform.request(CONFIRM_CONTACT, event).await?;
    if let Some(verified) = response.get("next") {
        call(platform, SET_USER_STATUS, verified.clone()).await?;
    }
    Ok(response)
}

async fn call(platform: &impl Platform, name: &'static str, event: Value) -> Output {
    for pause in PAUSES {
        match platform.call_from_client(name, event.clone()).await {
            Err(failure) if is_transient(&failure.name) => platform.sleep(pause).await,
            result => return result,
        }
    }
    platform.call_from_client(name, event).await
}
