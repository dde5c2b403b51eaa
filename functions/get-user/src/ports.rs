//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Timestamp, UserId};
use kit::Clock;
pub use kit::StoreFault;

/// Finds sign-ups. IAM: `dynamodb:GetItem`.
pub trait FindSignUp: Send + Sync + 'static {
    /// What is recorded of the user's sign-up, if there is one.
    fn find(&self, user: &UserId) -> impl Future<Output = Result<Option<SignUpRecord>, StoreFault>> + Send;
}

/// What is recorded of a sign-up, as far as it may bear on a public answer: nothing personal, and not whether
/// it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpRecord {
    /// Where it stands. Not all of it is public.
    pub status: UserStatus,
    /// Whether its data was dealt with.
    pub stored: bool,
    /// Whether the mail step is recorded as over.
    pub mailed: bool,
    /// Until when its links work, once they do.
    pub window_ends_at: Option<Timestamp>,
}

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Sign-ups in the table of this name.
    fn sign_ups(&self, table: String) -> impl FindSignUp;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
