//! Settings.

use kit::{Environment, MissingSettings};
use verifications::{InvalidSettings, Settings};

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `MAIL_FROM`: the sender of the mails.
    pub(crate) mail_from: String,
    /// `SES_CONFIGURATION_SET`: the SES configuration set of the mails. Default: that of the account.
    pub(crate) configuration_set: Option<String>,
    /// `SITE_URL`, `MAILS_PER_MAILBOX_PER_DAY`, `CONFIRMATION` and `FINGERPRINT_KEY`.
    pub(crate) mails: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error(transparent)]
    Mails(#[from] InvalidSettings),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let mail_from = environment.required("MAIL_FROM");
        let site_url = environment.required("SITE_URL");
        let key = environment.required("FINGERPRINT_KEY");
        let configuration_set = environment.optional("SES_CONFIGURATION_SET");
        let per_mailbox = environment.optional("MAILS_PER_MAILBOX_PER_DAY");
        let confirmation = environment.optional("CONFIRMATION");
        environment.finish()?;
        let mails = Settings::from_values(site_url, &key, per_mailbox.as_deref(), confirmation.as_deref())?;
        Ok(Self {
            table,
            mail_from,
            configuration_set,
            mails,
        })
    }
}

#[cfg(test)]
mod tests {
    use contracts::values::ShortHashKey;

    use super::*;

    const REQUIRED: [(&str, &str); 4] = [
        ("TABLE_NAME", "table"),
        ("MAIL_FROM", "hello@example.org"),
        ("SITE_URL", "https://example.org"),
        ("FINGERPRINT_KEY", "0123456789abcdef0123456789abcdef"),
    ];

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let error = Config::from_env(Environment::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "set these environment variables: TABLE_NAME, MAIL_FROM, SITE_URL, FINGERPRINT_KEY"
        );
    }

    #[test]
    fn the_settings_of_mails_are_those_of_their_names() {
        let optional = [("MAILS_PER_MAILBOX_PER_DAY", "2"), ("CONFIRMATION", "code")];

        let config = Config::from_env(Environment::of(REQUIRED.into_iter().chain(optional))).unwrap();

        assert_eq!(config.mails.mails_per_mailbox.tokens(), 2);
        assert_eq!(config.mails.confirmation, verifications::Confirmation::Code);
        assert_eq!(config.mails.site_url, "https://example.org");
    }

    #[test]
    fn a_short_key_is_rejected_and_not_shown() {
        let settings = REQUIRED.into_iter().chain([("FINGERPRINT_KEY", "canary")]);

        let error = Config::from_env(Environment::of(settings)).unwrap_err();

        assert!(!kit::chain(&error).contains("canary"));
        let short = InvalidSettings::FingerprintKey(ShortHashKey);
        assert_eq!(error, InvalidConfig::Mails(short));
    }
}
