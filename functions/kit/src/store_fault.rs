//! What every store can fail with.

use contracts::values::Cause;

/// The store cannot be used right now.
///
/// It says no more: whatever the store answered, an operator may mend it while a workflow tries again.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot be used right now")]
pub struct StoreFault(#[source] pub Cause);

impl StoreFault {
    /// The fault that this error is.
    pub fn of(error: impl Into<Cause>) -> Self {
        Self(error.into())
    }
}
