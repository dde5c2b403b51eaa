//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Finds sign-ups. IAM: `dynamodb:GetItem`.
pub trait FindSignUp: Send + Sync + 'static {
    /// The record of the user's sign-up, if there is one.
    fn find(&self, user: &UserId) -> impl Future<Output = Result<Option<SignUpRecord>, StoreFault>> + Send;
}

/// The record of a sign-up, as far as a public answer depends on it: nothing personal, and not whether it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpRecord {
    /// The status. Not every status is public.
    pub status: UserStatus,
    /// Whether its data was stored, or found to be held.
    pub stored: bool,
    /// Whether the mail step is recorded as over.
    pub mailed: bool,
    /// The end of the window in which its links work, once a mail was prepared.
    pub window_ends_at: Option<Timestamp>,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn sign_ups(&self, table: String) -> impl FindSignUp;
}
