//! Settings.

use std::num::NonZeroU32;
use std::time::Duration;

use contracts::values::{HashKey, ShortHashKey};
use http::Uri;
use kit::limit::{InvalidRate, Rate};
use kit::{Environment, MissingSettings, is_loopback};

use crate::app::{Confirmation, Settings};

/// The default mail limit of a mailbox.
const MAILS_PER_MAILBOX: NonZeroU32 = NonZeroU32::new(5).unwrap();

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `MAIL_FROM`: the sender of the mails.
    pub(crate) mail_from: String,
    /// `SES_CONFIGURATION_SET`: the SES configuration set of the mails. Default: that of the account.
    pub(crate) configuration_set: Option<String>,
    /// `SITE_URL`, `MAILS_PER_MAILBOX_PER_DAY`, `CONFIRMATION` and `FINGERPRINT_KEY`.
    pub(crate) app: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("SITE_URL must be an https:// URL, or an http:// URL on a loopback address")]
    SiteUrl,
    #[error("MAILS_PER_MAILBOX_PER_DAY {0}")]
    MailsPerDay(InvalidRate),
    #[error("CONFIRMATION must be code-and-link or code")]
    Confirmation,
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortHashKey),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let mail_from = environment.required("MAIL_FROM");
        let site_url = environment.required("SITE_URL");
        let key = environment.required("FINGERPRINT_KEY");
        let configuration_set = environment.optional("SES_CONFIGURATION_SET");
        let mails_per_mailbox = environment.optional("MAILS_PER_MAILBOX_PER_DAY");
        let confirmation = environment.optional("CONFIRMATION");
        environment.finish()?;
        if !is_https_or_loopback(&site_url) {
            return Err(InvalidConfig::SiteUrl);
        }
        let mails_per_mailbox = Rate::from_setting(
            mails_per_mailbox.as_deref(),
            MAILS_PER_MAILBOX,
            Duration::from_hours(24),
        )
        .map_err(InvalidConfig::MailsPerDay)?;
        let confirmation = match confirmation.as_deref() {
            None | Some("code-and-link") => Confirmation::CodeAndLink,
            Some("code") => Confirmation::Code,
            Some(_) => return Err(InvalidConfig::Confirmation),
        };
        Ok(Self {
            table,
            mail_from,
            configuration_set,
            app: Settings {
                site_url,
                mails_per_mailbox,
                confirmation,
                code_key: HashKey::new(&key)?,
            },
        })
    }
}

/// Whether links to the site are encrypted, or do not leave the machine.
fn is_https_or_loopback(site_url: &str) -> bool {
    let Ok(url) = site_url.parse::<Uri>() else {
        return false;
    };
    match url.scheme_str() {
        Some("https") => true,
        Some("http") => url.host().is_some_and(is_loopback),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const REQUIRED: [(&str, &str); 4] = [
        ("TABLE_NAME", "table"),
        ("MAIL_FROM", "hello@example.org"),
        ("SITE_URL", "https://example.org"),
        ("FINGERPRINT_KEY", KEY),
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
    fn the_default_mail_limit_is_five() {
        let default = Config::from_env(Environment::of(REQUIRED)).unwrap();
        let two = REQUIRED.into_iter().chain([("MAILS_PER_MAILBOX_PER_DAY", "2")]);
        let configured = Config::from_env(Environment::of(two)).unwrap();

        assert_eq!(default.app.mails_per_mailbox.tokens(), 5);
        assert_eq!(configured.app.mails_per_mailbox.tokens(), 2);
    }

    #[test]
    fn an_invalid_mail_limit_is_rejected() {
        let many = REQUIRED
            .into_iter()
            .chain([("MAILS_PER_MAILBOX_PER_DAY", "many")]);

        let error = Config::from_env(Environment::of(many)).unwrap_err();

        assert_eq!(error, InvalidConfig::MailsPerDay(InvalidRate));
    }

    #[test]
    fn mails_have_a_link_unless_the_setting_says_code() {
        for (setting, expected) in [
            (None, Ok(Confirmation::CodeAndLink)),
            (Some("code-and-link"), Ok(Confirmation::CodeAndLink)),
            (Some("code"), Ok(Confirmation::Code)),
            (Some("link"), Err(InvalidConfig::Confirmation)),
        ] {
            let setting = setting.map(|setting| ("CONFIRMATION", setting));

            let config = Config::from_env(Environment::of(REQUIRED.into_iter().chain(setting)));

            assert_eq!(config.map(|config| config.app.confirmation), expected);
        }
    }

    #[test]
    fn a_short_key_is_rejected_and_not_shown() {
        let settings = REQUIRED.into_iter().chain([("FINGERPRINT_KEY", "canary")]);

        let error = Config::from_env(Environment::of(settings)).unwrap_err();

        assert!(!kit::chain(&error).contains("canary"));
        assert_eq!(error, InvalidConfig::FingerprintKey(ShortHashKey));
    }

    #[test]
    fn site_url_must_be_https_or_loopback() {
        let read = |site_url| {
            Config::from_env(Environment::of([
                ("TABLE_NAME", "table"),
                ("MAIL_FROM", "hello@example.org"),
                ("SITE_URL", site_url),
                ("FINGERPRINT_KEY", KEY),
            ]))
        };
        for site_url in [
            "https://example.org",
            "https://example.org/account/",
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert_eq!(read(site_url).unwrap().app.site_url, site_url);
        }
        for site_url in [
            "example.org",
            "http://example.org",
            "http://localhost.example.org",
            "http://localhost@example.org",
            "http://192.0.2.1",
            "ftp://localhost",
            "https://",
        ] {
            let error = read(site_url).unwrap_err();

            assert_eq!(error, InvalidConfig::SiteUrl, "{site_url}");
        }
    }
}
