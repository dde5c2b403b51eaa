//! The use case, generic over its ports.

use std::collections::BTreeSet;

use contracts::table::{MAIL_PAUSE_MILLIS, MAX_MAIL_REQUESTS, UserStatus};
use contracts::values::{Contact, Timestamp, UserId};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use serde::Serialize;

use crate::ports::{FindSignUp, Mails, SignUpRecord};

/// Returns the status of a sign-up.
#[derive(Debug)]
pub struct App<S, C> {
    sign_ups: S,
    clock: C,
}

impl<S, C> App<S, C> {
    pub fn new(sign_ups: S, clock: C) -> Self {
        Self { sign_ups, clock }
    }
}

impl<S: FindSignUp, C: Clock> ApiFunction for App<S, C> {
    const ROUTES: &'static [Route] = &[Route::new("GET", "/users/{id}")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        // A malformed id gets the same response as an unknown one.
        let user: UserId = request.parameter().parse().map_err(|_| not_found())?;
        let record = self.sign_ups.find(&user).await.map_err(|fault| {
            tracing::warn!(%user, error = kit::chain(&fault), "DynamoDB failed while the sign-up was read");
            Problem::try_again("the sign-up cannot be read right now")
        })?;
        let record = record.ok_or_else(not_found)?;
        Ok(Response::json(
            StatusCode::OK,
            &SignUpView::new(&user, &record, self.clock.now()),
        ))
    }
}

fn not_found() -> Problem {
    Problem::not_found("there is no such user")
}

/// The public part of a sign-up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignUpView<'a> {
    id: &'a UserId,
    status: PublicStatus,
    steps: Steps,
    /// `None` if no other mail can be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    another_mail: Option<AnotherMail>,
    /// `None` if nothing is to be confirmed, or nothing can be any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<&'a BTreeSet<Contact>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum PublicStatus {
    Pending,
    AwaitingVerification,
    Verified,
    Expired,
    Failed,
}

#[derive(Serialize)]
struct Steps {
    stored: bool,
    mailed: bool,
    confirmed: bool,
}

/// When another mail can be asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnotherMail {
    in_seconds: u64,
}

impl AnotherMail {
    fn of(mails: &Mails, now: Timestamp) -> Option<Self> {
        let left = mails.last_at.epoch_millis() + MAIL_PAUSE_MILLIS - now.epoch_millis();
        let in_seconds = left.max(0).cast_unsigned().div_ceil(1_000);
        (mails.requests < MAX_MAIL_REQUESTS).then_some(Self { in_seconds })
    }
}

impl<'a> SignUpView<'a> {
    fn new(id: &'a UserId, record: &'a SignUpRecord, now: Timestamp) -> Self {
        let status = PublicStatus::of(record, now);
        // A sign-up that was confirmed, or had a bounce, was mailed, even if the mail step was never recorded.
        let followed = matches!(
            record.status,
            UserStatus::Verified | UserStatus::Superseded | UserStatus::Suppressed
        );
        let awaiting = status == PublicStatus::AwaitingVerification;
        let mails = record.mails.as_ref().filter(|_| awaiting);
        let unconfirmed = &record.unconfirmed;
        Self {
            id,
            status,
            another_mail: mails.and_then(|mails| AnotherMail::of(mails, now)),
            unconfirmed: (awaiting && !unconfirmed.is_empty()).then_some(unconfirmed),
            steps: Steps {
                stored: record.stored,
                mailed: record.mailed || followed,
                confirmed: status == PublicStatus::Verified,
            },
        }
    }
}

impl PublicStatus {
    fn of(record: &SignUpRecord, now: Timestamp) -> Self {
        match record.status {
            UserStatus::Pending => Self::Pending,
            // `superseded` and `suppressed` are not public. The clock decides for all three: if it did so for those two only, the
            // time of the change would tell them apart.
            UserStatus::AwaitingVerification | UserStatus::Superseded | UserStatus::Suppressed => {
                if record.window_ends_at.is_some_and(|end| end <= now) {
                    Self::Expired
                } else {
                    Self::AwaitingVerification
                }
            }
            UserStatus::Verified => Self::Verified,
            UserStatus::Expired => Self::Expired,
            UserStatus::Failed => Self::Failed,
        }
    }
}
