//! Settings.

use std::num::NonZeroU32;
use std::time::Duration;

use contracts::values::ShortHashKey;
use kit::limit::{InvalidRate, Rate};
use kit::{Environment, MissingSettings};

use crate::app::Limits;
use crate::fingerprint::FingerprintKey;

const SIGN_UPS_PER_SOURCE: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// Fewer than the mails that a mailbox gets, so that one source cannot use them up.
const SIGN_UPS_PER_MAILBOX_AND_SOURCE: NonZeroU32 = NonZeroU32::new(3).unwrap();

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `STATE_MACHINE_ARN`: the workflow to start.
    pub(crate) state_machine: String,
    /// `FINGERPRINT_KEY`: the key of fingerprints. A secret.
    pub(crate) fingerprint_key: FingerprintKey,
    /// `SIGN_UPS_PER_SOURCE_PER_HOUR` and `SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY`.
    pub(crate) limits: Limits,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortHashKey),
    #[error("`SIGN_UPS_PER_SOURCE_PER_HOUR` {0}")]
    PerSource(InvalidRate),
    #[error("`SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY` {0}")]
    PerMailboxAndSource(InvalidRate),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let state_machine = environment.required("STATE_MACHINE_ARN");
        let fingerprint_key = environment.required("FINGERPRINT_KEY");
        let per_source = environment.optional("SIGN_UPS_PER_SOURCE_PER_HOUR");
        let per_mailbox_and_source = environment.optional("SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY");
        environment.finish()?;
        let limits = Limits {
            per_source: Rate::from_setting(
                per_source.as_deref(),
                SIGN_UPS_PER_SOURCE,
                Duration::from_hours(1),
            )
            .map_err(InvalidConfig::PerSource)?,
            per_mailbox_and_source: Rate::from_setting(
                per_mailbox_and_source.as_deref(),
                SIGN_UPS_PER_MAILBOX_AND_SOURCE,
                Duration::from_hours(24),
            )
            .map_err(InvalidConfig::PerMailboxAndSource)?,
        };
        Ok(Self {
            table,
            state_machine,
            fingerprint_key: FingerprintKey::new(&fingerprint_key)?,
            limits,
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
    fn an_invalid_limit_is_rejected_by_its_name() {
        for setting in [
            "SIGN_UPS_PER_SOURCE_PER_HOUR",
            "SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY",
        ] {
            let key = "k".repeat(32);
            let settings = [
                ("TABLE_NAME", "table"),
                ("STATE_MACHINE_ARN", "arn"),
                ("FINGERPRINT_KEY", key.as_str()),
                (setting, "0"),
            ];

            let error = Config::from_env(Environment::of(settings)).unwrap_err();

            assert_eq!(
                error.to_string(),
                format!("`{setting}` must be a whole number, at least 1")
            );
        }
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
