//! Settings from environment variables.

use std::collections::HashMap;

/// The environment, read once.
///
/// ```
/// use kit::Environment;
///
/// let mut environment = Environment::of([("MAIL_FROM", "hello@example.org")]);
/// let mail_from = environment.required("MAIL_FROM");
/// environment.finish()?;
/// assert_eq!(mail_from, "hello@example.org");
/// # Ok::<(), kit::MissingSettings>(())
/// ```
#[derive(Default)]
pub struct Environment {
    variables: HashMap<String, String>,
    missing: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("set these environment variables: {}", .0.join(", "))]
pub struct MissingSettings(Vec<&'static str>);

impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values may be secrets.
        formatter
            .debug_struct("Environment")
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

impl Environment {
    pub fn read() -> Self {
        let (variables, missing) = (std::env::vars().collect(), Vec::new());
        Self { variables, missing }
    }

    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            variables: variables.collect(),
            missing: Vec::new(),
        }
    }

    /// `TABLE_NAME`: the table that the functions share.
    pub fn table(&mut self) -> String {
        self.required("TABLE_NAME")
    }

    /// The variable's value. [`finish`](Self::finish) reports it if it is missing or empty.
    pub fn required(&mut self, name: &'static str) -> String {
        match self.variables.get(name) {
            Some(value) if !value.is_empty() => value.clone(),
            _ => {
                self.missing.push(name);
                String::new()
            }
        }
    }

    /// The variable's value, if there is one.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    /// Reports all missing variables.
    ///
    /// # Errors
    ///
    /// All required variables that are missing, in the order of the calls.
    pub fn finish(self) -> Result<(), MissingSettings> {
        if self.missing.is_empty() {
            Ok(())
        } else {
            Err(MissingSettings(self.missing))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let mut environment = Environment::of([("EMPTY", "")]);

        environment.required("EMPTY");
        environment.required("ABSENT");

        let error = environment.finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "set these environment variables: EMPTY, ABSENT"
        );
    }
}
