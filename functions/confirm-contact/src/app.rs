//! The use case, generic over its ports.

use std::collections::BTreeSet;

use contracts::table::UserStatus;
use contracts::values::{
    ConfirmationCode, ConfirmationScope, Contact, HashKey, LinkToken, PersonName, PhoneNumber, Timestamp,
    UserId,
};
use http::StatusCode;
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use kit::limit::{Bucket, Rate, admit};
use serde::Serialize;

use crate::ports::{
    CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview, ReadStatus,
    StartConfirming, StartedConfirmation, StoreFault, TakeTokens, TakeTry, TaskFault, Verifications,
};
use crate::request::{ConfirmRequest, preview_token};

/// Confirms contacts by codes, or by a link of a mail.
#[derive(Debug)]
pub struct App<V, B, T, C> {
    verifications: V,
    tokens: B,
    tasks: T,
    clock: C,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// The key of the hashes of codes and sources.
    pub key: HashKey,
    /// How many confirmations are tried for one source.
    pub per_source: Rate,
}

impl<V, B, T, C> App<V, B, T, C> {
    pub fn new(verifications: V, tokens: B, tasks: T, clock: C, settings: Settings) -> Self {
        Self {
            verifications,
            tokens,
            tasks,
            clock,
            settings,
        }
    }
}

#[derive(Serialize)]
struct Accepted {
    status: &'static str,
    /// What is to be confirmed as well.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    unconfirmed: BTreeSet<Contact>,
}

/// What a link confirms beside the address, for the holder of the link.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Previewed<'a> {
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

impl<'a> From<&'a Preview> for Previewed<'a> {
    fn from(preview: &'a Preview) -> Self {
        Self {
            requested_at: preview.requested_at,
            name: preview.name.as_ref().map(PersonName::expose),
            phone: preview.phone.as_ref().map(PhoneNumber::expose),
        }
    }
}

const CONFIRM: Route = Route::new("POST", "/verifications");
const PREVIEW: Route = Route::new("POST", "/verifications/preview");

impl<V: Verifications, B: TakeTokens, T: CompleteTask, C: Clock> ApiFunction for App<V, B, T, C> {
    const ROUTES: &'static [Route] = &[CONFIRM, PREVIEW];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        if request.route() == Some(PREVIEW) {
            self.preview(&request).await
        } else {
            self.confirm(&request).await
        }
    }

    fn source_hash(&self, request: &Request) -> Option<String> {
        Some(request.source().hash(&self.settings.key))
    }
}

impl<V, B, T, C> App<V, B, T, C>
where
    V: FindLink + TakeTry + StartConfirming + MarkSpent + ReadStatus,
    B: TakeTokens,
    T: CompleteTask,
    C: Clock,
{
    async fn confirm(&self, request: &Request) -> Result<Response, Problem> {
        let now = self.clock.now();
        let confirmation = ConfirmRequest::read(request)?;
        let source = request.source().hash(&self.settings.key);
        let bucket = Bucket::new("confirmations-per-source", &source, self.settings.per_source);
        admit(&self.tokens, &bucket, now).await?;
        let (user, proof, scope) = match confirmation {
            ConfirmRequest::Code(code) => {
                let (user, contact) = self.user_of_code(code).await?;
                (user, Proof::Code(contact), ConfirmationScope::All)
            }
            ConfirmRequest::Link(token, scope) => (self.user_of_link(token).await?, Proof::Link, scope),
        };
        let started = self.verifications.start(&user, proof, scope, now).await;
        let confirmation = started
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(gone)?;
        let unconfirmed = match confirmation {
            Confirmation::Partial(left) => left,
            Confirmation::Complete(started) => {
                self.complete(&user, &started).await?;
                self.mark(&user).await;
                BTreeSet::new()
            }
        };
        let status = "accepted";
        Ok(Response::json(
            StatusCode::ACCEPTED,
            &Accepted { status, unconfirmed },
        ))
    }

    /// Marks the verification of a completed task as spent. If that fails, the next click or the TTL does it.
    async fn mark(&self, user: &UserId) {
        if let Err(fault) = self.verifications.mark(user).await {
            tracing::warn!(%user, error = kit::chain(&fault), "the verification was not marked as spent");
        }
    }
}

impl<V: FindLink + TakeTry + ReadPreview, B, T, C: Clock> App<V, B, T, C> {
    /// Shows what a link confirms, and changes nothing.
    async fn preview(&self, request: &Request) -> Result<Response, Problem> {
        let user = self.user_of_link(preview_token(request)?).await?;
        let found = self.verifications.preview(&user, self.clock.now()).await;
        let preview = found
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(gone)?;
        Ok(Response::json(StatusCode::OK, &Previewed::from(&preview)))
    }
}

impl<V: FindLink + TakeTry, B, T, C> App<V, B, T, C> {
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

    /// The user and the contact that the code was sent to, if it is one of the sign-up's.
    async fn user_of_code(
        &self,
        given: Option<(UserId, ConfirmationCode)>,
    ) -> Result<(UserId, Contact), Problem> {
        let (user, code) = given.ok_or_else(wrong_code)?;
        let taken = self.verifications.take_try(&user).await;
        let codes = taken
            .map_err(|fault| unavailable(&user, &fault))?
            .ok_or_else(wrong_code)?;
        let contact = codes.contact_of(&code.hash(&self.settings.key, &user));
        Ok((user, contact.ok_or_else(wrong_code)?))
    }
}

impl<V: ReadStatus, B, T: CompleteTask, C> App<V, B, T, C> {
    /// Completes the task, unless an earlier request did.
    async fn complete(&self, user: &UserId, started: &StartedConfirmation) -> Result<(), Problem> {
        match self.tasks.complete(&started.task, &started.output).await {
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
            // Verified: an earlier request completed the task, and crashed before it marked the link. Else the task is between two
            // attempts, or has just ended. The confirmation is recorded: the next attempt finds it, or else the end of the
            // sign-up does.
            Some(UserStatus::Verified | UserStatus::Pending | UserStatus::AwaitingVerification) => Ok(()),
            Some(
                UserStatus::Superseded | UserStatus::Suppressed | UserStatus::Expired | UserStatus::Failed,
            )
            | None => Err(gone()),
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
    Problem::wrong_code(
        "code",
        "is not the code of this sign-up, or no code of it works any more",
    )
}

fn try_again() -> Problem {
    Problem::try_again("the address cannot be confirmed right now; the same request can be sent again")
}
