//! The validation of values, by properties and by examples.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use contracts::values::{
    Campaign, EmailAddress, InvalidEmail, InvalidLinkToken, InvalidName, LinkToken, Locale, PersonName,
    PhoneNumber, UserId,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn normalisation_of_addresses_is_idempotent(text in "\\PC{1,40}@[a-zäöü0-9-]{1,20}\\.(org|example)") {
        if let Ok(address) = text.parse::<EmailAddress>() {
            let again: EmailAddress = address.expose().parse().unwrap();

            prop_assert_eq!(again.expose(), address.expose());
        }
    }

    #[test]
    fn addresses_are_case_insensitive(local in "[a-z0-9.+]{1,30}", domain in "[a-z]{1,20}") {
        let lower = format!("{local}@{domain}.example");

        prop_assert_eq!(
            lower.to_uppercase().parse::<EmailAddress>().ok(),
            lower.parse::<EmailAddress>().ok()
        );
    }

    #[test]
    fn addresses_contain_no_line_breaks(text in "\\PC*[\\r\\n]\\PC*") {
        if let Ok(address) = format!("{text}@example.org").parse::<EmailAddress>() {
            prop_assert!(!address.expose().contains(['\r', '\n']));
        }
    }

    #[test]
    fn parsing_never_panics(text in "\\PC*") {
        let _ = text.parse::<EmailAddress>();
        let _ = text.parse::<PersonName>();
        let _ = text.parse::<PhoneNumber>();
        let _ = text.parse::<Locale>();
        let _ = text.parse::<Campaign>();
        let _ = text.parse::<UserId>();
    }
}

#[test]
fn phone_numbers_are_in_e164() {
    for good in ["+493012345678", "+15552000000", "+123456789012345"] {
        assert!(good.parse::<PhoneNumber>().is_ok(), "{good}");
    }
    for bad in [
        "030 12345678",
        "+0301234",
        "+1",
        "+49 30 1",
        "493012345678",
        "+1234567890123456",
        "+49１",
    ] {
        assert!(bad.parse::<PhoneNumber>().is_err(), "{bad}");
    }
}

#[test]
fn locales_are_normalised() {
    assert_eq!("DE-ch".parse::<Locale>().unwrap().as_str(), "de-CH");
    assert_eq!("zh-hant-tw".parse::<Locale>().unwrap().as_str(), "zh-Hant-TW");
    for bad in ["", "not a tag", "e", "de_DE"] {
        assert!(bad.parse::<Locale>().is_err(), "{bad}");
    }
}

#[test]
fn names_are_composed_and_have_no_control_characters() {
    assert_eq!(" Zoe\u{308} ".parse::<PersonName>().unwrap().expose(), "Zoë");
    for bad in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(201)] {
        assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_campaign_cannot_contain_an_address() {
    assert!("spring-2026.de:lead_7".parse::<Campaign>().is_ok());
    for bad in ["", "ada@example.org", "two words", &"x".repeat(129)] {
        assert!(bad.parse::<Campaign>().is_err(), "{bad}");
    }
}

#[test]
fn ids_are_32_hexadecimal_digits() {
    assert_eq!(UserId::generate().unwrap().as_str().len(), 32);
    for bad in [
        "",
        "0123456789ABCDEF0123456789ABCDEF",
        "../0123456789abcdef0123456789abcd",
    ] {
        assert!(bad.parse::<UserId>().is_err(), "{bad}");
    }
}

#[test]
fn debug_hides_personal_data() {
    let address: EmailAddress = "canary@example.org".parse().unwrap();
    let name: PersonName = "Canary".parse().unwrap();
    let phone: PhoneNumber = "+4930111222".parse().unwrap();

    let shown = format!("{address:?} {name:?} {phone:?}");

    assert_eq!(
        shown,
        "EmailAddress(hidden) PersonName(hidden) PhoneNumber(hidden)"
    );
}

fn normal(text: &str) -> String {
    text.parse::<EmailAddress>().unwrap().expose().to_owned()
}

#[test]
fn spellings_of_one_address_are_equal() {
    let composed = "Zo\u{eb}@example.org";
    let decomposed = "ZOE\u{308}@EXAMPLE.org";

    assert_eq!(normal(composed), normal(decomposed));
}

#[test]
fn plus_tags_and_dots_are_kept() {
    assert_eq!(normal("a.b+c@example.org"), "a.b+c@example.org");
}

#[test]
fn a_domain_becomes_its_a_labels() {
    assert_eq!(normal("a@faß.example"), "a@xn--fa-hia.example");
    assert_eq!(normal("a@日本語.example"), "a@xn--wgv71a119e.example");
}

#[test]
fn malformed_addresses_are_rejected() {
    for text in [
        "",
        "a",
        "@example.org",
        "a@",
        "a b@example.org",
        "a@example",
        "a@-example.org",
        "Name <a@example.org>",
        "a@[127.0.0.1]",
        "\"a b\"@example.org",
        "a@exa mple.org",
        "a..b@example.org",
        "a@1.2.3.4",
        &format!("{}@example.org", "x".repeat(65)),
        "a@example.org\r\nBcc: b@example.org",
    ] {
        assert_eq!(text.parse::<EmailAddress>(), Err(InvalidEmail), "{text}");
    }
}

#[test]
fn a_local_part_has_at_most_64_bytes() {
    normal(&format!("{}@example.org", "x".repeat(64)));
}

#[test]
fn an_address_has_at_most_254_bytes() {
    let domain = |length: usize| {
        let labels = ["d".repeat(63), "d".repeat(63), "d".repeat(length)].join(".");
        format!("{}@{labels}.example", "x".repeat(64))
    };
    let max = domain(254 - 64 - 1 - 128 - 8);

    assert_eq!(max.len(), 254);
    normal(&max);
    assert!(domain(254 - 64 - 1 - 128 - 7).parse::<EmailAddress>().is_err());
}

#[test]
fn debug_hides_the_address() {
    let address: EmailAddress = "canary@example.org".parse().unwrap();

    assert!(!format!("{address:?}").contains("canary"));
}

#[test]
fn names_hold_no_invisible_characters() {
    let ranges = [
        '\u{ad}'..='\u{ad}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{2064}',
        '\u{2066}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
    ];
    for letter in ranges.into_iter().flatten() {
        let name = format!("A{letter}da");

        assert_eq!(name.parse::<PersonName>(), Err(InvalidName), "{letter:?}");
    }
}

#[test]
fn names_of_all_scripts_are_accepted() {
    for name in ["Zoë", "O’Brien-Smith", "محمد", "דוד", "さくら", "अनुजा"] {
        assert_eq!(name.parse::<PersonName>().unwrap().expose(), name);
    }
}

#[test]
fn tokens_round_trip_through_links() {
    let token = LinkToken::generate().unwrap();

    assert_eq!(token.expose().parse(), Ok(token));
}

#[test]
fn the_hash_of_a_token_is_stable() {
    let hash = LinkToken::from_bytes([7; 32]).hash();

    assert_eq!(
        hash.as_str(),
        "dd64d75231be2ee6f3cd326642c4d043084756745eea528b42571538a67edb51"
    );
}

#[test]
fn malformed_tokens_are_rejected() {
    for text in ["", "abc", "!!!!", &"A".repeat(44)] {
        assert_eq!(text.parse::<LinkToken>(), Err(InvalidLinkToken), "{text}");
    }
}
