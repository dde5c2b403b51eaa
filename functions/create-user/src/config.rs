//! Settings.

use kit::{Environment, MissingSettings};

use crate::fingerprint::{FingerprintKey, ShortKey};

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `STATE_MACHINE_ARN`: the workflow to start.
    pub(crate) state_machine: String,
    /// `FINGERPRINT_KEY`: the key of fingerprints. A secret.
    pub(crate) fingerprint_key: FingerprintKey,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortKey),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let state_machine = environment.required("STATE_MACHINE_ARN");
        let fingerprint_key = environment.required("FINGERPRINT_KEY");
        environment.finish()?;
        Ok(Self {
            table,
            state_machine,
            fingerprint_key: FingerprintKey::new(&fingerprint_key)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(key: &str) -> Environment {
        Environment::of([
            ("TABLE_NAME", "table"),
            ("STATE_MACHINE_ARN", "arn"),
            ("FINGERPRINT_KEY", key),
        ])
    }

    #[test]
    fn a_key_that_is_too_short_is_rejected_and_not_shown() {
        let error = Config::from_env(environment("canary")).unwrap_err();

        assert_eq!(
            kit::chain(&error),
            "`FINGERPRINT_KEY` is invalid: shorter than 32 characters"
        );
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let error = Config::from_env(Environment::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "set these environment variables: TABLE_NAME, STATE_MACHINE_ARN, FINGERPRINT_KEY"
        );
    }

    #[test]
    fn debug_hides_the_key() {
        let config = Config::from_env(environment(&"canary".repeat(6))).unwrap();

        assert!(!format!("{config:?}").contains("canary"));
    }
}
