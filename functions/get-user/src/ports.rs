//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Finds sign-ups. IAM: `dynamodb:BatchGetItem`.
pub trait FindSignUp: Send + Sync + 'static {
    /// The record of the user's sign-up, if there is one.
    fn find(&self, user: &UserId) -> impl Future<Output = Result<Option<SignUpRecord>, StoreFault>> + Send;
}

/// The attributes of a sign-up that a public response depends on: nothing personal, and not whether it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpRecord {
    /// The status. Not every status is public.
    pub status: UserStatus,
    /// Whether its data was stored, or its address found to be held.
    pub stored: bool,
    /// Whether the mail step is over.
    pub mailed: bool,
    /// The end of the window in which its links are valid; `None` before the mail step.
    pub window_ends_at: Option<Timestamp>,
    /// Its mails; `None` before the first.
    pub mails: Option<Mails>,
}

/// The mails of a sign-up, whether they are sent or withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mails {
    /// When the first mail was made or the newest one was asked for.
    pub last_at: Timestamp,
    /// How many were asked for beside the first.
    pub requests: i64,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn sign_ups(&self, table: String) -> impl FindSignUp;
}
