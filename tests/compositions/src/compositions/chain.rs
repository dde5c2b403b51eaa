//! The chain: each function does its work and calls the next.
//!
//! `CreateUser` answers early: it leaves an event to Lambda, which runs `StoreUserData` again if it or what it calls fails.
//! From there on a function waits for the next, so that a failure comes back to where it is tried again; or, in the other
//! variant, it leaves an event too.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::{Composition, NOTIFY_WEBHOOK, SET_USER_STATUS, STORE_USER_DATA, VALIDATE_EMAIL};
use crate::payloads::{self, Accepted, Stored, json, read};
use crate::platform::{Output, Platform, RunningFunction};

pub(super) struct Chain {
    /// Whether a function waits for the next one.
    waits: bool,
}

impl Chain {
    pub(super) const BY_CALLS: Self = Self { waits: true };
    pub(super) const BY_EVENTS: Self = Self { waits: false };

    async fn pass_on(&self, running: &impl RunningFunction, next: &'static str, event: Value) -> Output {
        if self.waits {
            return running.call_persistently(next, event).await;
        }
        running.leave_event(next, event).await?;
        Ok(json!(null))
    }

    async fn store_user_data(&self, running: &impl RunningFunction, event: Value) -> Output {
        let accepted: Accepted = read(event)?;
        let storage = running.own_handler(payloads::store_user_data(&accepted)).await?;
        let storage = read(storage)?;
        let stored = Stored { accepted, storage };
        self.pass_on(running, VALIDATE_EMAIL, json(&stored)).await
    }

    async fn validate_email(&self, running: &impl RunningFunction, event: Value) -> Output {
        let stored: Stored = read(event)?;
        let mail = payloads::validate_email(&stored, running.platform().timestamp());
        running.own_handler(mail).await?;
        if stored.is_new() {
            // Its failure is not this function's: the mail would be sent again.
            let _ = self.pass_on(running, NOTIFY_WEBHOOK, json(&stored)).await;
        }
        Ok(json!(null))
    }
}

impl<R: RunningFunction> Composition<R> for Chain {
    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output> {
        match running.name() {
            STORE_USER_DATA => self.store_user_data(running, event).boxed_local(),
            VALIDATE_EMAIL => self.validate_email(running, event).boxed_local(),
            NOTIFY_WEBHOOK => async move {
                let stored: Stored = read(event)?;
                running.own_handler(payloads::notify_webhook(&stored)).await
            }
            .boxed_local(),
            _ => running.own_handler(event).boxed_local(),
        }
    }

    fn hand_over<'a>(&'a self, by: &'a R, request: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async move {
            match request {
                WorkflowRequest::Start(user) => {
                    let at = by.platform().timestamp();
                    by.leave_event(STORE_USER_DATA, json(&Accepted { user, at }))
                        .await?;
                    Ok(json!(null))
                }
                WorkflowRequest::Complete(token, confirmed) => {
                    let verified = payloads::verified(&token, &confirmed)?;
                    self.pass_on(by, SET_USER_STATUS, verified).await
                }
            }
        }
        .boxed_local()
    }
}
