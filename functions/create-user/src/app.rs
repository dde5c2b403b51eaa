//! The use case, generic over its ports.

use std::error::Error;

use contracts::table::UserStatus;
use contracts::values::UserId;
use http::{HeaderValue, StatusCode, header};
use kit::Clock;
use kit::api::{ApiFunction, Problem, Request, Response, Route};
use serde::Serialize;

use crate::fingerprint::FingerprintKey;
use crate::ports::{AcceptResult, AcceptSignUp, Acceptance, StartSignUp};
use crate::request::{SignUpRequest, idempotency_key};

/// Accepts a sign-up and starts it.
#[derive(Debug)]
pub struct App<S, W, C> {
    sign_ups: S,
    workflow: W,
    key: FingerprintKey,
    clock: C,
}

impl<S, W, C> App<S, W, C> {
    pub fn new(sign_ups: S, workflow: W, key: FingerprintKey, clock: C) -> Self {
        Self {
            sign_ups,
            workflow,
            key,
            clock,
        }
    }
}

/// The body of the response, the same for every address, whether or not it has an account.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a UserId,
    status: UserStatus,
}

impl<S: AcceptSignUp, W: StartSignUp, C: Clock> ApiFunction for App<S, W, C> {
    const ROUTES: &'static [Route] = &[Route::new("POST", "/users")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let idempotency_key = idempotency_key(&request)?;
        let sign_up = SignUpRequest::read(&request)?;
        let acceptance = Acceptance {
            user_id: UserId::generate().map_err(|error| not_accepted(&error))?,
            fingerprint: self
                .key
                .fingerprint(&sign_up)
                .map_err(|error| not_accepted(&error))?,
            request: idempotency_key.map(|key| self.key.request_hash(key)),
            at: self.clock.now(),
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
