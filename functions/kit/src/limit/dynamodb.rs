//! Buckets in DynamoDB.

use contracts::values::Timestamp;

use super::{Bucket, Empty, Level, TakeTokens};
use crate::StoreFault;
use crate::aws::dynamodb::{ReturnValue, Table, condition_failed};

/// How often a write is tried while others take from the same bucket in between.
const ATTEMPTS: usize = 4;

/// Buckets in this table.
///
/// A token of a full bucket costs one write, a refusal too, and a token of a used bucket two: the first write finds out that the
/// bucket is not full.
#[derive(Debug, Clone)]
pub struct DynamoBuckets(pub Table);

impl TakeTokens for DynamoBuckets {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        let mut level = Level::Full;
        for _ in 0..ATTEMPTS {
            let update = bucket.take_update(&self.0, level, now);
            let Err(error) = self.0.send_update(update, ReturnValue::None).await else {
                return Ok(Ok(()));
            };
            match error.reasons() {
                [reason] if condition_failed(reason) => match bucket.level(reason.item(), now) {
                    Ok(found) => level = found,
                    Err(empty) => return Ok(Err(empty)),
                },
                _ => return Err(error.into()),
            }
        }
        Err(StoreFault(
            "others take from the same bucket at the same time".into(),
        ))
    }
}
