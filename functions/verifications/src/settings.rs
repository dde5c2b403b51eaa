//! Settings of the step by mail.

use std::num::NonZeroU32;
use std::time::Duration;

use contracts::values::{HashKey, ShortHashKey};
use http::Uri;
use kit::is_loopback;
use kit::limit::{InvalidRate, Rate};

/// The default mail limit of a mailbox.
const MAILS_PER_MAILBOX: NonZeroU32 = NonZeroU32::new(5).unwrap();

#[derive(Debug, Clone)]
pub struct Settings {
    /// The site of the links, with or without a slash at the end.
    pub site_url: String,
    /// The mail limit: how many sign-ups may mail a mailbox.
    pub mails_per_mailbox: Rate,
    pub confirmation: Confirmation,
    /// The key of the codes' hashes.
    pub code_key: HashKey,
}

/// What mails offer to confirm the address by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    CodeAndLink,
    /// No link, for recipients whose mail scanners follow links and press buttons.
    Code,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    #[error("SITE_URL must be an https:// URL, or an http:// URL on a loopback address")]
    SiteUrl,
    #[error("MAILS_PER_MAILBOX_PER_DAY {0}")]
    MailsPerDay(InvalidRate),
    #[error("CONFIRMATION must be code-and-link or code")]
    Confirmation,
    #[error("`FINGERPRINT_KEY` is invalid")]
    FingerprintKey(#[from] ShortHashKey),
}

impl Settings {
    /// The settings from the values of `SITE_URL`, `FINGERPRINT_KEY`, `MAILS_PER_MAILBOX_PER_DAY` and `CONFIRMATION`.
    ///
    /// # Errors
    ///
    /// The first one that is invalid.
    pub fn from_values(
        site_url: String,
        code_key: &str,
        mails_per_mailbox: Option<&str>,
        confirmation: Option<&str>,
    ) -> Result<Self, InvalidSettings> {
        if !is_https_or_loopback(&site_url) {
            return Err(InvalidSettings::SiteUrl);
        }
        let mails_per_mailbox =
            Rate::from_setting(mails_per_mailbox, MAILS_PER_MAILBOX, Duration::from_hours(24))
                .map_err(InvalidSettings::MailsPerDay)?;
        let confirmation = match confirmation {
            None | Some("code-and-link") => Confirmation::CodeAndLink,
            Some("code") => Confirmation::Code,
            Some(_) => return Err(InvalidSettings::Confirmation),
        };
        Ok(Self {
            site_url,
            mails_per_mailbox,
            confirmation,
            code_key: HashKey::new(code_key)?,
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

    fn with(mails: Option<&str>, confirmation: Option<&str>) -> Result<Settings, InvalidSettings> {
        Settings::from_values("https://example.org".to_owned(), KEY, mails, confirmation)
    }

    #[test]
    fn the_default_mail_limit_is_five() {
        let (default, configured) = (with(None, None).unwrap(), with(Some("2"), None).unwrap());

        assert_eq!(default.mails_per_mailbox.tokens(), 5);
        assert_eq!(configured.mails_per_mailbox.tokens(), 2);
    }

    #[test]
    fn an_invalid_mail_limit_is_rejected() {
        let error = with(Some("many"), None).unwrap_err();

        assert_eq!(error, InvalidSettings::MailsPerDay(InvalidRate));
    }

    #[test]
    fn mails_have_a_link_unless_the_setting_says_code() {
        for (setting, expected) in [
            (None, Ok(Confirmation::CodeAndLink)),
            (Some("code-and-link"), Ok(Confirmation::CodeAndLink)),
            (Some("code"), Ok(Confirmation::Code)),
            (Some("link"), Err(InvalidSettings::Confirmation)),
        ] {
            let settings = with(None, setting);

            assert_eq!(settings.map(|settings| settings.confirmation), expected);
        }
    }

    #[test]
    fn site_url_must_be_https_or_loopback() {
        let read = |site_url: &str| Settings::from_values(site_url.to_owned(), KEY, None, None);
        for site_url in [
            "https://example.org",
            "https://example.org/account/",
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert_eq!(read(site_url).unwrap().site_url, site_url);
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

            assert_eq!(error, InvalidSettings::SiteUrl, "{site_url}");
        }
    }
}
