//! Test vectors: executions with their expected end and history.
//!
//! A vector is a definition, an input, the results of its tasks, its end, and its history. Recordings made on
//! AWS have this form, and so have the vectors in this crate that follow the specification; `vectors/README.md` describes
//! the format.
//!
//! ```
//! use simulator::vectors::{self, Verdict};
//!
//! let text = r#"[{
//!     "id": "a pass hands its input on", "input": 7,
//!     "definition": {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
//!     "expected": {"status": "SUCCEEDED", "output": 7}
//! }]"#;
//!
//! let all = vectors::parse(text)?;
//! assert_eq!(all[0].check(), Verdict::Passed);
//! # Ok::<(), simulator::file::FileError>(())
//! ```

use std::path::Path;

mod compare;
mod format;
mod replay;

pub use format::Vector;

use crate::file::{self, FileError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// The first difference, in words.
    Failed(String),
    /// The machine is written in `JSONPath`.
    Refused,
}

/// Reads a file of vectors: a JSON array.
///
/// # Errors
///
/// If it cannot be read or is not of that form.
pub fn read(file: &Path) -> Result<Vec<Vector>, FileError> {
    file::read(file)
}

/// Reads vectors from JSON.
///
/// # Errors
///
/// If it is not of that form.
pub fn parse(text: &str) -> Result<Vec<Vector>, FileError> {
    file::parse(text)
}

impl Vector {
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the expectation follows: a section of the specification or of the documentation.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    pub fn check(&self) -> Verdict {
        let refusal = self.expected.status == "REFUSED";
        match replay::run(self) {
            Err(replay::Error::Definition(error)) if refusal => {
                let message = error.to_string();
                match &self.expected.cause {
                    Some(cause) if cause != &message => {
                        Verdict::Failed(format!("refusal: expected {cause}, got {message:?}"))
                    }
                    _ => Verdict::Passed,
                }
            }
            Err(replay::Error::Definition(error)) if error.is_jsonpath() => Verdict::Refused,
            Err(error) => Verdict::Failed(error.to_string()),
            Ok(execution) => match compare::difference(self, &execution) {
                None => Verdict::Passed,
                Some(difference) => Verdict::Failed(difference),
            },
        }
    }
}
