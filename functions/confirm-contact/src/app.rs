//! The use case, generic over its ports.

use contracts::table::UserStatus;
use contracts::values::{ConfirmationCode, EmailConfirmed, HashKey, LinkToken, TaskToken, Timestamp, UserId};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use serde::Serialize;

use crate::page;
use crate::ports::{
    CompleteTask, Completion, FindLink, MarkSpent, Proof, ReadStatus, StartConfirming, StoreFault, TakeTry,
    TaskFault,
};
use crate::request::ConfirmRequest;

/// Confirms an address by a code or a link of a mail.
#[derive(Debug)]
pub struct App<V, T, C> {
    verifications: V,
    tasks: T,
    code_key: HashKey,
    clock: C,
}

impl<V, T, C> App<V, T, C> {
    pub fn new(verifications: V, tasks: T, code_key: HashKey, clock: C) -> Self {
        Self {
            verifications,
            tasks,
            code_key,
            clock,
        }
    }
}

#[derive(Serialize)]
struct Accepted {
    status: &'static str,
}

impl<V, T, C> ApiFunction for App<V, T, C>
where
    V: FindLink + TakeTry + StartConfirming + MarkSpent + ReadStatus,
    T: CompleteTask,
    C: Clock,
{
    const ROUTE: Route = Route::new("POST", "/verifications");

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let now = self.clock.now();
        let (user, proof) = match ConfirmRequest::read(&request)? {
            ConfirmRequest::Code(code) => (self.user_of_code(code).await?, Proof::Code),
            ConfirmRequest::Link(token) => (self.user_of_link(token).await?, Proof::Link),
        };
        let started = self.verifications.start(&user, proof, now).await;
        let task = started
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(gone)?;
        self.complete(&user, &task, now).await?;

        // The task is complete. If marking the verification as spent fails, the next click or the TTL does it.
        if let Err(fault) = self.verifications.mark(&user).await {
            tracing::warn!(%user, error = kit::chain(&fault), "the verification was not marked as spent");
        }
        Ok(Response::json(
            StatusCode::ACCEPTED,
            &Accepted { status: "accepted" },
        ))
    }

    fn page(&self) -> Option<Response> {
        Some(page::show())
    }
}

impl<V: FindLink + TakeTry, T, C> App<V, T, C> {
    async fn user_of_link(&self, token: Option<LinkToken>) -> Result<UserId, Problem> {
        let token = token.ok_or_else(gone)?;
        let found = self.verifications.user_of(&token.hash()).await;
        let found = found.map_err(|fault| {
            tracing::warn!(
                error = kit::chain(&fault),
                "DynamoDB failed while the link was read"
            );
            try_again()
        })?;
        found.ok_or_else(gone)
    }

    /// The user, if the code is one of its sign-up's.
    async fn user_of_code(&self, given: Option<(UserId, ConfirmationCode)>) -> Result<UserId, Problem> {
        let (user, code) = given.ok_or_else(wrong_code)?;
        let taken = self.verifications.take_try(&user).await;
        let codes = taken
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(wrong_code)?;
        if code.hash(&self.code_key, &user).is_one_of(&codes) {
            Ok(user)
        } else {
            Err(wrong_code())
        }
    }
}

impl<V: ReadStatus, T: CompleteTask, C> App<V, T, C> {
    /// Completes the task, unless an earlier request did.
    async fn complete(&self, user: &UserId, task: &TaskToken, now: Timestamp) -> Result<(), Problem> {
        let output = EmailConfirmed { confirmed_at: now };
        match self.tasks.complete(task, &output).await {
            Ok(Completion::Completed) => Ok(()),
            Ok(Completion::NotWaiting) => self.when_not_waiting(user).await,
            Err(fault @ TaskFault::Unavailable { .. }) => {
                tracing::warn!(%user, error = kit::chain(&fault), "SendTaskSuccess failed; the client may retry");
                Err(try_again())
            }
            Err(fault @ TaskFault::Rejected { .. }) => {
                tracing::error!(%user, error = kit::chain(&fault), "SendTaskSuccess was rejected permanently");
                Err(Problem::internal())
            }
        }
    }

    /// The response if no task waits for the token, by the status of the sign-up.
    async fn when_not_waiting(&self, user: &UserId) -> Result<(), Problem> {
        let status = self.verifications.status(user).await;
        match status.map_err(|fault| unavailable(user, &fault))? {
            // An earlier request completed the task, and crashed before it marked the link.
            Some(UserStatus::Verified) => Ok(()),
            Some(UserStatus::Superseded | UserStatus::Expired | UserStatus::Failed) | None => Err(gone()),
            // The task is between two attempts, or the final status is not stored yet.
            Some(UserStatus::Pending | UserStatus::AwaitingVerification) => {
                tracing::warn!(%user, "no task waits for the token, and the sign-up has not ended");
                Err(try_again())
            }
        }
    }
}

fn unavailable(user: &UserId, fault: &StoreFault) -> Problem {
    tracing::warn!(%user, error = kit::chain(fault), "DynamoDB failed while the verification was read or updated");
    try_again()
}

/// The same response for all invalid tokens, and for right codes of sign-ups that are confirmed or over: the reason would reveal the state of a sign-up.
fn gone() -> Problem {
    Problem::gone("this link or code is not valid, or no longer valid")
}

/// The same response for all codes that do not work: the reason would reveal the state of a sign-up, or how near a guess is.
fn wrong_code() -> Problem {
    Problem::unacceptable_field(
        "code",
        "is not the code of this sign-up, or no code of it works any more",
    )
}

fn try_again() -> Problem {
    Problem::try_again("the address cannot be confirmed right now; the same request can be sent again")
}
