//! Retry policies.

use std::time::Duration;

/// A retry policy: how often and how fast a task is retried, always with full jitter.
///
/// It applies to a fixed set of errors: faults of AWS, a crash of the function, and the errors that the function
/// declares as transient. A task is also retried when it timed out; a callback is not, since its time is a person's.
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::Retry;
///
/// let patient = Retry::default()
///     .interval(Duration::from_secs(2))
///     .max_retries(12)
///     .max_delay(Duration::from_mins(5));
/// let states = states(|order| charge(order).retry(patient).catch_all(|_| failed("NotCharged")));
///
/// let retry = &states["Charge"]["Retry"][0];
/// assert_eq!(retry["IntervalSeconds"], 2);
/// assert_eq!(retry["MaxAttempts"], 12);
/// assert_eq!(retry["MaxDelaySeconds"], 300);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    pub(crate) interval: Duration,
    pub(crate) max_retries: u64,
    pub(crate) max_delay: Duration,
}

impl Default for Retry {
    /// Five retries, at most 1, 2, 4, 8 and 16 seconds apart.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            max_retries: 5,
            max_delay: Duration::from_secs(30),
        }
    }
}

impl Retry {
    /// The most retries; 0 disables them. The default is 5.
    /// See [`Retry`].
    pub fn max_retries(self, max_retries: u64) -> Self {
        Self { max_retries, ..self }
    }

    /// The longest delay before the first retry, in whole seconds, at least 1. The default is 1 second.
    /// See [`Retry`].
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// The longest delay before any retry, in whole seconds. The default is 30 seconds.
    /// See [`Retry`].
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }
}
