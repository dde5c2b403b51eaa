//! Loopback hosts.

use std::net::IpAddr;

/// Whether the host of a URL is a loopback address: requests to it need no encryption.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
