//! The endpoint guard: no request goes to an address that is not on the internet, in whatever form the URL names it.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

mod support;

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use kit::https::{Resolver, Roots};
use notify_webhook::{Deliver, HttpEndpoint, InvalidWebhookUrl, Network, NoResponse, Timeouts, WebhookUrl};
use support::{answer, signed};
use tokio::net::TcpListener;

/// One address or more of each range that is not on the internet.
const FORBIDDEN: [Ipv4Addr; 21] = [
    Ipv4Addr::UNSPECIFIED,
    Ipv4Addr::new(0, 1, 2, 3),
    Ipv4Addr::new(10, 0, 0, 1),
    Ipv4Addr::new(100, 64, 0, 1),
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 255, 255, 254),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(172, 16, 0, 1),
    Ipv4Addr::new(172, 31, 255, 254),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(192, 88, 99, 1),
    Ipv4Addr::new(192, 168, 1, 1),
    Ipv4Addr::new(198, 18, 0, 1),
    Ipv4Addr::new(198, 51, 100, 1),
    Ipv4Addr::new(203, 0, 113, 1),
    Ipv4Addr::new(224, 0, 0, 1),
    Ipv4Addr::new(239, 255, 255, 250),
    Ipv4Addr::new(240, 0, 0, 1),
    Ipv4Addr::BROADCAST,
];

/// The text with each digit replaced by the one that many code points after it: 0xFEE0 for full-width digits.
fn shifted(text: &str, zero: u32) -> String {
    let shift = |letter: char| match letter.to_digit(10) {
        Some(digit) => char::from_u32(zero + digit).unwrap(),
        None => letter,
    };
    text.chars().map(shift).collect()
}

