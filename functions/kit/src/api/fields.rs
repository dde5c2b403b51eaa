//! The fields of a request's body.

use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::{FieldError, Problem};

/// The fields of a JSON object. All their errors are collected and reported at once.
///
/// ```
/// use contracts::values::EmailAddress;
/// use serde_json::json;
///
/// let body = json!({"email": "nobody"});
/// let mut fields = kit::api::Fields::of(body.as_object().cloned().unwrap_or_default());
/// let email: Option<EmailAddress> = fields.required("email");
///
/// assert_eq!(email, None);
/// assert_eq!(fields.finish().unwrap_err().status(), 422);
/// ```
pub struct Fields {
    object: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values may be personal.
        formatter
            .debug_struct("Fields")
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl Fields {
    pub fn of(object: Map<String, Value>) -> Self {
        Self {
            object,
            errors: Vec::new(),
        }
    }

    /// Whether the object has a value for this field, of any type.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// The field's value; `None` if it is missing or invalid, which [`finish`](Self::finish) reports.
    pub fn required<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.object.get(name) {
            None | Some(Value::Null) => {
                self.add_error(name, "is missing");
                None
            }
            Some(_) => self.optional(name),
        }
    }

    /// The field's value, if there is one. [`finish`](Self::finish) reports an invalid one.
    pub fn optional<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.object.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => match text.parse() {
                Ok(value) => Some(value),
                // The errors of value types never quote the text.
                Err(error) => {
                    let error = format!("is {error}");
                    self.add_error(name, &error);
                    None
                }
            },
            Some(_) => {
                self.add_error(name, "is not a string");
                None
            }
        }
    }

    /// Returns all collected errors.
    ///
    /// # Errors
    ///
    /// 422 with all fields that are missing or invalid.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(self.errors))
        }
    }

    /// Returns the value of a [required](Self::required) field, or all collected errors.
    ///
    /// # Errors
    ///
    /// 422 with all fields that are missing or invalid.
    pub fn finish_with<T>(self, required: Option<T>) -> Result<T, Problem> {
        match required {
            Some(value) => self.finish().map(|()| value),
            None => Err(Problem::invalid_fields(self.errors)),
        }
    }

    pub(super) fn not_an_object(mut self) -> Problem {
        self.add_error("", "is not a JSON object");
        Problem::invalid_fields(self.errors)
    }

    fn add_error(&mut self, name: &str, detail: &str) {
        let pointer = if name.is_empty() {
            String::new()
        } else {
            format!("/{name}")
        };
        self.errors.push(FieldError {
            pointer,
            detail: detail.to_owned(),
        });
    }
}
