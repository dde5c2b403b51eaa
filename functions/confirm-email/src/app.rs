//! The use case, generic over its ports.

use contracts::table::UserStatus;
use contracts::values::{EmailConfirmed, LinkToken, TaskToken, Timestamp, UserId};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use serde::Serialize;

use crate::ports::{
    CompleteTask, Completion, FindLink, MarkSpent, ReadStatus, StartConfirming, StoreFault, TaskFault,
};

/// Confirms an address.
#[derive(Debug)]
pub struct App<V, T, C> {
    verifications: V,
    tasks: T,
    clock: C,
}

impl<V, T, C> App<V, T, C> {
    pub fn new(verifications: V, tasks: T, clock: C) -> Self {
        Self {
            verifications,
            tasks,
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
    V: FindLink + StartConfirming + MarkSpent + ReadStatus,
    T: CompleteTask,
    C: Clock,
{
    const ROUTES: &'static [Route] = &[Route::new("POST", "/verifications")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let mut fields = request.fields()?;
        let token = fields.required::<String>("token");
        let token: LinkToken = fields.finish_with(token)?.parse().map_err(|_| gone())?;
        let now = self.clock.now();

        let found = self.verifications.user_of(&token.hash()).await;
        let user = found
            .map_err(|fault| {
                tracing::warn!(
                    error = kit::chain(&fault),
                    "DynamoDB failed while the link was read"
                );
                try_again()
            })?
            .ok_or_else(gone)?;
        let started = self.verifications.start(&user, now).await;
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

/// The same response for all invalid tokens: the reason would reveal the state of a sign-up.
fn gone() -> Problem {
    Problem::gone("this link is not valid, or no longer valid")
}

fn try_again() -> Problem {
    Problem::try_again("the address cannot be confirmed right now; the same link can be used again")
}