/// The hosts of URLs that mean this address, or lead to it through a gateway.
fn forms(address: Ipv4Addr) -> Vec<String> {
    let ([a, b, c, d], bits) = (address.octets(), address.to_bits());
    let [high, low] = [bits >> 16, bits & 0xffff];
    let dotted = address.to_string();
    vec![
        dotted.clone(),
        format!("{dotted}."),
        format!("{bits}"),
        format!("0{bits:o}"),
        format!("0x{bits:x}"),
        format!("0X{bits:08X}"),
        format!("{a}.{}", bits & 0x00ff_ffff),
        format!("{a}.{b}.{low}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("000{a:o}.{b}.{c}.{d}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0x{a:x}.{b}.0{c:o}.{d}"),
        format!("0x{a:x}.{}", bits & 0x00ff_ffff),
        // By IDNA, these are dots, and these are digits.
        dotted.replace('.', "\u{3002}"),
        dotted.replace('.', "\u{ff0e}"),
        dotted.replace('.', "\u{ff61}"),
        shifted(&dotted, 0xff10),
        shifted(&dotted, 0x1d7ce),
        shifted(&bits.to_string(), 0xff10),
        dotted.replace('.', "%2e"),
        dotted
            .chars()
            .flat_map(|letter| ["%".to_owned(), format!("{:02x}", u32::from(letter))])
            .collect(),
        format!("[::ffff:{dotted}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[0:0:0:0:0:ffff:{high:x}:{low:x}]"),
        format!("[::ffff:0:{dotted}]"),
        format!("[::{dotted}]"),
        format!("[64:ff9b::{dotted}]"),
        format!("[64:ff9b:1::{high:x}:{low:x}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!(
            "[2001:0:4136:e378:8000:63bf:{:x}:{:x}]",
            high ^ 0xffff,
            low ^ 0xffff
        ),
    ]
}

#[test]
fn no_form_of_a_forbidden_address_is_accepted() {
    let urls: BTreeSet<_> = FORBIDDEN
        .into_iter()
        .flat_map(forms)
        .flat_map(|host| {
            [
                format!("https://{host}/hook"),
                format!("HTTPS://{host}:443?key=1"),
            ]
        })
        .collect();
    // Some forms of 0.0.0.0 are equal.
    assert!(urls.len() > 1200, "{}", urls.len());

    let accepted: Vec<_> = urls
        .iter()
        .filter(|url| WebhookUrl::new(url, Network::Public).is_ok())
        .collect();

    assert_eq!(accepted, Vec::<&String>::new());
}

#[test]
fn the_same_forms_of_a_public_address_are_accepted() {
    // The last nine forms are of IPv6, where none is public.
    let forms = forms(Ipv4Addr::new(8, 8, 4, 4));

    let refused: Vec<_> = forms[..forms.len() - 9]
        .iter()
        .filter(|host| WebhookUrl::new(&format!("https://{host}/hook"), Network::Public).is_err())
        .collect();

    assert_eq!(refused, Vec::<&String>::new());
}

#[test]
fn other_forms_that_mislead_are_refused() {
    for url in [
        // Of IPv6.
        "https://[::]",
        "https://[::1]",
        "https://[0:0:0:0:0:0:0:1]",
        "https://[0000:0000:0000:0000:0000:0000:0000:0001]",
        "https://[fe80::1]",
        "https://[fe80::1%25eth0]",
        "https://[fec0::1]",
        "https://[fc00::1]",
        "https://[fd00:ec2::254]",
        "https://[ff02::1]",
        "https://[100::1]",
        "https://[2001:db8::1]",
        "https://[2001:2::1]",
        "https://[2001:10::1]",
        "https://[2001:20::1]",
        "https://[3fff::1]",
        "https://[5f00::1]",
        "https://[4000::1]",
        // Userinfo, which people and other parsers take for the host.
        "https://user@example.org",
        "https://user:password@example.org",
        "https://:password@example.org",
        "https://example.org@127.0.0.1",
        "https://127.0.0.1@example.org",
        "https://example.org:443@10.0.0.1",
        "https://example.org%40@10.0.0.1",
        "https://a@b@10.0.0.1",
        "https://user%3a@example.org",
        // A backslash is a slash, and a fragment or query ends the host.
        "https://10.0.0.1\\@example.org",
        "https://10.0.0.1#@example.org",
        "https://10.0.0.1?@example.org",
        "https:\\\\10.0.0.1",
        "https:/10.0.0.1",
        "https:10.0.0.1",
        "https:///10.0.0.1",
        "  https://10.0.0.1  ",
        "ht\ntps://10.0.0.1",
        "https://10.0.\t0.1",
        "https://10.0.0.1\r\n",
        // Short, in parts that are too long, and with letters that IDNA maps or drops.
        "https://0",
        "https://127.1",
        "https://10.1",
        "https://0x7f.1",
        "https://017700000001",
        "https://①②⑦.⓪.⓪.①",
        "https://1\u{00ad}0.0.0.1",
        "https://1\u{200b}27.0.0.1",
        "https://256.0.0.1",
        "https://127.0.0.0x100",
        "https://4294967296",
        "https://127.0.0.1.1",
        "https://127..1",
        "https://09.0.0.1",
        // Ports.
        "https://example.org:80",
        "https://example.org:22",
        "https://example.org:8443",
        "https://example.org:0",
        "https://example.org:65535",
        "https://example.org:65536",
        "https://example.org:0444",
        "https://example.org:-1",
        "https://example.org:4 43",
        // Schemes.
        "http://example.org",
        "http://example.org:443",
        "http://127.0.0.1",
        "http://localhost:3000",
        "//example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "file://example.org/hook",
        "gopher://example.org",
        "ws://example.org",
        "wss://example.org",
        "data:text/plain,",
        "javascript:0",
        "unix:///var/run/docker.sock",
        "httpss://example.org",
        "https+unix://example.org",
        // No host.
        "",
        "https",
        "https:",
        "https://",
        "https://:443",
        "https://[]",
        "https://[::1",
        "https://exa mple.org",
        "https://exa<mple.org",
        "https://%00example.org",
        "https://xn--",
    ] {
        assert!(WebhookUrl::new(url, Network::Public).is_err(), "{url:?}");
    }
}

/// The endpoint at this URL, whose name is resolved to these addresses: those of the first, second and each later resolution.
fn endpoint(url: &str, network: Network, script: Vec<Vec<IpAddr>>) -> (HttpEndpoint, Arc<AtomicUsize>) {
    let resolutions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&resolutions);
    let resolver = Resolver::of(move |_| {
        let index = counted.fetch_add(1, Ordering::Relaxed);
        let addresses = script.get(index).or(script.last());
        addresses.cloned().ok_or(io::ErrorKind::NotFound.into())
    });
    let url = WebhookUrl::new(url, network).unwrap();
    let timeouts = Timeouts {
        total: Duration::from_secs(2),
        ..Timeouts::default()
    };
    (
        HttpEndpoint::new(&url, timeouts, Roots::bundled(), resolver).unwrap(),
        resolutions,
    )
}

