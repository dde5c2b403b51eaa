//! URLs of the webhook: what is accepted is HTTPS on its port, and no address that is not on the internet.
//!
//! The rules here are `std`'s and a few ranges by hand, to hold the tables of the function against something else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use notify_webhook::{Network, WebhookUrl};
use url::{Host, Url};

pub(crate) fn target(data: &[u8]) {
    let Some(text) = crate::text(data) else { return };
    if let Ok(accepted) = WebhookUrl::new(text, Network::Public) {
        assert_eq!(format!("{accepted:?}"), "WebhookUrl(hidden)");
        let url = Url::parse(text).expect("what is accepted is a URL");
        assert_eq!(url.scheme(), "https");
        assert_eq!(url.port(), None);
        assert!(url.username().is_empty() && url.password().is_none());
        match url.host() {
            Some(Host::Domain(name)) => assert!(name.parse::<IpAddr>().is_err(), "an address as a name"),
            Some(Host::Ipv4(address)) => assert!(!is_local(address), "{address}"),
            Some(Host::Ipv6(address)) => assert!(!is_local_6(address), "{address}"),
            None => panic!("a URL without a host"),
        }
    }
    if WebhookUrl::new(text, Network::Loopback).is_ok() {
        match Url::parse(text).expect("what is accepted is a URL").host() {
            Some(Host::Ipv4(address)) => assert!(address.is_loopback(), "{address}"),
            Some(Host::Ipv6(address)) => assert!(
                address.is_loopback()
                    || address
                        .to_ipv4_mapped()
                        .is_some_and(|mapped| mapped.is_loopback()),
                "{address}"
            ),
            Some(Host::Domain(_)) | None => {}
        }
    }
}

fn is_local(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second))
}

fn is_local_6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is assigned; of it, 6to4, Teredo and documentation lead elsewhere or nowhere.
    first & 0xe000 != 0x2000
        || first == 0x2002
        || (first == 0x2001 && (second == 0 || second == 0xdb8))
        || address.to_ipv4_mapped().is_some()
}
