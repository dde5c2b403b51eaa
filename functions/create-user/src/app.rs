//! The use case, generic over its ports.

use std::error::Error;

use contracts::table::UserStatus;
use contracts::values::{EmailAddress, Timestamp, UserId};
use http::{HeaderValue, StatusCode, header};
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route, Source};
use kit::limit::{Bucket, Rate, admit};
use serde::Serialize;

use crate::fingerprint::FingerprintKey;
use crate::ports::{AcceptResult, AcceptSignUp, Acceptance, StartSignUp, TakeTokens};
use crate::request::{SignUpRequest, idempotency_key};

/// Accepts a sign-up and starts it.
#[derive(Debug)]
pub struct App<S, T, W, C> {
    sign_ups: S,
    tokens: T,
    workflow: W,
    clock: C,
    key: FingerprintKey,
    limits: Limits,
}

/// How many sign-ups are accepted.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From one source.
    pub per_source: Rate,
    /// From one source for one mailbox.
    pub per_mailbox_and_source: Rate,
}

impl<S, T, W, C> App<S, T, W, C> {
    pub fn new(sign_ups: S, tokens: T, workflow: W, clock: C, key: FingerprintKey, limits: Limits) -> Self {
        Self {
            sign_ups,
            tokens,
            workflow,
            clock,
            key,
            limits,
        }
    }
}

impl<S, T: TakeTokens, W, C> App<S, T, W, C> {
    /// Lets the sign-up in, unless its source is over a limit. The response tells a client about its own requests only: no other
    /// source takes from these buckets.
    async fn admit(&self, source: &Source, email: &EmailAddress, now: Timestamp) -> Result<(), Problem> {
        let limits = self.limits;
        let subject = self.key.source_hash(source);
        let per_source = Bucket::new("sign-ups-per-source", &subject, limits.per_source);
        admit(&self.tokens, &per_source, now).await?;
        let subject = self.key.mailbox_and_source_hash(email, source);
        let per_mailbox = Bucket::new(
            "sign-ups-per-mailbox-and-source",
            &subject,
            limits.per_mailbox_and_source,
        );
        admit(&self.tokens, &per_mailbox, now).await
    }
}

/// The body of the response, the same for every address, whether or not it has an account.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a UserId,
    status: UserStatus,
}

impl<S: AcceptSignUp, T: TakeTokens, W: StartSignUp, C: Clock> ApiFunction for App<S, T, W, C> {
    const ROUTES: &'static [Route] = &[Route::new("POST", "/users")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let idempotency_key = idempotency_key(&request)?;
        let sign_up = SignUpRequest::read(&request)?;
        let now = self.clock.now();
        self.admit(request.source(), sign_up.email(), now).await?;
        let acceptance = Acceptance {
            user_id: UserId::generate().map_err(|error| not_accepted(&error))?,
            fingerprint: self
                .key
                .fingerprint(&sign_up)
                .map_err(|error| not_accepted(&error))?,
            request: idempotency_key.map(|key| self.key.request_hash(key, sign_up.email())),
            at: now,
        };

        let accepted = self.sign_ups.accept(&acceptance).await;
        let user = match accepted.map_err(|fault| not_accepted(&fault))? {
            AcceptResult::New => acceptance.user_id,
            AcceptResult::Before { user_id, fingerprint } if fingerprint == acceptance.fingerprint => user_id,
            AcceptResult::Before { .. } => {
                return Err(Problem::conflicting_request(
                    "this `Idempotency-Key` was used with a different request",
                ));
            }
        };

        // A retry with the same key starts it again: this recovers from a crash between the two steps, and otherwise changes
        // nothing.
        if let Err(fault) = self.workflow.start(&sign_up.into_input(user.clone())).await {
            tracing::error!(%user, error = kit::chain(&fault), "the sign-up was not started");
            return Err(try_again());
        }
        receipt(&user).map_err(|error| not_accepted(&error))
    }

    fn source_hash(&self, request: &Request) -> Option<String> {
        Some(self.key.source_hash(request.source()))
    }
}

fn receipt(user: &UserId) -> Result<Response, header::InvalidHeaderValue> {
    let location = HeaderValue::from_str(&format!("/users/{user}"))?;
    let receipt = Receipt {
        id: user,
        status: UserStatus::Pending,
    };
    Ok(Response::json(StatusCode::ACCEPTED, &receipt).header(header::LOCATION, location))
}

fn not_accepted(error: &dyn Error) -> Problem {
    tracing::error!(error = kit::chain(error), "the sign-up was not accepted");
    try_again()
}

fn try_again() -> Problem {
    Problem::try_again("the sign-up cannot be accepted right now; the same request can be sent again")
}
