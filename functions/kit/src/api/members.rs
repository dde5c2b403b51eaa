//! The members of a JSON object, read for their text only.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The value of a member, as far as a request needs it.
pub(super) enum Member {
    Null,
    Text(String),
    /// A string with half of a surrogate pair: JSON's grammar allows it, and no text contains it.
    NotUnicode,
    /// A number, a boolean, an array or an object.
    Other,
}

/// Why a body has no members that can be read.
pub(super) enum Malformed {
    NotJson {
        line: usize,
        column: usize,
    },
    NotAnObject,
    /// Two members have one name, however each spells it, so that another reader could see another value.
    Repeated,
    NameNotUnicode,
}

/// Reads an object.
///
/// Values are checked for JSON's grammar and not interpreted, so that a member that nobody reads may hold what this program could
/// not represent: a number beyond `f64`, or any depth of nesting.
pub(super) fn read(body: &[u8]) -> Result<HashMap<String, Member>, Malformed> {
    let text = str::from_utf8(body).map_err(|error| not_utf8(body, error.valid_up_to()))?;
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| Malformed::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    if !whole.get().starts_with('{') {
        return Err(Malformed::NotAnObject);
    }
    // The text is JSON, so the only error that is left is a name that cannot be decoded.
    let members: Members = serde_json::from_str(whole.get()).map_err(|_| Malformed::NameNotUnicode)?;
    members.0.ok_or(Malformed::Repeated)
}

fn not_utf8(body: &[u8], at: usize) -> Malformed {
    let before = body.get(..at).unwrap_or_default();
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |index| index + 1);
    Malformed::NotJson {
        line: before.split(|byte| *byte == b'\n').count(),
        column: at - line_start + 1,
    }
}

/// The members; `None` if two have the same name.
struct Members(Option<HashMap<String, Member>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = HashMap::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if members.insert(name, member(value)).is_some() {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Members(None));
            }
        }
        Ok(Members(Some(members)))
    }
}

fn member(value: &RawValue) -> Member {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_or(Member::NotUnicode, Member::Text),
        Some(b'n') => Member::Null,
        _ => Member::Other,
    }
}
