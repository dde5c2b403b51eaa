//! Networks that the endpoint may be in, by its address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{Ipv4Net, Ipv6Net};

/// The network of the endpoint. Requests go to no address outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// The internet: addresses that are globally reachable and belong to one host.
    #[default]
    Public,
    /// This machine, for tests.
    Loopback,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of: public, loopback")]
pub struct UnknownNetwork;

/// What is not the internet. 192.0.0.0/24 to 192.175.48.0/24 have a few services that are globally reachable, none of them over
/// HTTP.
///
/// Source: [IANA IPv4 Special-Purpose Address Registry](https://www.iana.org/assignments/iana-ipv4-special-registry), and
/// 224.0.0.0/4 from [RFC 5771](https://www.rfc-editor.org/rfc/rfc5771#section-3).
const SPECIAL_V4: [Ipv4Net; 18] = [
    v4([0, 0, 0, 0], 8),       // this network
    v4([10, 0, 0, 0], 8),      // private
    v4([100, 64, 0, 0], 10),   // shared: carrier-grade NAT
    v4([127, 0, 0, 0], 8),     // loopback
    v4([169, 254, 0, 0], 16),  // link-local, with the metadata of instances and the credentials of containers
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // IETF protocol assignments
    v4([192, 0, 2, 0], 24),    // documentation
    v4([192, 31, 196, 0], 24), // AS112
    v4([192, 52, 193, 0], 24), // AMT
    v4([192, 88, 99, 0], 24),  // relays of 6to4
    v4([192, 168, 0, 0], 16),  // private
    v4([192, 175, 48, 0], 24), // AS112
    v4([198, 18, 0, 0], 15),   // benchmarking
    v4([198, 51, 100, 0], 24), // documentation
    v4([203, 0, 113, 0], 24),  // documentation
    v4([224, 0, 0, 0], 4),     // multicast
    v4([240, 0, 0, 0], 4),     // reserved, and broadcast
];

/// All that is assigned to hosts on the internet. Outside of it are the unspecified, loopback, IPv4-mapped, IPv4-compatible,
/// NAT64, discard-only, unique-local, link-local, site-local and multicast addresses.
///
/// Source: [IANA IPv6 Address Space](https://www.iana.org/assignments/ipv6-address-space).
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// What of it is not the internet, or leads to an IPv4 address.
///
/// Source: [IANA IPv6 Special-Purpose Address Registry](https://www.iana.org/assignments/iana-ipv6-special-registry).
const SPECIAL_V6: [Ipv6Net; 5] = [
    v6([0x2001, 0, 0, 0], 23), // IETF protocol assignments: Teredo, benchmarking, ORCHID and others
    v6([0x2001, 0x0db8, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0], 16), // 6to4
    v6([0x2620, 0x004f, 0x8000, 0], 48), // AS112
    v6([0x3fff, 0, 0, 0], 20), // documentation
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c, d]: [u16; 4], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

impl Network {
    pub fn contains(self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Public, IpAddr::V4(address)) => !SPECIAL_V4.iter().any(|net| net.contains(&address)),
            (Self::Public, IpAddr::V6(address)) => {
                GLOBAL_UNICAST.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
            }
            (Self::Loopback, address) => address.is_loopback(),
        }
    }
}

impl FromStr for Network {
    type Err = UnknownNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "public" => Ok(Self::Public),
            "loopback" => Ok(Self::Loopback),
            _ => Err(UnknownNetwork),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_public(address: &str) -> bool {
        Network::Public.contains(address.parse().unwrap())
    }

    /// The first and the last address of each range, and the neighbours of ranges whose neighbours are public.
    #[test]
    fn ranges_end_where_the_registries_say() {
        for (before, first, last, after) in [
            ("", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
            ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"),
            ("192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"),
            ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"),
            ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("223.255.255.255", "224.0.0.0", "239.255.255.255", ""),
            ("", "240.0.0.0", "255.255.255.255", ""),
            ("", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"),
            (
                "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001::",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:200::",
            ),
            (
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db9::",
            ),
            (
                "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2002::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2003::",
            ),
            (
                "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff",
                "2620:4f:8000::",
                "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
                "2620:4f:8001::",
            ),
            (
                "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff:1000::",
            ),
            (
                "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "4000::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "",
            ),
        ] {
            assert!(!is_public(first) && !is_public(last), "{first} to {last}");
            for neighbour in [before, after] {
                assert!(neighbour.is_empty() || is_public(neighbour), "{neighbour}");
            }
        }
    }

    /// Why an address is not public, by the standard library, as far as it knows.
    fn is_special(address: Ipv4Addr) -> bool {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_multicast()
            || address.is_unspecified()
    }

    proptest! {
        #[test]
        fn no_address_in_a_special_range_is_public(range in 0..SPECIAL_V4.len(), host: u32) {
            let range = SPECIAL_V4[range];
            let address = Ipv4Addr::from(range.addr().to_bits() | (host & range.hostmask().to_bits()));

            prop_assert!(!Network::Public.contains(address.into()), "{address}");
        }

        #[test]
        fn what_the_standard_library_calls_special_is_not_public(bits: u32) {
            let address = Ipv4Addr::from(bits);

            prop_assert!(!(is_special(address) && Network::Public.contains(address.into())), "{address}");
        }

        /// Mapped, compatible, translated (both prefixes of NAT64), and tunnelled by 6to4 and Teredo.
        #[test]
        fn no_form_of_an_ipv4_address_in_ipv6_is_public(high: u16, low: u16) {
            for address in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low),
            ] {
                prop_assert!(!Network::Public.contains(address.into()), "{address}");
            }
        }

        #[test]
        fn only_this_machine_is_in_the_loopback_network(bits: u32, wide: u128) {
            let (address, wide) = (Ipv4Addr::from(bits), Ipv6Addr::from(wide));

            prop_assert_eq!(Network::Loopback.contains(address.into()), address.octets()[0] == 127);
            prop_assert_eq!(Network::Loopback.contains(wide.into()), wide == Ipv6Addr::LOCALHOST);
        }
    }

    #[test]
    fn addresses_of_metadata_services_are_not_public() {
        for address in [
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "fd00:ec2::254",
            "fd00:ec2::23",
        ] {
            assert!(!is_public(address), "{address}");
        }
    }

    #[test]
    fn an_unknown_network_is_an_error() {
        for text in ["", "Public", "any", "public,loopback"] {
            assert_eq!(text.parse::<Network>(), Err(UnknownNetwork), "{text}");
        }
    }
}
