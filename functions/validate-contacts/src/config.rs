//! Settings.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use contracts::values::HashKey;
use kit::limit::{InvalidRate, Rate};
use kit::{Environment, MissingSettings};
use verifications::InvalidSettings;

use crate::app::Settings;
use crate::countries::{CallingCodes, InvalidCallingCodes};

/// The default limit of a number: as many as a sign-up can ask for, with its first.
const PER_NUMBER: NonZeroU32 = NonZeroU32::new(6).unwrap();

/// The default limit of a range of numbers.
const PER_RANGE: NonZeroU32 = NonZeroU32::new(20).unwrap();

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `MAIL_FROM`: the sender of the mails.
    pub(crate) mail_from: String,
    /// `SES_CONFIGURATION_SET`: the SES configuration set of the mails. Default: that of the account.
    pub(crate) configuration_set: Option<String>,
    /// `SITE_URL`, `MAILS_PER_MAILBOX_PER_DAY`, `CONFIRMATION` and `FINGERPRINT_KEY`.
    pub(crate) mails: verifications::Settings,
    /// `SMS_SENDER_ID`: the sender of the text messages. Default: a number that SNS chooses.
    pub(crate) sender_id: Option<SenderId>,
    /// `SMS_CALLING_CODES`, `SMS_PER_NUMBER_PER_DAY` and `SMS_PER_RANGE_PER_HOUR`.
    pub(crate) app: Settings,
}

/// The name that phones show as the sender, where the country supports it: up to 11 letters and digits, at least one of them a
/// letter.
///
/// Source: [Publish](https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html), `AWS.SNS.SMS.SenderID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderId(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be up to 11 letters and digits, at least one of them a letter")]
pub struct InvalidSenderId;

impl SenderId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SenderId {
    type Err = InvalidSenderId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let valid = text.len() <= 11
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        valid.then(|| Self(text.to_owned())).ok_or(InvalidSenderId)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error(transparent)]
    Mails(#[from] InvalidSettings),
    #[error("SMS_CALLING_CODES {0}")]
    CallingCodes(#[from] InvalidCallingCodes),
    #[error("SMS_SENDER_ID {0}")]
    SenderId(#[from] InvalidSenderId),
    #[error("SMS_PER_NUMBER_PER_DAY {0}")]
    PerNumber(InvalidRate),
    #[error("SMS_PER_RANGE_PER_HOUR {0}")]
    PerRange(InvalidRate),
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
        let countries = environment.optional("SMS_CALLING_CODES");
        let sender_id = environment.optional("SMS_SENDER_ID");
        let per_number = environment.optional("SMS_PER_NUMBER_PER_DAY");
        let per_range = environment.optional("SMS_PER_RANGE_PER_HOUR");
        environment.finish()?;

        let mails = verifications::Settings::from_values(
            site_url,
            &key,
            per_mailbox.as_deref(),
            confirmation.as_deref(),
        )?;
        let key: HashKey = mails.code_key.clone();
        let countries = countries.map_or_else(|| Ok(CallingCodes::default()), |codes| codes.parse())?;
        let day = Duration::from_hours(24);
        let per_number = Rate::from_setting(per_number.as_deref(), PER_NUMBER, day);
        let hour = Duration::from_hours(1);
        let per_range = Rate::from_setting(per_range.as_deref(), PER_RANGE, hour);
        Ok(Self {
            table,
            mail_from,
            configuration_set,
            mails,
            sender_id: sender_id.map(|id| id.parse()).transpose()?,
            app: Settings {
                countries,
                per_number: per_number.map_err(InvalidConfig::PerNumber)?,
                per_range: per_range.map_err(InvalidConfig::PerRange)?,
                key,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 4] = [
        ("TABLE_NAME", "table"),
        ("MAIL_FROM", "hello@example.org"),
        ("SITE_URL", "https://example.org"),
        ("FINGERPRINT_KEY", "0123456789abcdef0123456789abcdef"),
    ];

    fn with(name: &'static str, value: &str) -> Result<Config, InvalidConfig> {
        Config::from_env(Environment::of(REQUIRED.into_iter().chain([(name, value)])))
    }

    #[test]
    fn all_missing_settings_are_named_at_once() {
        let error = Config::from_env(Environment::default()).unwrap_err();

        assert_eq!(
            error.to_string(),
            "set these environment variables: TABLE_NAME, MAIL_FROM, SITE_URL, FINGERPRINT_KEY"
        );
    }

    #[test]
    fn no_country_is_texted_by_default() {
        let config = Config::from_env(Environment::of(REQUIRED)).unwrap();

        assert_eq!(config.app.countries, CallingCodes::default());
        assert_eq!(config.sender_id, None);
    }

    #[test]
    fn invalid_settings_are_named() {
        for (name, value) in [
            ("SMS_CALLING_CODES", "+49"),
            ("SMS_SENDER_ID", "123"),
            ("SMS_SENDER_ID", "TwelveLetter"),
            ("SMS_PER_NUMBER_PER_DAY", "0"),
            ("SMS_PER_RANGE_PER_HOUR", "many"),
        ] {
            let error = with(name, value).unwrap_err();

            assert!(error.to_string().starts_with(name), "{error}");
        }
    }

    #[test]
    fn a_sender_id_is_a_short_name() {
        let config = with("SMS_SENDER_ID", "Example1").unwrap();

        assert_eq!(config.sender_id.unwrap().as_str(), "Example1");
    }
}
