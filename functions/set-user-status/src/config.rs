//! Settings.

use kit::{Environment, MissingSettings};

/// What the function is configured with.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub table: String,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// All that are missing.
    pub fn from_env(mut environment: Environment) -> Result<Self, MissingSettings> {
        let config = Self {
            table: environment.required("TABLE_NAME"),
        };
        environment.finish()?;
        Ok(config)
    }
}
