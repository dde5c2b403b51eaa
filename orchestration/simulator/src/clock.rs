//! Points in time.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use std::time::Duration;
/// use simulator::EpochMillis;
///
/// let start = EpochMillis::new(1_700_000_000_000);
/// assert_eq!((start + Duration::from_secs(1)).to_string(), "2023-11-14T22:13:21.000Z");
/// assert_eq!(start + Duration::from_secs(1) - start, Duration::from_secs(1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EpochMillis(i64);

impl EpochMillis {
    /// The point in time `millis` milliseconds after the epoch.
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The point `duration` later, rounded down to whole milliseconds; saturates.
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The time that passed since `earlier`; zero if it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    pub(crate) fn saturating_add_seconds(self, seconds: u64) -> Self {
        self.saturating_add(Duration::from_secs(seconds))
    }

    /// From an RFC 3339 text such as `2016-12-05T21:29:29Z`. The fraction of a second is cut off, as AWS does.
    ///
    /// Source: [Wait workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html), `Timestamp`.
    pub(crate) fn parse_rfc3339(text: &str) -> Option<Self> {
        // The parser takes any separator between date and time and either case, AWS only an uppercase T and Z.
        if text.as_bytes().get(10) != Some(&b'T') || text.ends_with('z') {
            return None;
        }
        let parsed = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
        parsed.unix_timestamp().checked_mul(1000).map(Self)
    }
}

impl Add<Duration> for EpochMillis {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.saturating_add(duration)
    }
}

impl Sub for EpochMillis {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// RFC 3339 in UTC with milliseconds, as the context object shows times.
impl fmt::Display for EpochMillis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(time) = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000) else {
            return write!(formatter, "{} ms", self.0);
        };
        write!(
            formatter,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_needs_its_separator_and_an_offset() {
        assert_eq!(
            EpochMillis::parse_rfc3339("1970-01-01T00:00:01Z"),
            Some(EpochMillis::new(1000))
        );
        assert_eq!(
            EpochMillis::parse_rfc3339("1970-01-01T02:00:00+02:00"),
            Some(EpochMillis::new(0))
        );
        assert_eq!(EpochMillis::parse_rfc3339("1970-01-01 00:00:01Z"), None);
        assert_eq!(EpochMillis::parse_rfc3339("1970-01-01t00:00:01Z"), None);
        assert_eq!(EpochMillis::parse_rfc3339("1970-01-01T00:00:01"), None);
        assert_eq!(EpochMillis::parse_rfc3339("1970-13-01T00:00:01Z"), None);
    }

    #[test]
    fn a_fraction_of_a_second_is_truncated() {
        for text in ["1970-01-01T00:00:04.7Z", "1970-01-01T02:00:04.999999999+02:00"] {
            assert_eq!(
                EpochMillis::parse_rfc3339(text),
                Some(EpochMillis::new(4000)),
                "{text}"
            );
        }
        assert_eq!(
            EpochMillis::parse_rfc3339("1969-12-31T23:59:58.5Z"),
            Some(EpochMillis::new(-2000))
        );
    }

    #[test]
    fn the_time_since_a_later_point_is_zero() {
        assert_eq!(EpochMillis::new(5) - EpochMillis::new(9), Duration::ZERO);
    }
}
