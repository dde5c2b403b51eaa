//! Settings.

use std::num::NonZeroU32;

use kit::{Environment, MissingSettings};

use crate::app::Settings;

/// How many mails an address may get on one day, unless configured otherwise.
const MAILS_PER_DAY: u32 = 5;

/// What the function is configured with.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub table: String,
    /// `MAIL_FROM`: whom the mails are from.
    pub mail_from: String,
    /// `SES_CONFIGURATION_SET`: how SES treats and reports each mail. Default: as the account says.
    pub configuration_set: Option<String>,
    /// `SITE_URL` and `MAILS_PER_ADDRESS_PER_DAY`: what the use case needs to know.
    pub app: Settings,
}

/// The settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConfig {
    /// Some are missing.
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    /// `MAILS_PER_ADDRESS_PER_DAY` is not a count.
    #[error("MAILS_PER_ADDRESS_PER_DAY is not a whole number of at least 1")]
    MailsPerDay,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// All that are missing, or else the one that does not fit.
    pub fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.required("TABLE_NAME");
        let mail_from = environment.required("MAIL_FROM");
        let site_url = environment.required("SITE_URL");
        let configuration_set = environment.optional("SES_CONFIGURATION_SET");
        let mails_per_day = environment.optional("MAILS_PER_ADDRESS_PER_DAY");
        environment.finish()?;
        let mails_per_day = match mails_per_day {
            Some(count) => count
                .parse::<NonZeroU32>()
                .map_err(|_| InvalidConfig::MailsPerDay)?
                .get(),
            None => MAILS_PER_DAY,
        };
        Ok(Self {
            table,
            mail_from,
            configuration_set,
            app: Settings {
                site_url,
                mails_per_day,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] = [
        ("TABLE_NAME", "table"),
        ("MAIL_FROM", "hello@example.org"),
        ("SITE_URL", "https://example.org"),
    ];

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let error = Config::from_env(Environment::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "missing in the environment: TABLE_NAME, MAIL_FROM, SITE_URL"
        );
    }

    #[test]
    fn an_address_gets_five_mails_a_day_unless_configured_otherwise() {
        let default = Config::from_env(Environment::of(REQUIRED)).unwrap();
        let two = REQUIRED.into_iter().chain([("MAILS_PER_ADDRESS_PER_DAY", "2")]);
        let configured = Config::from_env(Environment::of(two)).unwrap();

        assert_eq!(default.app.mails_per_day, 5);
        assert_eq!(configured.app.mails_per_day, 2);
    }

    #[test]
    fn a_cap_that_is_no_count_is_refused() {
        let many = REQUIRED
            .into_iter()
            .chain([("MAILS_PER_ADDRESS_PER_DAY", "many")]);

        let error = Config::from_env(Environment::of(many)).unwrap_err();

        assert_eq!(error, InvalidConfig::MailsPerDay);
    }
}
