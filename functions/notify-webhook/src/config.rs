//! Settings.

use std::str::FromStr;

use kit::{Environment, MissingSettings, is_loopback};
use url::Url;

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `WEBHOOK_URL`: the marketing endpoint.
    pub(crate) url: WebhookUrl,
    /// `WEBHOOK_SECRET_ARN`: the signing secret of events.
    pub(crate) secret_arn: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("WEBHOOK_URL is invalid")]
    Url(#[from] InvalidWebhookUrl),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let url = environment.required("WEBHOOK_URL");
        let secret_arn = environment.required("WEBHOOK_SECRET_ARN");
        environment.finish()?;
        Ok(Self {
            table,
            url: url.parse()?,
            secret_arn,
        })
    }
}

/// The URL of the endpoint: `https://`, or `http://` on a loopback address.
///
/// Such URLs often contain a key: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an https:// URL, nor an http:// URL on a loopback address")]
pub struct InvalidWebhookUrl;

impl WebhookUrl {
    /// The URL itself, for the one call that needs it.
    pub(crate) fn expose(&self) -> &Url {
        &self.0
    }
}

impl FromStr for WebhookUrl {
    type Err = InvalidWebhookUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidWebhookUrl)?;
        let allowed = match url.scheme() {
            "https" => true,
            "http" => url.host_str().is_some_and(is_loopback),
            _ => false,
        };
        if allowed {
            Ok(Self(url))
        } else {
            Err(InvalidWebhookUrl)
        }
    }
}

contracts::hide_in_debug!(WebhookUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_url_must_be_https_or_loopback() {
        for url in [
            "https://example.org/hook",
            "http://localhost:8080/hook",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert!(url.parse::<WebhookUrl>().is_ok(), "{url}");
        }
        for url in [
            "",
            "example.org",
            "http://example.org",
            "http://localhost.example.org",
            "http://192.0.2.1",
            "ftp://localhost",
        ] {
            assert_eq!(url.parse::<WebhookUrl>(), Err(InvalidWebhookUrl), "{url}");
        }
    }

    #[test]
    fn missing_settings_are_reported_before_invalid_ones() {
        let environment = Environment::of([("WEBHOOK_URL", "http://example.org")]);

        let error = Config::from_env(environment).unwrap_err();

        assert_eq!(
            error.to_string(),
            "set these environment variables: TABLE_NAME, WEBHOOK_SECRET_ARN"
        );
    }

    #[test]
    fn an_invalid_url_is_not_shown() {
        let environment = Environment::of([
            ("TABLE_NAME", "table"),
            ("WEBHOOK_URL", "http://example.org/canary"),
            ("WEBHOOK_SECRET_ARN", "arn"),
        ]);

        let error = Config::from_env(environment).unwrap_err();

        assert_eq!(error, InvalidConfig::Url(InvalidWebhookUrl));
        assert!(!format!("{error:?} {error}").contains("canary"));
    }

    #[test]
    fn debug_hides_the_url() {
        let url: WebhookUrl = "https://example.org/canary".parse().unwrap();

        assert!(!format!("{url:?}").contains("canary"));
    }
}
