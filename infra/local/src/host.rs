//! Protection against DNS rebinding: requests for other host names are rejected.
//!
//! A hostile web page can resolve its own name to 127.0.0.1 and then read the console as same-origin. The browser still
//! sends that name in `Host`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

#[derive(Debug, Clone)]
pub(crate) struct Hosts(Arc<[String]>);

impl Hosts {
    pub(crate) fn of(listener: SocketAddr) -> Self {
        let addresses = [
            listener.ip(),
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        let port = listener.port();
        let mut names: Vec<String> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, port).to_string())
            .collect();
        names.push(format!("localhost:{port}"));
        if port == 80 {
            // Browsers omit the default port.
            let bare: Vec<String> = names
                .iter()
                .filter_map(|name| name.strip_suffix(":80").map(str::to_owned))
                .collect();
            names.extend(bare);
        }
        Self(names.into())
    }

    fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Middleware that responds with 421 to requests for other hosts.
pub(crate) async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    // An absolute URL in the request line overrides the header.
    let authority = request.uri().authority().map(Authority::as_str);
    let mut headers = request.headers().get_all(header::HOST).iter();
    let header = headers.next().and_then(|host| host.to_str().ok());
    let known = match (authority.or(header), headers.next()) {
        (Some(name), None) => hosts.contains(name),
        _ => false,
    };
    if known {
        next.run(request).await
    } else {
        let text = "this server serves only its own loopback names, such as localhost with its port\n";
        (StatusCode::MISDIRECTED_REQUEST, text).into_response()
    }
}

/// Middleware that rejects requests from web pages of any origin.
pub(crate) async fn reject_web_pages(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        (StatusCode::FORBIDDEN, "this server does not serve web pages\n").into_response()
    } else {
        next.run(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_the_loopback_names_with_the_port() {
        let hosts = Hosts::of("127.0.0.1:3000".parse().unwrap());

        for name in ["127.0.0.1:3000", "localhost:3000", "LOCALHOST:3000", "[::1]:3000"] {
            assert!(hosts.contains(name), "{name}");
        }
        for name in [
            "localhost",
            "localhost:3001",
            "example.org:3000",
            "127.0.0.1.example.org:3000",
            "",
        ] {
            assert!(!hosts.contains(name), "{name}");
        }
    }

    #[test]
    fn the_default_port_may_be_omitted() {
        let hosts = Hosts::of("127.0.0.1:80".parse().unwrap());

        assert!(hosts.contains("localhost") && hosts.contains("[::1]"));
    }
}
