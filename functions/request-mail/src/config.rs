//! Settings.

use std::num::NonZeroU32;
use std::time::Duration;

use contracts::values::{HashKey, ShortHashKey};
use kit::limit::{InvalidRate, Rate};
use kit::{Environment, MissingSettings};

use crate::app::Settings;

const MAIL_REQUESTS_PER_SOURCE: NonZeroU32 = NonZeroU32::new(60).unwrap();

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `FINGERPRINT_KEY`, a secret, and `MAIL_REQUESTS_PER_SOURCE_PER_HOUR`.
    pub(crate) app: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortHashKey),
    #[error("`MAIL_REQUESTS_PER_SOURCE_PER_HOUR` {0}")]
    PerSource(InvalidRate),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let key = environment.required("FINGERPRINT_KEY");
        let per_source = environment.optional("MAIL_REQUESTS_PER_SOURCE_PER_HOUR");
        environment.finish()?;
        let per_source = Rate::from_setting(
            per_source.as_deref(),
            MAIL_REQUESTS_PER_SOURCE,
            Duration::from_hours(1),
        )
        .map_err(InvalidConfig::PerSource)?;
        let key = HashKey::new(&key)?;
        Ok(Self {
            table,
            app: Settings { key, per_source },
        })
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
