//! The demo's input: users to sign up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A line of the file: the sign-up body of one user.
#[derive(Clone)]
pub struct UserLine {
    /// The line's number, from 1.
    pub number: usize,
    /// The body. It is JSON; the API decides whether it is a valid sign-up.
    pub body: String,
}

impl std::fmt::Debug for UserLine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body is personal.
        formatter
            .debug_struct("UserLine")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Why a file of users cannot be used. Each message is one line that says what is wrong and how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    #[error("{} cannot be read: {source}; give a file of one sign-up per line with --file", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}, line {line}: not UTF-8; fix or remove that line", path.display())]
    NotText { path: PathBuf, line: usize },
    #[error("{}, line {line}: not JSON: {reason}; fix or remove that line", path.display())]
    NotJson {
        path: PathBuf,
        line: usize,
        /// The error and its column, without the text of the line, which is personal data.
        reason: String,
    },
}

/// Reads a file of one sign-up body per line. Blank lines are skipped.
///
/// # Errors
///
/// If it cannot be read, or a line is not JSON.
pub fn read(path: &Path) -> Result<Vec<UserLine>, UsersError> {
    let content = fs::read(path).map_err(|source| UsersError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    // A byte order mark.
    let content = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&content);
    let mut users = Vec::new();
    for (index, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let Ok(text) = str::from_utf8(line) else {
            return Err(UsersError::NotText {
                path: path.to_owned(),
                line: number,
            });
        };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Err(error) = serde_json::from_str::<Value>(text) {
            return Err(UsersError::NotJson {
                path: path.to_owned(),
                line: number,
                reason: reason(&error),
            });
        }
        users.push(UserLine {
            number,
            body: text.to_owned(),
        });
    }
    Ok(users)
}

/// serde's message without its line number, which is always 1 here.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    format!("{what} in column {}", error.column())
}

/// A few users, with several spellings of one address, a duplicate and an invalid body.
pub fn built_in() -> Vec<UserLine> {
    let bodies = [
        r#"{"email": "ada@example.org", "name": "Ada", "campaign": "spring"}"#,
        r#"{"email": "grace.hopper+news@example.com", "name": "Grace", "locale": "en-US"}"#,
        r#"{"email": "Zoe@BÜCHER.example.org", "name": "Zoë", "locale": "de", "phone": "+4930123456"}"#,
        r#"{"email": "ADA@Example.org"}"#,
        r#"{"email": "nobody", "phone": "12"}"#,
        r#"{"email": "edsger@example.net", "name": "Edsger"}"#,
        r#"{"email": "grace.hopper+news@EXAMPLE.com", "name": "Grace again"}"#,
        r#"{"email": "grace.hopper@example.com"}"#,
    ];
    bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| UserLine {
            number: index + 1,
            body: body.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &[u8]) -> Result<Vec<UserLine>, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("users.jsonl");
        fs::write(&path, text).unwrap();
        read(&path).map_err(|error| {
            error
                .to_string()
                .replace(&path.display().to_string(), "users.jsonl")
        })
    }

    #[test]
    fn blank_lines_are_skipped_but_counted() {
        let users = read_text("\u{feff}{\"email\": \"a\"}\r\n\n  \n[]".as_bytes()).unwrap();

        let numbers: Vec<_> = users.iter().map(|user| user.number).collect();
        assert_eq!(numbers, [1, 4]);
        assert_eq!(users[0].body, "{\"email\": \"a\"}");
    }

    #[test]
    fn a_line_that_is_not_json_is_reported_by_number_and_not_quoted() {
        let error = read_text(b"{}\n{\"email\": canary}\n").unwrap_err();

        assert_eq!(
            error,
            "users.jsonl, line 2: not JSON: expected value in column 11; fix or remove that line"
        );
    }

    #[test]
    fn a_line_that_is_not_utf8_is_reported_by_number() {
        let error = read_text(b"{}\n\xff\n").unwrap_err();

        assert!(error.starts_with("users.jsonl, line 2: not UTF-8"), "{error}");
    }

    #[test]
    fn the_built_in_users_are_json() {
        for user in built_in() {
            assert!(
                serde_json::from_str::<Value>(&user.body).is_ok(),
                "{}",
                user.number
            );
        }
    }
}
