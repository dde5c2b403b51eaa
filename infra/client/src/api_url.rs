//! The address of the API.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The URL below which the API's paths are: `https://`, or `http://` on this machine.
///
/// Unencrypted requests would show addresses and tokens to the network, so plain HTTP is for loopback addresses only.
///
/// ```
/// use client::ApiUrl;
///
/// assert!("https://api.example.org/stage".parse::<ApiUrl>().is_ok());
/// assert!("http://127.0.0.1:3000".parse::<ApiUrl>().is_ok());
/// assert!("http://api.example.org".parse::<ApiUrl>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl(Url);

/// The text is not the URL of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApiUrl {
    #[error("not a URL such as https://api.example.org")]
    NotAUrl,
    #[error("only https:// URLs, and http:// on a loopback address, such as http://127.0.0.1:3000")]
    NotEncrypted,
    #[error("no user, query or fragment may be in the URL of an API")]
    TooMuch,
}

impl ApiUrl {
    /// Whether the API is on this machine, so that no proxy can reach it.
    pub(crate) fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback)
    }

    /// The URL of a path, given as its segments.
    #[expect(
        clippy::expect_used,
        reason = "URLs with these schemes always have a path of segments"
    )]
    pub(crate) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        url.path_segments_mut()
            .expect("an http URL has path segments")
            .pop_if_empty()
            .extend(segments);
        url
    }
}

impl FromStr for ApiUrl {
    type Err = InvalidApiUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| InvalidApiUrl::NotAUrl)?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => url.host_str().is_some_and(is_loopback),
            _ => false,
        };
        if !encrypted {
            return Err(InvalidApiUrl::NotEncrypted);
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidApiUrl::TooMuch);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users_at(api: &str) -> String {
        let api: ApiUrl = api.parse().unwrap();
        api.join(&["users", "a/b"]).to_string()
    }

    #[test]
    fn paths_are_below_the_url() {
        assert_eq!(
            users_at("http://127.0.0.1:3000"),
            "http://127.0.0.1:3000/users/a%2Fb"
        );
        assert_eq!(users_at("http://[::1]:3000/"), "http://[::1]:3000/users/a%2Fb");
        assert_eq!(
            users_at("https://api.example.org/a/$default"),
            "https://api.example.org/a/$default/users/a%2Fb"
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for url in ["http://localhost:3000", "http://127.0.0.2", "http://[::1]:1"] {
            assert!(url.parse::<ApiUrl>().is_ok(), "{url}");
        }
        for url in [
            "http://192.0.2.1",
            "http://localhost.example.org",
            "ftp://localhost",
        ] {
            assert_eq!(url.parse::<ApiUrl>(), Err(InvalidApiUrl::NotEncrypted), "{url}");
        }
    }

    #[test]
    fn other_parts_of_a_url_are_rejected() {
        for url in [
            "https://a:b@example.org",
            "https://example.org/?a",
            "https://example.org/#a",
        ] {
            assert_eq!(url.parse::<ApiUrl>(), Err(InvalidApiUrl::TooMuch), "{url}");
        }
        assert_eq!("127.0.0.1:3000".parse::<ApiUrl>(), Err(InvalidApiUrl::NotAUrl));
    }
}
