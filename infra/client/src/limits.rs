//! Bounds of a call and its retries.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::{ClientError, NoResponse};

/// The bounds of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The time limit of one request with its response. Default: 30 s, which is API Gateway's own.
    ///
    /// Source: [Quotas for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html),
    /// "Maximum integration timeout".
    pub request: Duration,
    /// The maximum number of retries; 0 is none. Default: 5.
    pub max_retries: u32,
    /// The maximum pause before a retry. If the API asks for a longer one, there is no retry. Default: 10 s.
    pub max_pause: Duration,
}

/// The upper bound of the first pause without `Retry-After`. It doubles with each retry.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Whether a request that is processed twice has the effect of one that is processed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idempotency {
    Idempotent,
    /// It is retried only if the API has not processed it. A code that is sent twice counts as two tries, and a second
    /// confirmation by a link is rejected.
    NotIdempotent,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(30),
            max_retries: 5,
            max_pause: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// The pause before the next retry, or `None` if there must not be one. `retries` is the number of earlier retries.
    pub(crate) fn pause(
        &self,
        retries: u32,
        idempotency: Idempotency,
        error: &ClientError,
    ) -> Option<Duration> {
        if retries >= self.max_retries || !may_retry(idempotency, error) {
            return None;
        }
        match error.retry_after() {
            Some(pause) => (pause <= self.max_pause).then_some(pause),
            None => Some(jittered(self.longest_pause(retries))),
        }
    }

    /// Exponential back-off, bounded.
    fn longest_pause(&self, retries: u32) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(retries));
        doubled.min(self.max_pause)
    }
}

/// Whether the error is temporary, and a retry harmless.
fn may_retry(idempotency: Idempotency, error: &ClientError) -> bool {
    let is_idempotent = idempotency == Idempotency::Idempotent;
    match error {
        ClientError::NoResponse { kind, .. } => *kind == NoResponse::NotSent || is_idempotent,
        // The API documents that its own 503 can be sent again, and that its own 500 is permanent.
        ClientError::Problem(problem) => matches!(problem.status, 429 | 503),
        ClientError::Status { status, .. } => {
            *status == StatusCode::TOO_MANY_REQUESTS || (status.is_server_error() && is_idempotent)
        }
        ClientError::Body { .. } | ClientError::BodyTooLong { .. } => false,
    }
}

/// Full jitter: a random time of at most `longest`, so that clients that failed together do not return together.
fn jittered(longest: Duration) -> Duration {
    // Without random numbers, the longest pause is right, too.
    let share = getrandom::u32().unwrap_or(u32::MAX);
    longest.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Problem;
    use Idempotency::{Idempotent, NotIdempotent};

    const LIMITS: Limits = Limits {
        request: Duration::from_secs(1),
        max_retries: 3,
        max_pause: Duration::from_secs(10),
    };

    fn problem(status: u16, retry_after: Option<u64>) -> ClientError {
        ClientError::Problem(Problem {
            title: String::new(),
            status,
            detail: String::new(),
            errors: Vec::new(),
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    fn bare(status: StatusCode) -> ClientError {
        ClientError::Status {
            status,
            retry_after: None,
        }
    }

    fn is_retried(idempotency: Idempotency, error: &ClientError) -> bool {
        LIMITS.pause(0, idempotency, error).is_some()
    }

    #[test]
    fn retry_after_is_obeyed_to_the_second() {
        for status in [429, 503] {
            let pause = LIMITS.pause(0, NotIdempotent, &problem(status, Some(7)));

            assert_eq!(pause, Some(Duration::from_secs(7)), "{status}");
        }
    }

    #[test]
    fn a_longer_retry_after_than_the_limit_is_not_waited_for() {
        assert_eq!(LIMITS.pause(0, Idempotent, &problem(429, Some(11))), None);
    }

    #[test]
    fn retries_are_counted() {
        assert!(LIMITS.pause(2, Idempotent, &problem(503, None)).is_some());
        assert_eq!(LIMITS.pause(3, Idempotent, &problem(503, None)), None);
    }

    #[test]
    fn rejections_are_not_retried() {
        for status in [400, 404, 410, 422, 500] {
            assert!(!is_retried(Idempotent, &problem(status, None)), "{status}");
        }
    }

    #[test]
    fn only_idempotent_requests_are_retried_when_the_api_may_have_processed_them() {
        for status in [
            StatusCode::INTERNAL_SERVER_ERROR,
            StatusCode::BAD_GATEWAY,
            StatusCode::GATEWAY_TIMEOUT,
        ] {
            assert!(is_retried(Idempotent, &bare(status)), "{status}");
            assert!(!is_retried(NotIdempotent, &bare(status)), "{status}");
        }
        assert!(is_retried(NotIdempotent, &bare(StatusCode::TOO_MANY_REQUESTS)));
    }

    #[test]
    fn pauses_without_retry_after_are_random_and_grow_to_the_limit() {
        let longest: Vec<_> = (0..8).map(|retries| LIMITS.longest_pause(retries)).collect();

        assert_eq!(longest[..3], [250, 500, 1000].map(Duration::from_millis));
        assert_eq!(longest[7], LIMITS.max_pause);
        assert!(LIMITS.longest_pause(u32::MAX) <= LIMITS.max_pause);
        let pauses: Vec<_> = (0..20).map(|_| jittered(LIMITS.max_pause)).collect();
        assert!(pauses.iter().all(|pause| *pause <= LIMITS.max_pause));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
    }
}
