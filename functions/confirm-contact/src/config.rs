//! Settings.

use contracts::values::{HashKey, ShortHashKey};
use kit::{Environment, MissingSettings};

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `FINGERPRINT_KEY`: the key of the codes' hashes. A secret.
    pub(crate) code_key: HashKey,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortHashKey),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let code_key = environment.required("FINGERPRINT_KEY");
        environment.finish()?;
        let code_key = HashKey::new(&code_key)?;
        Ok(Self { table, code_key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let error = Config::from_env(Environment::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "set these environment variables: TABLE_NAME, FINGERPRINT_KEY"
        );
    }

    #[test]
    fn a_short_key_is_rejected_and_not_shown() {
        let settings = [("TABLE_NAME", "table"), ("FINGERPRINT_KEY", "canary")];

        let error = Config::from_env(Environment::of(settings)).unwrap_err();

        assert_eq!(
            kit::chain(&error),
            "`FINGERPRINT_KEY` is invalid: shorter than 32 characters"
        );
        assert!(!format!("{error:?}").contains("canary"));
    }
}
