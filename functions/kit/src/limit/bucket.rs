//! Buckets.

use std::time::Duration;

use contracts::table::{self, EXPIRES_AT, limit};
use contracts::values::{MailboxHash, Timestamp};

use super::Rate;
use crate::aws::dynamodb::{
    Item, ReturnValuesOnConditionCheckFailure, Table, UpdateBuilder, get_number, names, number,
};

/// How long an item is stored after its bucket is full. A full bucket is the same as none, so the removal changes nothing.
const RETENTION: Duration = Duration::from_hours(1);

/// The bucket of one subject of a limit.
#[derive(Debug, Clone)]
pub struct Bucket {
    limit: &'static str,
    key: String,
    rate: Rate,
}

/// What a bucket is assumed to be when a token is taken, as a condition of the write. If it is not, the failed condition shows what
/// it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Full,
    /// Some tokens are missing, and at least one is there.
    Used,
}

/// The bucket has no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Empty {
    /// The time until the next token.
    pub retry_after: Duration,
}

impl Bucket {
    /// The bucket of this subject, by its hash.
    pub fn new(limit: &'static str, subject: &str, rate: Rate) -> Self {
        let key = table::limit_key(limit, subject);
        Self { limit, key, rate }
    }

    /// The bucket of the mails to a mailbox.
    pub fn of_mails(mailbox: &MailboxHash, rate: Rate) -> Self {
        Self::new("mails-per-mailbox", mailbox.as_str(), rate)
    }

    /// The limit's name in logs, metrics and keys.
    pub fn limit(&self) -> &'static str {
        self.limit
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Logs that the bucket was empty. The metric `Limited` counts these lines by their `limit`.
    pub fn log_empty(&self) {
        tracing::warn!(limit = self.limit, "limited");
    }

    /// The write that takes a token, on the condition that the bucket has this level.
    ///
    /// Both writes are safe without a read: the first sets what only depends on the time, the second adds to what is there.
    pub fn take_update(&self, table: &Table, level: Level, now: Timestamp) -> UpdateBuilder {
        let (expression, condition) = match level {
            Level::Full => (
                "SET #fullAt = :fullAt, #expiresAt = :expiresAt",
                "attribute_not_exists(#fullAt) OR #fullAt <= :now",
            ),
            Level::Used => (
                "SET #fullAt = #fullAt + :interval, #expiresAt = :expiresAt",
                "#fullAt > :now AND #fullAt <= :last",
            ),
        };
        let update = table
            .build_update(self.key.clone(), expression)
            .condition_expression(condition)
            .set_expression_attribute_names(names([limit::FULL_AT, EXPIRES_AT]))
            .expression_attribute_values(":now", number(now.epoch_millis()))
            .expression_attribute_values(":expiresAt", number(self.expires_at(now)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match level {
            Level::Full => {
                let full_at = now.epoch_millis().saturating_add(self.rate.interval_millis());
                update.expression_attribute_values(":fullAt", number(full_at))
            }
            Level::Used => update
                .expression_attribute_values(":interval", number(self.rate.interval_millis()))
                .expression_attribute_values(":last", number(self.last(now))),
        }
    }

    /// The level of the bucket with this item.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn level(&self, item: Option<&Item>, now: Timestamp) -> Result<Level, Empty> {
        self.level_at(item.and_then(|item| get_number(item, limit::FULL_AT)), now)
    }

    /// The level of a bucket that would be full at this time, in epoch milliseconds.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn level_at(&self, full_at: Option<i64>, now: Timestamp) -> Result<Level, Empty> {
        let last = self.last(now);
        match full_at {
            Some(full_at) if full_at > last => {
                let wait = u64::try_from(full_at.saturating_sub(last)).unwrap_or_default();
                Err(Empty {
                    retry_after: Duration::from_millis(wait),
                })
            }
            Some(full_at) if full_at > now.epoch_millis() => Ok(Level::Used),
            _ => Ok(Level::Full),
        }
    }

    /// The latest time at which a bucket that has a token now would be full, in epoch milliseconds.
    fn last(&self, now: Timestamp) -> i64 {
        let missing = self.rate.period_millis() - self.rate.interval_millis();
        now.epoch_millis().saturating_add(missing)
    }

    /// The TTL of the item, in epoch seconds: after any time at which the bucket can be full.
    pub fn expires_at(&self, now: Timestamp) -> i64 {
        let period = Duration::from_millis(u64::try_from(self.rate.period_millis()).unwrap_or_default());
        now.plus(period + RETENTION).epoch_seconds()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn bucket(tokens: u32) -> Bucket {
        let rate = Rate::new(NonZeroU32::new(tokens).unwrap(), Duration::from_hours(1));
        Bucket::new("test", "subject", rate)
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_epoch_millis(millis).unwrap()
    }

    /// Takes tokens at these times; the times of those that it got.
    fn taken(bucket: &Bucket, times: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let (mut full_at, mut taken) = (None, Vec::new());
        for time in times {
            match bucket.level_at(full_at, at(time)) {
                Ok(Level::Full) => full_at = Some(time + bucket.rate().interval_millis()),
                Ok(Level::Used) => full_at = full_at.map(|time| time + bucket.rate().interval_millis()),
                Err(_) => continue,
            }
            taken.push(time);
        }
        taken
    }

    #[test]
    fn a_full_bucket_gives_all_its_tokens_at_once_and_no_more() {
        assert_eq!(taken(&bucket(3), [5, 5, 5, 5, 5]).len(), 3);
        assert_eq!(taken(&bucket(1), [5, 5]).len(), 1);
    }

    #[test]
    fn tokens_come_back_one_by_one() {
        let each_minute = (0..240).map(|minute| minute * 60_000);

        let taken = taken(&bucket(3), each_minute);

        assert_eq!(taken[..3], [0, 60_000, 120_000]);
        assert_eq!(taken[3..6], [HOUR / 3, 2 * HOUR / 3, HOUR]);
    }

    #[test]
    fn a_long_rest_fills_the_bucket_and_not_more() {
        assert_eq!(
            taken(&bucket(2), [0, 0, 100 * HOUR, 100 * HOUR, 100 * HOUR]).len(),
            4
        );
    }

    #[test]
    fn an_empty_bucket_says_when_the_next_token_comes() {
        let bucket = bucket(2);

        let empty = bucket.level_at(Some(HOUR), at(0)).unwrap_err();

        assert_eq!(empty.retry_after, Duration::from_mins(30));
        assert!(bucket.level_at(Some(HOUR), at(HOUR / 2)).is_ok());
    }
}
