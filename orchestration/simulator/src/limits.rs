//! Quotas of Step Functions.
//!
//! Source: [Service quotas](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).

use serde_json::Value;

/// The most bytes of a payload, as UTF-8 JSON: "Quotas related to task executions".
pub(crate) const MAX_PAYLOAD_BYTES: usize = 256 * 1024;

/// The most events of a history: "Quotas related to state machine executions".
///
/// An Express execution has no such quota on AWS but ends after five minutes. Here it has the quota, too: no virtual time
/// passes from one state to the next, so a loop would never end.
pub(crate) const MAX_HISTORY_EVENTS: usize = 25_000;

/// The longest that an Express execution runs, in seconds.
pub(crate) const MAX_EXPRESS_SECONDS: u64 = 300;

/// The most bytes of all variables that one `Assign` sets: [Limits of
/// variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#assign-limits). A single
/// variable has the same limit, and so is within it.
pub(crate) const MAX_ASSIGNED_BYTES: usize = 256 * 1024;

/// The most bytes of all variables of an execution: [Limits of
/// variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#assign-limits).
pub(crate) const MAX_STORED_BYTES: usize = 10 * 1024 * 1024;

/// The value's bytes as UTF-8 JSON.
pub(crate) fn bytes(value: &Value) -> usize {
    let mut left = usize::MAX;
    fits(value, &mut left);
    usize::MAX - left
}

/// Whether the value has more bytes than a payload may have.
pub(crate) fn exceeds_payload(value: &Value) -> bool {
    let mut left = MAX_PAYLOAD_BYTES;
    !fits(value, &mut left)
}

/// Subtracts the value's bytes from `left`; false if there are too few.
fn fits(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::Null => take(left, 4),
        Value::Bool(truth) => take(left, if *truth { 4 } else { 5 }),
        Value::Number(number) => take(left, number.to_string().len()),
        Value::String(text) => take(left, string_bytes(text)),
        Value::Array(items) => {
            take(left, 2 + items.len().saturating_sub(1)) && items.iter().all(|item| fits(item, left))
        }
        Value::Object(fields) => {
            take(left, 2 + fields.len().saturating_sub(1))
                && fields
                    .iter()
                    .all(|(key, field)| take(left, string_bytes(key) + 1) && fits(field, left))
        }
    }
}

fn take(left: &mut usize, bytes: usize) -> bool {
    match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}

fn string_bytes(text: &str) -> usize {
    let escapes: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
            0..0x20 => 5,
            _ => 0,
        })
        .sum();
    text.len() + 2 + escapes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_bytes_of_a_value_are_those_of_its_json() {
        let value = json!({"a": [1, -2.5, null, true, false], "b": "\"\n\u{1}é", "c": {}});
        let length = value.to_string().len();
        let (mut enough, mut too_few) = (length, length - 1);

        assert!(fits(&value, &mut enough));
        assert_eq!(enough, 0);
        assert!(!fits(&value, &mut too_few));
    }

    #[test]
    fn a_payload_holds_256_kib() {
        assert!(!exceeds_payload(&json!("x".repeat(MAX_PAYLOAD_BYTES - 2))));
        assert!(exceeds_payload(&json!("x".repeat(MAX_PAYLOAD_BYTES - 1))));
    }
}
