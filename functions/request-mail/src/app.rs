//! The use case, generic over its ports.

use std::time::Duration;

use contracts::table::{MAIL_PAUSE_MILLIS, UserStatus};
use contracts::values::{HashKey, Timestamp, UserId};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use kit::limit::{Bucket, Rate, admit};
use serde::Serialize;

use crate::ports::{
    Asked, MailRequest, MailRequests, RequestMail, SignUpRecord, StoreFault, TakeTokens, TaskFault,
};

/// Asks the workflow for another mail.
#[derive(Debug)]
pub struct App<R, B, T, C> {
    requests: R,
    tokens: B,
    tasks: T,
    clock: C,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The key of the hashes of sources.
    pub key: HashKey,
    /// How many requests for another mail are taken from one source.
    pub per_source: Rate,
}

impl<R, B, T, C> App<R, B, T, C> {
    pub fn new(requests: R, tokens: B, tasks: T, clock: C, settings: Settings) -> Self {
        Self {
            requests,
            tokens,
            tasks,
            clock,
            settings,
        }
    }
}

#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a UserId,
    status: UserStatus,
}

impl<R: MailRequests, B: TakeTokens, T: RequestMail, C: Clock> ApiFunction for App<R, B, T, C> {
    const ROUTES: &'static [Route] = &[Route::new("POST", "/users/{id}/mails")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        // A malformed id gets the same response as an unknown one.
        let user: UserId = request.parameter().parse().map_err(|_| not_found())?;
        let now = self.clock.now();
        let source = request.source().hash(&self.settings.key);
        let bucket = Bucket::new("mail-requests-per-source", &source, self.settings.per_source);
        admit(&self.tokens, &bucket, now).await?;
        let found = self.requests.find(&user).await;
        let record = found
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(not_found)?;
        let window_ends_at = waiting_until(&record, now)?;

        let taken = self.requests.take(&user, now).await;
        let task = match taken.map_err(|fault| unavailable(&user, &fault))? {
            MailRequest::Taken(task) => task,
            MailRequest::TooSoon { last } => return Err(too_soon(pause_after(last, now))),
            MailRequest::NotMailed => return Err(too_soon(pause_after(now, now))),
            MailRequest::UsedUp => return Err(used_up(until(window_ends_at, now))),
        };
        let asked = self.tasks.request(&task).await;
        match asked.map_err(|fault| not_requested(&user, &fault))? {
            Asked::Asked => {}
            // The next attempt is about to mail, unless the window has ended meanwhile.
            Asked::NotWaiting => {
                waiting_until(&record, self.clock.now())?;
            }
        }
        let receipt = Receipt {
            id: &user,
            status: UserStatus::AwaitingVerification,
        };
        Ok(Response::json(StatusCode::ACCEPTED, &receipt))
    }

    fn source_hash(&self, request: &Request) -> Option<String> {
        Some(request.source().hash(&self.settings.key))
    }
}

/// The end of the window of a sign-up that publicly awaits verification; `None` before its first mail.
///
/// Superseded and suppressed sign-ups are public as awaiting until their window ends, so they get the same responses.
fn waiting_until(record: &SignUpRecord, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    match record.status {
        UserStatus::Pending => Ok(None),
        UserStatus::AwaitingVerification | UserStatus::Superseded | UserStatus::Suppressed => {
            match record.window_ends_at {
                Some(end) if end <= now => Err(ended()),
                end => Ok(end),
            }
        }
        UserStatus::Verified | UserStatus::Expired | UserStatus::Failed => Err(ended()),
    }
}

/// The rest of the pause after the last mail.
fn pause_after(last: Timestamp, now: Timestamp) -> Duration {
    let left = last.epoch_millis() + MAIL_PAUSE_MILLIS - now.epoch_millis();
    Duration::from_millis(u64::try_from(left).unwrap_or_default())
}

fn until(end: Option<Timestamp>, now: Timestamp) -> Duration {
    let left = end.map_or(0, |end| end.epoch_millis() - now.epoch_millis());
    Duration::from_millis(u64::try_from(left).unwrap_or_default())
}

fn not_found() -> Problem {
    Problem::not_found("there is no such user")
}

fn ended() -> Problem {
    Problem::gone("this sign-up has ended")
}

fn too_soon(after: Duration) -> Problem {
    Problem::too_many_requests("a mail was sent or asked for less than a minute ago", after)
}

fn used_up(after: Duration) -> Problem {
    Problem::too_many_requests(
        "this sign-up has had all its mails; sign up again for another",
        after,
    )
}

fn unavailable(user: &UserId, fault: &StoreFault) -> Problem {
    tracing::warn!(%user, error = kit::chain(fault), "DynamoDB failed while a mail was asked for");
    try_again()
}

fn not_requested(user: &UserId, fault: &TaskFault) -> Problem {
    match fault {
        TaskFault::Unavailable { .. } => {
            tracing::warn!(%user, error = kit::chain(fault), "SendTaskFailure failed; the request is counted");
            try_again()
        }
        TaskFault::Rejected { .. } => {
            tracing::error!(%user, error = kit::chain(fault), "SendTaskFailure was rejected permanently");
            Problem::internal()
        }
    }
}

fn try_again() -> Problem {
    Problem::try_again("another mail cannot be asked for right now")
}
