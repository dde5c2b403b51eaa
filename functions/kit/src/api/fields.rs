//! The fields of a request's body.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use super::members::{self, Malformed, Member};
use super::{FieldError, Problem};

/// The fields of a JSON object. All their errors are collected and reported at once.
///
/// ```
/// use contracts::values::EmailAddress;
/// use kit::api::Fields;
///
/// let Ok(mut fields) = Fields::read(br#"{"email": "nobody"}"#) else {
///     panic!("the body is an object");
/// };
/// let email: Option<EmailAddress> = fields.required("email");
///
/// assert_eq!(email, None);
/// assert_eq!(fields.finish().unwrap_err().status(), 422);
/// ```
pub struct Fields {
    members: HashMap<String, Member>,
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
    /// The fields of this body. What other members hold is not looked at.
    ///
    /// # Errors
    ///
    /// 400 if the body is not JSON, 422 if it is JSON but not an object, or an object with two members of one name.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let malformed = match members::read(body) {
            Ok(members) => {
                let errors = Vec::new();
                return Ok(Self { members, errors });
            }
            Err(malformed) => malformed,
        };
        let detail = match malformed {
            Malformed::NotJson { line, column } => return Err(Problem::not_json(line, column)),
            Malformed::NotAnObject => "is not a JSON object",
            Malformed::Repeated => "has two members of the same name",
            Malformed::NameNotUnicode => "has a member whose name is not Unicode text",
        };
        Err(Problem::invalid_fields(vec![FieldError {
            pointer: String::new(),
            detail: detail.to_owned(),
        }]))
    }

    /// Whether the object has a value for this field, of any type.
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.members.get(name), None | Some(Member::Null))
    }

    /// The field's value; `None` if it is missing or invalid, which [`finish`](Self::finish) reports.
    pub fn required<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match self.members.get(name) {
            None | Some(Member::Null) => {
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
        match self.members.get(name) {
            None | Some(Member::Null) => None,
            Some(Member::Text(text)) => match text.parse() {
                Ok(value) => Some(value),
                // The errors of value types never quote the text.
                Err(error) => {
                    let error = format!("is {error}");
                    self.add_error(name, &error);
                    None
                }
            },
            Some(Member::NotUnicode) => {
                self.add_error(name, "is not Unicode text");
                None
            }
            Some(Member::Other) => {
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

    fn add_error(&mut self, name: &str, detail: &str) {
        self.errors.push(FieldError {
            pointer: format!("/{name}"),
            detail: detail.to_owned(),
        });
    }
}
