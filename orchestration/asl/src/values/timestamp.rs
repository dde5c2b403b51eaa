//! Timestamps in payloads.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// A point in time, to the millisecond, in UTC.
///
/// Over the wire it is an RFC 3339 string with three digits of a second's fraction, as Step Functions writes the times
/// of its context object: equal times are equal texts.
///
/// Source: [Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
///
/// ```
/// let noon: asl::Timestamp = "2026-01-01T12:00:00.250Z".parse()?;
/// assert_eq!(noon.epoch_millis(), 1_767_268_800_250);
/// assert_eq!(noon.to_string(), "2026-01-01T12:00:00.250Z");
/// # Ok::<(), asl::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timestamp(i64);

/// The text is not an RFC 3339 time between the years 1 and 9999.
///
/// ```
/// use asl::{InvalidTimestamp, Timestamp};
///
/// assert_eq!("tomorrow".parse::<Timestamp>(), Err(InvalidTimestamp));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The time so many milliseconds after the start of 1970.
    ///
    /// # Errors
    ///
    /// If it lies outside the years 1 to 9999, which RFC 3339 cannot write.
    ///
    /// ```
    /// # use asl::Timestamp;
    /// let start = Timestamp::from_epoch_millis(0)?;
    ///
    /// assert_eq!(start.to_string(), "1970-01-01T00:00:00.000Z");
    /// assert!(Timestamp::from_epoch_millis(i64::MAX).is_err());
    /// # Ok::<(), asl::InvalidTimestamp>(())
    /// ```
    pub fn from_epoch_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        let time = at(millis).ok_or(InvalidTimestamp)?;
        if (1..=9999).contains(&time.year()) {
            Ok(Self(millis))
        } else {
            Err(InvalidTimestamp)
        }
    }

    /// What the system's clock says.
    ///
    /// ```
    /// # use asl::Timestamp;
    /// assert!(Timestamp::now() > "2026-01-01T00:00:00Z".parse()?);
    /// # Ok::<(), asl::InvalidTimestamp>(())
    /// ```
    pub fn now() -> Self {
        let since_1970 = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Self(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds since the start of 1970.
    /// See [`Timestamp`].
    pub fn epoch_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the start of 1970, rounded down.
    ///
    /// ```
    /// # use asl::Timestamp;
    /// let before: Timestamp = "1969-12-31T23:59:59.900Z".parse()?;
    ///
    /// assert_eq!(before.epoch_seconds(), -1);
    /// # Ok::<(), asl::InvalidTimestamp>(())
    /// ```
    pub fn epoch_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time `later` after this one; as late as can be written if it would be later still.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use asl::Timestamp;
    /// let noon: Timestamp = "2026-01-01T12:00:00Z".parse()?;
    ///
    /// assert_eq!(noon.plus(Duration::from_hours(24)), "2026-01-02T12:00:00Z".parse()?);
    /// # Ok::<(), asl::InvalidTimestamp>(())
    /// ```
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        const END_OF_9999: i64 = 253_402_300_799_999;
        let millis = i64::try_from(later.as_millis()).unwrap_or(END_OF_9999);
        Self(self.0.saturating_add(millis).min(END_OF_9999))
    }
}

fn at(millis: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FORM: &[BorrowedFormatItem<'_>] =
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

        let text = at(self.0)
            .and_then(|time| time.format(FORM).ok())
            .ok_or(fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
        Self::from_epoch_millis(i64::try_from(millis).map_err(|_| InvalidTimestamp)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
