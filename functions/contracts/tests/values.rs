//! The validation of values, by properties and by examples.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use contracts::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, UserId};
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
