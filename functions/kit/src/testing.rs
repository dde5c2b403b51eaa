//! Test doubles.
#![expect(clippy::expect_used, reason = "test set-up panics if it fails")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException, TransactionCanceledException,
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use contracts::values::Timestamp;
use serde_json::Value;

use crate::aws::dynamodb::Table;
use crate::limit::{Bucket, Empty, Level, TakeTokens};
use crate::{Clock, StoreFault};

/// A clock that always returns this time, in RFC 3339.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub &'static str);

pub const NOON: FixedClock = FixedClock("2026-01-01T12:00:00Z");

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0.parse().expect("the time is in RFC 3339")
    }
}

/// A sample from `events/` of the package that is tested.
///
/// # Panics
///
/// If there is none of this name.
pub fn sample_event(name: &str) -> Value {
    // Cargo runs tests in their package's folder.
    let text = std::fs::read_to_string(format!("events/{name}.json")).expect("the sample exists");
    serde_json::from_str(&text).expect("the sample is JSON")
}

/// Buckets in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryBuckets(Arc<Mutex<HashMap<String, i64>>>);

impl MemoryBuckets {
    /// The keys of all buckets from which tokens were taken, sorted.
    ///
    /// # Panics
    ///
    /// If a test panicked while it used the buckets.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.0.lock().expect("no test panicked").keys().cloned().collect();
        keys.sort();
        keys
    }
}

impl TakeTokens for MemoryBuckets {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        let mut buckets = self.0.lock().expect("no test panicked");
        let full_at = buckets.get(bucket.key()).copied();
        let from = match bucket.level_at(full_at, now) {
            Ok(Level::Full) => now.epoch_millis(),
            Ok(Level::Used) => full_at.unwrap_or_default(),
            Err(empty) => return Ok(Err(empty)),
        };
        buckets.insert(bucket.key().to_owned(), from + bucket.rate().interval_millis());
        Ok(Ok(()))
    }
}

pub fn unavailable_store() -> StoreFault {
    StoreFault("no response".into())
}

/// A table whose client follows these rules, in any order.
pub fn mock_table(rules: &[&Rule]) -> Table {
    Table::new(mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, rules), "table")
}

/// A transaction that is cancelled for these reasons.
pub fn cancelled<const N: usize>(reasons: [CancellationReason; N]) -> Rule {
    let error = TransactionCanceledException::builder()
        .set_cancellation_reasons(Some(reasons.into()))
        .build();
    mock!(Client::transact_write_items)
        .then_error(move || TransactWriteItemsError::TransactionCanceledException(error.clone()))
}

/// The reason of this code, such as `None`, `ConditionalCheckFailed` or `TransactionConflict`.
pub fn reason(code: &str) -> CancellationReason {
    CancellationReason::builder().code(code).build()
}

pub fn failed_condition() -> Rule {
    mock!(Client::update_item).then_error(|| {
        UpdateItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
    })
}

pub fn throttled_update() -> Rule {
    mock!(Client::update_item).then_error(|| {
        let throttled = ProvisionedThroughputExceededException::builder().build();
        UpdateItemError::ProvisionedThroughputExceededException(throttled)
    })
}
