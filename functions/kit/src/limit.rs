//! Limits: token buckets that refill evenly, so that nobody can use up tomorrow.
//!
//! A bucket is one item, whose only fact is the time at which it would be full again (`fullAt`). Each token that is taken moves that
//! time by one interval, so it refills by itself as time passes. This is the generic cell rate algorithm.
//!
//! Source: [ITU-T I.371](https://www.itu.int/rec/T-REC-I.371), section on the generic cell rate algorithm.

use contracts::values::Timestamp;

use crate::StoreFault;
use crate::api::Problem;

mod bucket;
mod dynamodb;
mod rate;

pub use bucket::{Bucket, Empty, Level};
pub use dynamodb::DynamoBuckets;
pub use rate::{InvalidRate, Rate};

/// Takes tokens.
pub trait TakeTokens: Send + Sync + 'static {
    /// Takes a token, unless the bucket is empty.
    ///
    /// The time is the caller's own clock: one that is slow by some time sees as much less refilled, once, and not at each
    /// token.
    fn take(
        &self,
        bucket: &Bucket,
        now: Timestamp,
    ) -> impl Future<Output = Result<Result<(), Empty>, StoreFault>> + Send;
}

/// Lets a request in, unless its bucket is empty.
///
/// # Errors
///
/// 429 with `Retry-After` if the bucket is empty, which is also logged for the metric; 503 if the store cannot be used.
pub async fn admit(tokens: &impl TakeTokens, bucket: &Bucket, now: Timestamp) -> Result<(), Problem> {
    match tokens.take(bucket, now).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Empty { retry_after })) => {
            bucket.log_empty();
            Err(Problem::too_many_requests(
                "too many requests; `Retry-After` says in how many seconds the next one is taken",
                retry_after,
            ))
        }
        Err(fault) => {
            tracing::error!(
                limit = bucket.limit(),
                error = crate::chain(&fault),
                "a limit could not be checked"
            );
            Err(Problem::try_again(
                "the request cannot be accepted right now; it can be sent again",
            ))
        }
    }
}
