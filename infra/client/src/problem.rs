//! Problem documents.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): why the API rejected a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Problem {
    /// The reason phrase of the status.
    #[serde(default)]
    pub title: String,
    /// The status code of the response.
    pub status: u16,
    /// A message for people.
    pub detail: String,
    /// The invalid fields of the body, if that is what is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// When to send the request again, from the header `Retry-After`. It is no part of the document.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field, as a JSON pointer into the body ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)); the empty pointer is
    /// the whole body.
    pub pointer: String,
    /// A message for people, which follows the field's name.
    pub detail: String,
}

impl Problem {
    /// Whether this field is among the invalid ones.
    pub fn names(&self, pointer: &str) -> bool {
        self.errors.iter().any(|error| error.pointer == pointer)
    }
}

/// The invalid fields; without any, the detail.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors.is_empty() {
            return formatter.write_str(&self.detail);
        }
        for (index, error) in self.errors.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(formatter, "the body {}", self.detail),
            pointer => write!(formatter, "{pointer} {}", self.detail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> Problem {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_message_has_all_invalid_fields() {
        let problem = problem(
            r#"{"title": "Unprocessable Entity", "status": 422, "detail": "see `errors`", "errors": [
                {"pointer": "/email", "detail": "is missing"}, {"pointer": "", "detail": "is not an object"}]}"#,
        );

        assert_eq!(
            problem.to_string(),
            "/email is missing; the body is not an object"
        );
        assert!(problem.names("/email") && !problem.names("/code"));
    }

    #[test]
    fn without_fields_the_message_is_the_detail() {
        let problem = problem(r#"{"type": "about:blank", "status": 404, "detail": "there is no such user"}"#);

        assert_eq!(problem.to_string(), "there is no such user");
    }
}
