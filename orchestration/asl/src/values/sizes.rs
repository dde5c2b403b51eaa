//! Sizes: the most octets that the JSON of a value has.

use crate::{TaskToken, Timestamp};

/// A type with a known upper limit for the JSON of its values.
///
/// Implement it for the newtypes of a contract, from the limits that their constructors check. Then
/// [`Workflow::build`](crate::Workflow::build) reports a state whose payload can exceed the quota. Escapes and quotes
/// count. [`plain`] and [`text`] count strings.
///
/// ```
/// use asl::{MaxSize, Payload, sizes};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct OrderId(u64);
///
/// impl MaxSize for OrderId {
///     const LARGEST: u64 = u64::LARGEST;
/// }
///
/// /// Three letters.
/// #[derive(Serialize, Deserialize)]
/// pub struct Currency(String);
///
/// impl MaxSize for Currency {
///     const LARGEST: u64 = sizes::plain(3);
/// }
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct PayInput {
///     pub order: OrderId,
///     pub currency: Currency,
/// }
///
/// let longest = r#"{"order":18446744073709551615,"currency":"EUR"}"#;
/// assert_eq!(PayInput::largest().octets, longest.len() as u64);
/// ```
pub trait MaxSize {
    /// The longest JSON of a value, in octets.
    const LARGEST: u64;
}

/// A string of at most this many octets in UTF-8, none of which JSON escapes. Returns octets, with the quotes.
///
/// ```
/// use asl::sizes;
///
/// assert_eq!(sizes::plain(3), r#""EUR""#.len() as u64);
/// ```
pub const fn plain(octets: u64) -> u64 {
    octets.saturating_add(2)
}

/// Any string of at most this many characters. Returns octets, with the quotes.
///
/// A character that is escaped has up to six (`\u001f`), and any other at most four in UTF-8.
///
/// Source: [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259#section-7), section 7, and
/// [RFC 3629](https://www.rfc-editor.org/rfc/rfc3629#section-3), section 3.
///
/// ```
/// use asl::sizes;
///
/// assert_eq!(sizes::text(2), r#""\u001f\u001f""#.len() as u64);
/// ```
pub const fn text(characters: u64) -> u64 {
    plain(characters.saturating_mul(6))
}

macro_rules! bounded {
    ($($bounded:ty: $longest:literal)+) => {
        $(
            impl MaxSize for $bounded {
                const LARGEST: u64 = $longest.len() as u64;
            }
        )+
    };
}

bounded! {
    bool: "false"
    u8: "255"
    u16: "65535"
    u32: "4294967295"
    u64: "18446744073709551615"
    usize: "18446744073709551615"
    i8: "-128"
    i16: "-32768"
    i32: "-2147483648"
    i64: "-9223372036854775808"
    isize: "-9223372036854775808"
    // The 17 digits that tell apart all numbers of 64 bits; a literal of fewer bits is written as one of 64.
    f32: "-0.000010013581231760327"
    f64: "-1.7976931348623157e+308"
    Timestamp: "\"2026-01-01T12:00:00.250Z\""
}

/// Source: [SendTaskSuccess, `taskToken`](https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_RequestParameters):
/// at most 2048 characters. Each of them may be escaped.
impl MaxSize for TaskToken {
    const LARGEST: u64 = text(2048);
}

impl<T: MaxSize> MaxSize for Option<T> {
    const LARGEST: u64 = if T::LARGEST > NULL { T::LARGEST } else { NULL };
}

const NULL: u64 = "null".len() as u64;

/// The most octets that the JSON of a payload has, as far as it is known.
///
/// ```
/// use asl::Payload;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Ticket {
///     pub number: u8,
///     pub seats: Vec<u8>,
/// }
///
/// let largest = Ticket::largest();
/// assert_eq!(largest.octets, r#"{"number":255,"seats":}"#.len() as u64);
/// assert_eq!(largest.unbounded, ["seats"]);
/// assert!(!largest.is_bound());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Largest {
    /// The octets of all parts that have a limit, together with keys, quotes, commas and brackets.
    pub octets: u64,
    /// The parts that have none, such as `order.notes[]`. They are not counted.
    pub unbounded: Vec<String>,
}

impl Largest {
    /// Whether all parts have a limit.
    /// See [`Largest`].
    pub fn is_bound(&self) -> bool {
        self.unbounded.is_empty()
    }

    pub(crate) fn known(octets: u64) -> Self {
        Self {
            octets,
            unbounded: Vec::new(),
        }
    }

    pub(crate) fn unknown() -> Self {
        Self {
            octets: 0,
            unbounded: vec![String::new()],
        }
    }

    pub(crate) fn or_null(mut self) -> Self {
        self.octets = self.octets.max(NULL);
        self
    }

    /// An array of at most this many items.
    pub(crate) fn times(self, items: u64) -> Self {
        let octets = self.octets.saturating_mul(items);
        Self {
            octets: octets.saturating_add(around(items)),
            unbounded: self.below("[]").unbounded,
        }
    }

    pub(crate) fn array(items: impl Iterator<Item = Self>) -> Self {
        let parts = items
            .enumerate()
            .map(|(index, item)| item.below(&format!("[{index}]")));
        Self::sum(parts)
    }

    pub(crate) fn object<'n>(fields: impl Iterator<Item = (&'n str, Self)>) -> Self {
        let parts = fields.map(|(name, mut field)| {
            let key = serde_json::Value::from(name).to_string();
            field.octets = field.octets.saturating_add(key.len() as u64 + 1);
            field.below(name)
        });
        Self::sum(parts)
    }

    fn sum(parts: impl Iterator<Item = Self>) -> Self {
        let mut sum = Self::known(0);
        let mut count = 0;
        for part in parts {
            count += 1;
            sum.octets = sum.octets.saturating_add(part.octets);
            sum.unbounded.extend(part.unbounded);
        }
        sum.octets = sum.octets.saturating_add(around(count));
        sum
    }

    /// The same as a part of something.
    fn below(mut self, name: &str) -> Self {
        for path in &mut self.unbounded {
            let dot = if path.is_empty() || path.starts_with('[') {
                ""
            } else {
                "."
            };
            *path = format!("{name}{dot}{path}");
        }
        self
    }
}

/// The brackets and commas around so many parts.
fn around(parts: u64) -> u64 {
    parts.saturating_sub(1).saturating_add(2)
}
