//! Settings.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use contracts::values::hexadecimal;
use kit::limit::{InvalidRate, Rate};
use kit::{Environment, MissingSettings};
use ring::digest::{SHA256, digest};
use url::{Host, Url};

use crate::app::Settings;
use crate::network::{Network, UnknownNetwork};
use crate::redelivery::{InvalidSchedule, Schedule};

/// More than the attempts of one sign-up: one event alone says little about the endpoint.
const FAILURES_BEFORE_PAUSE: NonZeroU32 = NonZeroU32::new(10).unwrap();

const REDELIVERIES: NonZeroU32 = NonZeroU32::new(10).unwrap();

#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the table that the functions share.
    pub(crate) table: String,
    /// `WEBHOOK_URL`: the marketing endpoint, in the network `WEBHOOK_NETWORK`.
    pub(crate) url: WebhookUrl,
    /// `WEBHOOK_SECRET_ARN`: the signing secret of events.
    pub(crate) secret_arn: String,
    /// `WEBHOOK_FAILURES_BEFORE_PAUSE`, `WEBHOOK_REDELIVERY_PAUSES` and `WEBHOOK_REDELIVERIES_PER_SECOND`.
    pub(crate) app: Settings,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("WEBHOOK_URL is invalid: {0}")]
    Url(#[from] InvalidWebhookUrl),
    #[error("WEBHOOK_NETWORK is {0}")]
    Network(#[from] UnknownNetwork),
    #[error("WEBHOOK_FAILURES_BEFORE_PAUSE must be a whole number, at least 1")]
    Failures,
    #[error("WEBHOOK_REDELIVERY_PAUSES {0}")]
    Schedule(#[from] InvalidSchedule),
    #[error("WEBHOOK_REDELIVERIES_PER_SECOND {0}")]
    Redeliveries(InvalidRate),
}

impl Config {
    pub(crate) fn from_env(mut environment: Environment) -> Result<Self, InvalidConfig> {
        let table = environment.table();
        let url = environment.required("WEBHOOK_URL");
        let secret_arn = environment.required("WEBHOOK_SECRET_ARN");
        let network = environment.optional("WEBHOOK_NETWORK");
        let failures = environment.optional("WEBHOOK_FAILURES_BEFORE_PAUSE");
        let pauses = environment.optional("WEBHOOK_REDELIVERY_PAUSES");
        let redeliveries = environment.optional("WEBHOOK_REDELIVERIES_PER_SECOND");
        environment.finish()?;
        let network = network.map_or(Ok(Network::default()), |network| network.parse())?;
        let url = WebhookUrl::new(&url, network)?;
        let failures = failures.map_or(Ok(FAILURES_BEFORE_PAUSE), |failures| failures.parse());
        let app = Settings {
            endpoint: url.hash(),
            failures_before_pause: failures.map_err(|_| InvalidConfig::Failures)?.get(),
            schedule: pauses.map_or(Ok(Schedule::default()), |pauses| pauses.parse())?,
            redeliveries: Rate::from_setting(redeliveries.as_deref(), REDELIVERIES, Duration::from_secs(1))
                .map_err(InvalidConfig::Redeliveries)?,
        };
        Ok(Self {
            table,
            url,
            secret_arn,
            app,
        })
    }
}

/// The URL of the endpoint, and the network that it has to be in.
///
/// Such URLs often contain a key: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    url: Url,
    network: Network,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebhookUrl {
    #[error("it is not a URL with a host")]
    Malformed,
    #[error("it does not begin with https://")]
    Scheme,
    #[error("it has a user or a password; put a key into its path or query")]
    Credentials,
    #[error("its port is not 443")]
    Port,
    #[error("its host is an address outside of the network that the endpoint is to be in")]
    Address,
}

impl WebhookUrl {
    /// In the public network, the URL begins with `https://` and has no other port than 443. In the loopback network, it may also
    /// begin with `http://`, and have any port. A host that is an address, in whatever form, is in the network; names
    /// are checked whenever they are resolved.
    ///
    /// # Errors
    ///
    /// If the URL is not like that, or has a user or a password.
    pub fn new(text: &str, network: Network) -> Result<Self, InvalidWebhookUrl> {
        let url = Url::parse(text).map_err(|_| InvalidWebhookUrl::Malformed)?;
        match (url.scheme(), network) {
            ("https", _) | ("http", Network::Loopback) => {}
            _ => return Err(InvalidWebhookUrl::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidWebhookUrl::Credentials);
        }
        // The default port is `None`.
        if network == Network::Public && url.port().is_some() {
            return Err(InvalidWebhookUrl::Port);
        }
        let address = match url.host() {
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            None => return Err(InvalidWebhookUrl::Malformed),
        };
        if address.is_some_and(|address| !network.contains(address)) {
            return Err(InvalidWebhookUrl::Address);
        }
        Ok(Self { url, network })
    }

    /// A hash of it, by which the table knows the endpoint: 32 hexadecimal digits.
    pub(crate) fn hash(&self) -> String {
        let hash = digest(&SHA256, self.url.as_str().as_bytes());
        hexadecimal(hash.as_ref()).chars().take(32).collect()
    }

    /// The URL itself, for the one call that needs it.
    pub(crate) fn expose(&self) -> &Url {
        &self.url
    }

    /// The network that the endpoint has to be in.
    pub(crate) fn network(&self) -> Network {
        self.network
    }
}

contracts::hide_in_debug!(WebhookUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_the_public_network_is_https_on_its_port() {
        for url in [
            "https://example.org/hook",
            "https://example.org:443",
            "https://8.8.8.8/",
            "https://[2600::1]/",
        ] {
            assert!(WebhookUrl::new(url, Network::Public).is_ok(), "{url}");
        }
        for (url, error) in [
            ("", InvalidWebhookUrl::Malformed),
            ("example.org", InvalidWebhookUrl::Malformed),
            ("https://", InvalidWebhookUrl::Malformed),
            ("http://example.org", InvalidWebhookUrl::Scheme),
            ("http://127.0.0.1:8080", InvalidWebhookUrl::Scheme),
            ("ftp://localhost", InvalidWebhookUrl::Scheme),
            ("https://user@example.org", InvalidWebhookUrl::Credentials),
            ("https://:password@example.org", InvalidWebhookUrl::Credentials),
            ("https://example.org:8443", InvalidWebhookUrl::Port),
            ("https://127.0.0.1", InvalidWebhookUrl::Address),
        ] {
            assert_eq!(WebhookUrl::new(url, Network::Public), Err(error), "{url}");
        }
    }

    #[test]
    fn a_url_of_the_loopback_network_may_be_http_on_any_port() {
        for url in [
            "http://localhost:8080/hook",
            "http://127.0.0.1:8080",
            "https://[::1]:8443",
        ] {
            assert!(WebhookUrl::new(url, Network::Loopback).is_ok(), "{url}");
        }
        for url in ["http://8.8.8.8:8080", "https://192.168.0.1"] {
            let error = Err(InvalidWebhookUrl::Address);
            assert_eq!(WebhookUrl::new(url, Network::Loopback), error, "{url}");
        }
    }

    #[test]
    fn the_network_is_public_unless_set() {
        let settings = [
            ("TABLE_NAME", "table"),
            ("WEBHOOK_URL", "http://127.0.0.1:8080"),
            ("WEBHOOK_SECRET_ARN", "arn"),
        ];
        let with = |network| Environment::of(settings.into_iter().chain([("WEBHOOK_NETWORK", network)]));

        let default = Config::from_env(Environment::of(settings));
        let loopback = Config::from_env(with("loopback"));
        let unknown = Config::from_env(with("any"));

        assert_eq!(
            default.unwrap_err(),
            InvalidConfig::Url(InvalidWebhookUrl::Scheme)
        );
        assert_eq!(loopback.unwrap().url.network(), Network::Loopback);
        assert_eq!(
            unknown.unwrap_err().to_string(),
            "WEBHOOK_NETWORK is not one of: public, loopback"
        );
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

        assert_eq!(error, InvalidConfig::Url(InvalidWebhookUrl::Scheme));
        assert!(!format!("{error:?} {error}").contains("canary"));
    }

    #[test]
    fn settings_that_do_not_fit_are_named() {
        for (name, value) in [
            ("WEBHOOK_FAILURES_BEFORE_PAUSE", "0"),
            ("WEBHOOK_REDELIVERY_PAUSES", "soon"),
            ("WEBHOOK_REDELIVERIES_PER_SECOND", "-1"),
        ] {
            let environment = Environment::of([
                ("TABLE_NAME", "table"),
                ("WEBHOOK_URL", "https://example.org"),
                ("WEBHOOK_SECRET_ARN", "arn"),
                (name, value),
            ]);

            let error = Config::from_env(environment).unwrap_err().to_string();

            assert!(error.starts_with(name) && !error.contains(value), "{error}");
        }
    }

    #[test]
    fn another_url_is_another_endpoint() {
        let hash = |url| WebhookUrl::new(url, Network::Public).unwrap().hash();

        assert_eq!(hash("https://example.org/a").len(), 32);
        assert_eq!(hash("https://example.org/a"), hash("https://EXAMPLE.org:443/a"));
        assert_ne!(hash("https://example.org/a"), hash("https://example.org/b"));
    }

    #[test]
    fn debug_hides_the_url() {
        let url = WebhookUrl::new("https://example.org/canary", Network::Public).unwrap();

        assert!(!format!("{url:?}").contains("canary"));
    }
}
