//! Masks for values that differ from run to run.

use regex::{Captures, Regex};
use serde_json::Value;

/// An id or a time. A longer text, such as a hash, does not match.
const DIFFERING: &str = r"\b(?<id>[0-9a-f]{32})\b|(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)";

/// The output with a mask for each id and each time that is not in the event: `<id 1>`, `<time 1>`. Equal values get equal
/// masks, and different values different ones.
pub(crate) fn differing(output: &Value, event: &str) -> Value {
    let mut seen: Vec<String> = Vec::new();
    let shape = Regex::new(DIFFERING).unwrap();
    let text = output.to_string();
    let masked = shape.replace_all(&text, |found: &Captures| {
        let one = &found[0];
        if event.contains(one) {
            return one.to_owned();
        }
        let number = seen.iter().position(|known| known == one).unwrap_or_else(|| {
            seen.push(one.to_owned());
            seen.len() - 1
        });
        let kind = if found.name("id").is_some() { "id" } else { "time" };
        format!("<{kind} {}>", number + 1)
    });
    serde_json::from_str(&masked).unwrap()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "11111111111111111111111111111111";
    const TWO: &str = "22222222222222222222222222222222";

    #[test]
    fn equal_ids_get_equal_masks_and_different_ids_different_masks() {
        let output = json!({"location": format!("/users/{ONE}"), "body": format!("{{\"id\":\"{ONE}\"}}"), "other": TWO});

        let masked = differing(&output, "{}");

        let expected = json!({"location": "/users/<id 1>", "body": "{\"id\":\"<id 1>\"}", "other": "<id 2>"});
        assert_eq!(masked, expected);
    }

    #[test]
    fn values_of_the_event_are_not_masked() {
        let output = json!([ONE, TWO, "2026-01-01T12:00:00Z", "2026-01-01T12:00:00.25Z"]);

        let masked = differing(&output, &format!("{TWO} 2026-01-01T12:00:00Z"));

        assert_eq!(masked, json!(["<id 1>", TWO, "2026-01-01T12:00:00Z", "<time 2>"]));
    }

    #[test]
    fn longer_and_shorter_texts_are_not_masked() {
        let output = json!(["0".repeat(64), "0".repeat(31), "ABCDEF"]);

        assert_eq!(differing(&output, ""), output);
    }
}
