//! The maximum JSON sizes of values, as their types declare them.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fmt::Debug;
use std::str::FromStr;

use asl::{Function, MaxSize, Payload};
use contracts::notify_webhook::{Delivery, NotifyWebhook};
use contracts::set_user_status::{NewStatus, SetUserStatus};
use contracts::sign_up::{SignUp, SignUpInput};
use contracts::store_user_data::{StorageOutcome, StoreUserData};
use contracts::validate_email::{MailPurpose, ValidateEmail};
use contracts::values::{
    AddressKey, Campaign, EmailAddress, Locale, PersonName, PhoneNumber, SignUpOutcome, UserId,
};
use proptest::prelude::*;
use serde::Serialize;

fn octets<T: Serialize>(value: &T) -> u64 {
    serde_json::to_string(value).unwrap().len() as u64
}

fn longest<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// 64 characters.
fn longest_locale() -> Locale {
    longest(&format!("de-Latn-CH{}", "-abcdefgh".repeat(6)))
}

fn longest_email() -> EmailAddress {
    let domain = ["d".repeat(63), "d".repeat(63), "d".repeat(53)].join(".");
    longest(&format!("{}@{domain}.example", "x".repeat(64)))
}

#[test]
fn the_longest_values_are_as_large_as_their_types_say() {
    let email = longest_email();

    assert_eq!(octets(&email), EmailAddress::LARGEST);
    assert_eq!(octets(&email.key()), AddressKey::LARGEST);
    assert_eq!(
        octets(&longest::<PersonName>(&"𠮷".repeat(200))),
        PersonName::LARGEST
    );
    assert_eq!(
        octets(&longest::<PhoneNumber>("+123456789012345")),
        PhoneNumber::LARGEST
    );
    assert_eq!(octets(&longest::<Campaign>(&"x".repeat(128))), Campaign::LARGEST);
    assert_eq!(octets(&UserId::generate().unwrap()), UserId::LARGEST);
    assert_eq!(octets(&longest_locale()), Locale::LARGEST);
}

/// The longest of all variants.
fn of_variants<T: Serialize>(variants: &[T]) -> u64 {
    variants.iter().map(octets).max().unwrap()
}

#[test]
fn no_enum_value_is_larger_than_its_bound() {
    let outcomes = [
        SignUpOutcome::Verified,
        SignUpOutcome::Superseded,
        SignUpOutcome::Expired,
        SignUpOutcome::Failed,
    ];
    let deliveries = [Delivery::Delivered, Delivery::Undelivered, Delivery::Skipped];

    assert_eq!(of_variants(&outcomes), SignUpOutcome::LARGEST);
    assert_eq!(of_variants(&deliveries), Delivery::LARGEST);
    assert_eq!(
        of_variants(&[NewStatus::Verified, NewStatus::Expired, NewStatus::Failed]),
        NewStatus::LARGEST
    );
    assert_eq!(
        of_variants(&[StorageOutcome::Stored, StorageOutcome::Held]),
        StorageOutcome::LARGEST
    );
    assert_eq!(
        of_variants(&[MailPurpose::Confirm, MailPurpose::AlreadyRegistered]),
        MailPurpose::LARGEST
    );
}

/// A text, if it is a value at all, is no larger than its type says.
fn fits<T: FromStr + Serialize + MaxSize>(text: &str) -> bool {
    let value = text.parse::<T>().ok();
    value.is_none_or(|value| octets(&value) <= T::LARGEST)
}

proptest! {
    #[test]
    fn no_text_is_larger_than_its_type_says(text in "\\PC{0,210}", any in ".{0,70}", tag in "[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,9}") {
        for text in [&text, &any, &tag] {
            let address = format!("{text}@example.org");
            prop_assert!(fits::<EmailAddress>(&address));
            prop_assert!(fits::<PersonName>(text));
            prop_assert!(fits::<PhoneNumber>(text));
            prop_assert!(fits::<Locale>(text));
            prop_assert!(fits::<Campaign>(text));
            prop_assert!(fits::<UserId>(text));
        }
    }

    #[test]
    fn no_name_of_characters_that_json_escapes_is_larger_than_its_type_says(name in "[\"\\\\/a𠮷\u{7f}-\u{9f}\u{0}-\u{1f}]{1,200}") {
        prop_assert!(fits::<PersonName>(&name));
    }

    #[test]
    fn an_address_holds_nothing_that_json_escapes(local in "[\u{0}-\u{ff}]{1,8}") {
        if let Ok(address) = format!("{local}@example.org").parse::<EmailAddress>() {
            prop_assert_eq!(octets(&address), address.expose().len() as u64 + 2);
        }
    }
}

#[test]
fn every_contract_has_a_size_bound() {
    fn is_known<F: Function>() -> bool {
        F::Input::largest().is_bound() && F::Output::largest().is_bound()
    }

    assert!(is_known::<SignUp>());
    assert!(is_known::<StoreUserData>());
    assert!(is_known::<ValidateEmail>());
    assert!(is_known::<SetUserStatus>());
    assert!(is_known::<NotifyWebhook>());
}

#[test]
fn the_largest_sign_up_is_as_large_as_its_type_says() {
    let largest = SignUpInput {
        user_id: UserId::generate().unwrap(),
        email: longest_email(),
        name: Some(longest(&"𠮷".repeat(200))),
        phone: Some(longest("+123456789012345")),
        locale: Some(longest_locale()),
        campaign: Some(longest(&"x".repeat(128))),
    };

    assert_eq!(octets(&largest), SignUpInput::largest().octets);
}