#[tokio::test]
async fn a_name_with_a_forbidden_address_is_refused() {
    let public = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));
    let wide = [
        "::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "fd00:ec2::254",
        "2002:808:808::1",
        "2001::1",
    ];
    let wide = wide.map(|address| IpAddr::V6(address.parse().unwrap()));

    for forbidden in FORBIDDEN.map(IpAddr::V4).into_iter().chain(wide) {
        for addresses in [vec![forbidden], vec![public, forbidden], vec![forbidden, public]] {
            let (endpoint, _) = endpoint(
                "https://endpoint.example/hook",
                Network::Public,
                vec![addresses.clone()],
            );

            let result = endpoint.deliver(&signed()).await;

            assert_eq!(result, Err(NoResponse::ForbiddenAddress), "{addresses:?}");
        }
    }
}

#[tokio::test]
async fn names_of_this_machine_are_refused() {
    for host in ["localhost", "LOCALHOST", "ｌｏｃａｌｈｏｓｔ", "ⓛocalhost"] {
        let url = WebhookUrl::new(&format!("https://{host}/hook"), Network::Public).unwrap();
        let (timeouts, roots) = (Timeouts::default(), Roots::bundled());
        let endpoint = HttpEndpoint::new(&url, timeouts, roots, Resolver::system()).unwrap();

        let result = endpoint.deliver(&signed()).await;

        assert_eq!(result, Err(NoResponse::ForbiddenAddress), "{host}");
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_unreachable() {
    for script in [vec![], vec![vec![]]] {
        let (endpoint, _) = endpoint("https://endpoint.example", Network::Public, script);

        assert_eq!(endpoint.deliver(&signed()).await, Err(NoResponse::Unreachable));
    }
}

/// Serves a hook on a port of this machine that closes each connection after its response, so that each request connects.
async fn hook(status: StatusCode, location: &'static str) -> u16 {
    let respond = move || async move { (status, [("connection", "close"), ("location", location)]) };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(respond))).await });
    port
}

/// The name has a good address when it is checked, and would have a forbidden one when it were resolved again.
#[tokio::test]
async fn the_connection_is_made_to_the_address_that_was_checked() {
    let port = hook(StatusCode::NO_CONTENT, "").await;
    let rebound = vec![
        vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        vec![IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254))],
        vec![IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
    ];
    let url = format!("http://endpoint.example:{port}/hook");
    let (endpoint, resolutions) = endpoint(&url, Network::Loopback, rebound);

    let first = endpoint.deliver(&signed()).await;

    assert_eq!((first, resolutions.load(Ordering::Relaxed)), (Ok(answer(204)), 1));
    for _ in 0..2 {
        assert_eq!(
            endpoint.deliver(&signed()).await,
            Err(NoResponse::ForbiddenAddress)
        );
    }
    assert_eq!(resolutions.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_is_not_followed() {
    let other = hook(StatusCode::NO_CONTENT, "").await;
    for location in [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/hook",
        &format!("http://127.0.0.1:{other}/hook"),
        "//127.0.0.1/hook",
        "/hook",
    ] {
        for status in [301, 302, 303, 307, 308] {
            let status = StatusCode::from_u16(status).unwrap();
            let port = hook(status, location.to_owned().leak()).await;
            let url = format!("http://endpoint.example:{port}/hook");
            let loopback = vec![vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]];
            let (endpoint, resolutions) = endpoint(&url, Network::Loopback, loopback);

            let result = endpoint.deliver(&signed()).await;

            assert_eq!(result, Ok(answer(status.as_u16())), "{location}");
            assert_eq!(resolutions.load(Ordering::Relaxed), 1, "{location}");
        }
    }
}

#[tokio::test]
async fn nothing_outside_of_this_machine_is_in_the_loopback_network() {
    assert_eq!(
        WebhookUrl::new("http://8.8.8.8/hook", Network::Loopback),
        Err(InvalidWebhookUrl::Address)
    );
    let (endpoint, _) = endpoint(
        "http://endpoint.example",
        Network::Loopback,
        vec![vec![IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8))]],
    );

    assert_eq!(
        endpoint.deliver(&signed()).await,
        Err(NoResponse::ForbiddenAddress)
    );
}
