//! The use case.

use contracts::table::UserStatus;
use contracts::values::{EmailConfirmed, LinkToken, TaskToken, Timestamp, UserId};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use serde::Serialize;

use crate::page;
use crate::ports::{
    BeginConfirming, CompleteTask, Completion, EndConfirming, FindVerification, ReadStatus, StoreFault,
    TaskFault,
};

/// Completes the task that waits for a confirmed address.
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
    V: FindVerification + BeginConfirming + EndConfirming + ReadStatus,
    T: CompleteTask,
    C: Clock,
{
    const ROUTE: Route = Route::new("POST", "/verifications");

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let mut fields = request.fields()?;
        let token = fields.required::<String>("token");
        let token: LinkToken = fields.finish_with(token)?.parse().map_err(|_| gone())?;
        let now = self.clock.now();

        let found = self.verifications.find(&token.hash()).await;
        let user = found
            .map_err(|fault| {
                tracing::warn!(error = kit::chain(&fault), "the link was not looked up");
                try_again()
            })?
            .ok_or_else(gone)?;
        let begun = self.verifications.begin(&user, now).await;
        let task = begun
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(gone)?;
        self.complete(&user, &task, now).await?;

        // From here on the address is confirmed. A verification that stays in `confirming` is closed by the next
        // repeat, or else by its expiry.
        if let Err(fault) = self.verifications.end(&user).await {
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

impl<V: ReadStatus, T: CompleteTask, C> App<V, T, C> {
    /// Completes the task, or finds that an earlier request had.
    async fn complete(&self, user: &UserId, task: &TaskToken, now: Timestamp) -> Result<(), Problem> {
        let output = EmailConfirmed { confirmed_at: now };
        match self.tasks.complete(task, &output).await {
            Ok(Completion::Completed) => Ok(()),
            Ok(Completion::NotWaiting) => self.judge(user).await,
            Err(fault @ TaskFault::Unavailable { .. }) => {
                tracing::warn!(%user, error = kit::chain(&fault), "the task was not completed");
                Err(try_again())
            }
            Err(fault @ TaskFault::Refused { .. }) => {
                tracing::error!(%user, error = kit::chain(&fault), "the task was not completed");
                Err(Problem::internal())
            }
        }
    }

    /// The answer where nothing waits for the token: it depends on how the sign-up ended.
    async fn judge(&self, user: &UserId) -> Result<(), Problem> {
        let status = self.verifications.status(user).await;
        match status.map_err(|fault| unavailable(user, &fault))? {
            // An earlier request completed the task, and its answer was lost.
            Some(UserStatus::Verified) => Ok(()),
            Some(UserStatus::Superseded | UserStatus::Expired | UserStatus::Failed) | None => Err(gone()),
            // The task is between two attempts, or its end is being recorded.
            Some(UserStatus::Pending | UserStatus::AwaitingVerification) => {
                tracing::warn!(%user, "nothing waits for the task token, and the sign-up has not ended");
                Err(try_again())
            }
        }
    }
}

fn unavailable(user: &UserId, fault: &StoreFault) -> Problem {
    tracing::warn!(%user, error = kit::chain(fault), "the verification cannot be dealt with");
    try_again()
}

/// The same answer for all tokens that do not work: the reason would reveal the state of a sign-up.
fn gone() -> Problem {
    Problem::gone("this link does not work, or not any more")
}

fn try_again() -> Problem {
    Problem::try_again("the address cannot be confirmed right now; the same link can be used again")
}
