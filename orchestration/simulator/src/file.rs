//! JSON files, with errors that give line, column and path.

use std::path::Path;

use serde::de::DeserializeOwned;
use thiserror::Error;

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is not JSON, or not of the expected form.
    #[error("line {line}, column {column}, at `{path}`: {message}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The path in the JSON, such as `MockedResponses.Stored.0`; `.` is the whole.
        path: String,
        message: String,
    },
}

/// Reads a file of JSON.
///
/// # Errors
///
/// If it cannot be read, or its content is not of the expected form.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<T, FileError> {
    parse(&std::fs::read_to_string(file)?)
}

/// Reads JSON.
///
/// ```
/// let error = simulator::file::parse::<Vec<u8>>("[1,\n 300]").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 4, at `[1]`: invalid value: integer `300`, expected u8"
/// );
/// ```
///
/// # Errors
///
/// If it is not of the expected form.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, FileError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        malformed(path, &error.into_inner())
    })?;
    deserializer
        .end()
        .map_err(|error| malformed(".".to_owned(), &error))?;
    Ok(value)
}

fn malformed(path: String, error: &serde_json::Error) -> FileError {
    let message = error.to_string();
    // The message ends with line and column, too.
    let place = format!(" at line {} column {}", error.line(), error.column());
    FileError::Malformed {
        line: error.line(),
        column: error.column(),
        path,
        message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
    }
}
