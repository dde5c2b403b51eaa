//! Failed writes.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;

use crate::StoreFault;
use crate::aws::CallFault;

/// The reason code of a write whose condition failed.
const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// A failed write or transaction: a condition failed, or the call did.
#[derive(Debug)]
pub struct WriteError {
    reasons: Vec<CancellationReason>,
    fault: CallFault,
}

impl WriteError {
    pub(super) fn of_one(failed: Option<&ConditionalCheckFailedException>, fault: CallFault) -> Self {
        let reason = |failed: &ConditionalCheckFailedException| {
            let reason = CancellationReason::builder().code(CONDITION_FAILED);
            reason.set_item(failed.item().cloned()).build()
        };
        let reasons = failed.map(reason).into_iter().collect();
        Self { reasons, fault }
    }

    pub(super) fn of_transaction(error: &SdkError<TransactWriteItemsError>) -> Self {
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                cancelled.cancellation_reasons().to_vec()
            }
            _ => Vec::new(),
        };
        let fault = CallFault::of("TransactWriteItems", error);
        Self { reasons, fault }
    }

    /// The reason of each write, in their order; empty if the call failed.
    pub fn reasons(&self) -> &[CancellationReason] {
        &self.reasons
    }

    /// Whether any condition failed.
    pub fn any_condition_failed(&self) -> bool {
        self.reasons.iter().any(condition_failed)
    }
}

impl From<WriteError> for StoreFault {
    fn from(error: WriteError) -> Self {
        error.fault.into()
    }
}

/// Whether the condition of the write with this reason failed.
pub fn condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some(CONDITION_FAILED)
}

/// Whether the write with this reason conflicted with another transaction.
pub fn is_in_conflict(reason: &CancellationReason) -> bool {
    reason.code() == Some("TransactionConflict")
}
