//! Sources of requests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use contracts::values::{HashKey, hexadecimal};

/// The network that a request came from: the /24 of an IPv4 address, or the /64 of an IPv6 address, which is what one
/// customer of a provider gets.
///
/// It is the address that the gateway saw. Headers such as `X-Forwarded-For` are what the client likes them to be, and are not
/// read. It is personal data: `Debug` hides it, and it is stored as a [keyed hash](Self::hash) only.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(String);

contracts::hide_in_debug!(Source);

impl Source {
    /// The network of this address. Texts that are no address are one source of their own.
    pub fn of(address: &str) -> Self {
        let network = match address.parse() {
            Ok(IpAddr::V4(address)) => of_v4(address),
            Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => of_v4(address),
                None => of_v6(address),
            },
            Err(_) => "unknown".to_owned(),
        };
        Self(network)
    }

    /// The keyed hash of the network, in hexadecimal. Without the key, a hash of so few networks could be reversed by trying all.
    pub fn hash(&self, key: &HashKey) -> String {
        hexadecimal(&key.digest("source", self.0.as_bytes()))
    }
}

fn of_v4(address: Ipv4Addr) -> String {
    let [a, b, c, _] = address.octets();
    format!("{}/24", Ipv4Addr::new(a, b, c, 0))
}

fn of_v6(address: Ipv6Addr) -> String {
    let network = address.to_bits() & (u128::MAX << 64);
    format!("{}/64", Ipv6Addr::from_bits(network))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_network() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
            ("", "unknown"),
            ("192.0.2.77, 198.51.100.1", "unknown"),
        ] {
            assert_eq!(Source::of(address).0, network, "{address}");
        }
    }

    #[test]
    fn the_hash_depends_on_the_key_and_debug_hides_the_address() {
        let (one, other) = (HashKey::new(&"a".repeat(32)), HashKey::new(&"b".repeat(32)));
        let source = Source::of("192.0.2.77");

        assert_ne!(source.hash(&one.unwrap()), source.hash(&other.unwrap()));
        assert_eq!(format!("{source:?}"), "Source(hidden)");
    }
}
