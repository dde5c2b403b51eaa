//! Kinds of refusals.

/// Why a request did not get what it asked for, as logs and metrics tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The request is malformed, or a field of it does not work.
    Invalid,
    /// The code is not one of the sign-up, which many requests show that guess codes.
    WrongCode,
    /// The idempotency key was used for another request.
    Conflict,
    NotFound,
    /// What the request is about is over.
    Gone,
    /// A limit stops it. A line of its own says which, if it is a bucket's.
    Limited,
    /// A service behind the function cannot be used right now.
    Unavailable,
    /// A bug.
    Internal,
}

impl Refusal {
    /// The name in logs, and the dimension of the metric.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::WrongCode => "wrong-code",
            Self::Conflict => "conflict",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Limited => "limited",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}
