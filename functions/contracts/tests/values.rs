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
    fn an_accepted_address_is_ascii(text in "[\\PC]{1,20}@[a-zäöü]{1,20}\\.example") {
        if let Ok(address) = text.parse::<EmailAddress>() {
            prop_assert!(address.expose().is_ascii());
            prop_assert!(text.trim().split('@').next().unwrap().is_ascii());
        }
    }

    #[test]
    fn a_local_part_with_one_letter_that_is_not_ascii_is_refused_for_it(
        before in "[a-z]{0,8}",
        letter in "[à-öø-ÿā-žα-ωа-яא-תぁ-ん一-龠]",
        after in "[a-z]{0,8}",
    ) {
        prop_assert_eq!(
            format!("{before}{letter}{after}@example.org").parse::<EmailAddress>(),
            Err(InvalidEmail::LocalPartNotAscii)
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
fn a_locale_repeats_no_variant_and_no_singleton() {
    for good in [
        "de-CH-1901",
        "de-1901-1996",
        "sl-rozaj-biske-1994",
        "en-a-bbb-u-ca-gregory",
        // What is behind an `x` is private.
        "de-1901-x-1901-1901",
        "en-a-bbb-x-a-ccc",
        "en-u-ca-gregory-nu-gregory",
        "i-klingon",
    ] {
        assert!(good.parse::<Locale>().is_ok(), "{good}");
    }
    for bad in [
        "de-1901-1901",
        "de-DE-1996-1901-1996",
        "sl-rozaj-ROZAJ",
        "en-a-bbb-a-ccc",
        "en-a-bbb-u-ca-A-ccc",
        "en-u-ca-gregory-U-nu-latn",
    ] {
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
    let composed = "zoe@b\u{fc}cher.example";
    let decomposed = "ZOE@BU\u{308}CHER.example";

    assert_eq!(normal(composed), normal(decomposed));
}

#[test]
fn a_local_part_that_is_not_ascii_is_refused_for_that_reason() {
    for text in [
        "zoë@example.org",
        "ζωή@παράδειγμα.example",
        "a.ł+tag@example.org",
        // Letters whose lower case or composed form is ASCII.
        "\u{212a}elvin@example.org",
        "\u{130}stanbul@example.org",
        "zoe\u{308}@example.org",
    ] {
        assert_eq!(
            text.parse::<EmailAddress>(),
            Err(InvalidEmail::LocalPartNotAscii),
            "{text}"
        );
    }
    assert_eq!("zoë".parse::<EmailAddress>(), Err(InvalidEmail::Malformed));
}

#[test]
fn plus_tags_and_dots_are_kept() {
    assert_eq!(normal("a.b+c@example.org"), "a.b+c@example.org");
}

#[test]
fn a_mailbox_has_many_addresses() {
    let mailbox = |text: &str| text.parse::<EmailAddress>().unwrap().mailbox();

    for address in ["ADA@example.org", "ada+news@example.org", "ada+a+b@example.org"] {
        assert_eq!(mailbox(address), mailbox("ada@example.org"), "{address}");
    }
    for address in ["a.da+x@gmail.com", "ada@googlemail.com", "A.D.A@GoogleMail.com"] {
        assert_eq!(mailbox(address), mailbox("ada@gmail.com"), "{address}");
    }
    for address in [
        "a.da@example.org",
        "ada@example.com",
        "bob@example.org",
        "+ada@example.org",
    ] {
        assert_ne!(mailbox(address), mailbox("ada@example.org"), "{address}");
    }
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
        assert_eq!(
            text.parse::<EmailAddress>(),
            Err(InvalidEmail::Malformed),
            "{text}"
        );
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
        '\u{61c}'..='\u{61c}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{2064}',
        '\u{2066}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
        '\u{fff9}'..='\u{fffb}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0001}'..='\u{e0001}',
        '\u{e0020}'..='\u{e007f}',
    ];
    for letter in ranges.into_iter().flatten() {
        let name = format!("A{letter}da");

        assert_eq!(name.parse::<PersonName>(), Err(InvalidName), "{letter:?}");
    }
}

#[test]
fn a_name_has_something_to_see() {
    for filler in ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'] {
        let name = format!("{filler} {filler}");

        assert_eq!(name.parse::<PersonName>(), Err(InvalidName), "{filler:?}");
        assert!(format!("{filler}a").parse::<PersonName>().is_ok(), "{filler:?}");
    }
}

#[test]
fn names_of_all_scripts_are_accepted() {
    for name in ["Zoë", "O’Brien-Smith", "محمد", "דוד", "さくら", "अनुजा"] {
        assert_eq!(name.parse::<PersonName>().unwrap().expose(), name);
    }
}

#[test]
fn joiners_are_accepted_where_a_script_needs_them() {
    for name in [
        // Sinhala: Sri, and touching letters.
        "ශ්\u{200d}රී",
        "ක්\u{200d}ෂිතිජ",
        "බුද\u{200d}්ධ",
        // Malayalam: a chillu at the end of a name, and of its first word.
        "പ്രവീണ്\u{200d}",
        "അനിവര്\u{200d} അരവിന്ദ്",
        // Persian: Ali-Reza, Shahrokh.
        "علی\u{200c}رضا",
        "شاه\u{200c}رخ",
        // With vowel marks between the letter and the non-joiner.
        "عَلِیّ\u{200c}رضا",
        // Devanagari: a half form, and an explicit virama.
        "क्\u{200d}षितिज",
        "श्\u{200c}रीधर",
        // Bengali: a ya-phalaa behind a ra.
        "র\u{200d}্যান",
        // Kannada.
        "ರಾಜ್\u{200c}ಕುಮಾರ್",
    ] {
        assert_eq!(name.parse::<PersonName>().unwrap().expose(), name, "{name:?}");
    }
}

#[test]
fn joiners_are_rejected_where_no_script_needs_them() {
    for name in [
        "Zo\u{200d}ë",
        "\u{200d}",
        "\u{200c}Ada",
        "Ada\u{200d}",
        // Two in a row, and one behind a space.
        "ශ්\u{200d}\u{200d}රී",
        "علی\u{200c}\u{200c}رضا",
        "علی \u{200c}رضا",
        // Behind a letter that is not connected to the next one anyway, and at an end.
        "دار\u{200c}ا",
        "علی\u{200c}",
        // Before a vowel sign.
        "ක්\u{200d}ා",
        // Without a virama.
        "ක\u{200d}ෂ",
        "ක\u{200c}ෂ",
        // A virama without a letter.
        "1්\u{200d}රී",
        // A virama of another script.
        "a\u{200d}\u{11d97}\u{ba}",
        // A joined emoji.
        "\u{1f469}\u{200d}\u{1f4bb}",
        // Other invisible characters beside a joiner.
        "ශ්\u{200d}රී\u{200b}",
        "علی\u{200c}رضا\u{202e}",
    ] {
        assert_eq!(name.parse::<PersonName>(), Err(InvalidName), "{name:?}");
    }
}

proptest! {
    #[test]
    fn no_joiner_is_accepted_beside_a_letter_of_another_kind(
        before in "[a-zA-Zß-öα-ωа-я一-龠]{1,4}",
        joiner in "[\u{200c}\u{200d}]",
        after in "\\PC{0,4}",
    ) {
        let name = format!("{before}{joiner}{after}");

        prop_assert_eq!(name.parse::<PersonName>(), Err(InvalidName));
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
