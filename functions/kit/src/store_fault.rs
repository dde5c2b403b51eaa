//! The fault of all ports to the table.

use contracts::values::Cause;

use crate::aws::CallFault;

/// The store cannot be used right now.
///
/// Every failure of a store is transient, even a denied call: an operator can fix the cause while the workflow retries.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot be used right now")]
pub struct StoreFault(#[source] pub Cause);

impl From<CallFault> for StoreFault {
    fn from(fault: CallFault) -> Self {
        Self(fault.into())
    }
}
