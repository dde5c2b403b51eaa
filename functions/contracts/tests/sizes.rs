//! The maximum JSON sizes of values, as their types declare them.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use std::fmt::Debug;
use std::str::FromStr;

use asl::{Function, MaxSize, Payload};
use contracts::notify_webhook::{Delivery, NotifyWebhook};
use contracts::set_user_status::{NewStatus, SetUserStatus};
use contracts::sign_up::{SignUp, SignUpInput};
use contracts::store_user_data::{StorageOutcome, StoreUserData};
use contracts::validate_email::ValidateEmail;
use contracts::values::{
    AddressHash, Campaign, EmailAddress, Locale, MailPurpose, PersonName, PhoneNumber, SignUpOutcome, UserId,
};
use proptest::prelude::*;
use serde::Serialize;

fn bytes<T: Serialize>(value: &T) -> u64 {
    serde_json::to_string(value).unwrap().len() as u64
}

fn max<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// 64 characters.
fn max_locale() -> Locale {
    max("de-Latn-CH-variant1-variant2-variant3-variant4-variant5-variant6")
}

fn max_email() -> EmailAddress {
    let domain = ["d".repeat(63), "d".repeat(63), "d".repeat(53)].join(".");
    max(&format!("{}@{domain}.example", "x".repeat(64)))
}

#[test]
fn values_of_maximum_length_have_the_declared_size() {
    let email = max_email();

    assert_eq!(bytes(&email), EmailAddress::LARGEST);
    assert_eq!(bytes(&email.hash()), AddressHash::LARGEST);
    assert_eq!(bytes(&max::<PersonName>(&"𠮷".repeat(200))), PersonName::LARGEST);
    assert_eq!(
        bytes(&max::<PhoneNumber>("+123456789012345")),
        PhoneNumber::LARGEST
    );
    assert_eq!(bytes(&max::<Campaign>(&"x".repeat(128))), Campaign::LARGEST);
    assert_eq!(bytes(&UserId::generate().unwrap()), UserId::LARGEST);
    assert_eq!(bytes(&max_locale()), Locale::LARGEST);
}

/// The maximum size of all variants.
fn of_variants<T: Serialize>(variants: &[T]) -> u64 {
    variants.iter().map(bytes).max().unwrap()
}

#[test]
fn enum_values_have_the_declared_maximum_size() {
    let outcomes = [
        SignUpOutcome::Verified,
        SignUpOutcome::Superseded,
        SignUpOutcome::Suppressed,
        SignUpOutcome::Expired,
        SignUpOutcome::Failed,
    ];
    let deliveries = [Delivery::Delivered, Delivery::Undelivered, Delivery::Skipped];

    assert_eq!(of_variants(&outcomes), SignUpOutcome::LARGEST);
    assert_eq!(of_variants(&deliveries), Delivery::LARGEST);
    assert_eq!(
        of_variants(&[
            NewStatus::Verified,
            NewStatus::Suppressed,
            NewStatus::Expired,
            NewStatus::Failed,
        ]),
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

/// Whether the text is invalid, or no larger than the declared size.
fn within_bound<T: FromStr + Serialize + MaxSize>(text: &str) -> bool {
    let value = text.parse::<T>().ok();
    value.is_none_or(|value| bytes(&value) <= T::LARGEST)
}

proptest! {
    #[test]
    fn values_are_within_their_declared_size(text in "\\PC{0,210}", any in ".{0,70}", tag in "[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,9}") {
        for text in [&text, &any, &tag] {
            let address = format!("{text}@example.org");
            prop_assert!(within_bound::<EmailAddress>(&address));
            prop_assert!(within_bound::<PersonName>(text));
            prop_assert!(within_bound::<PhoneNumber>(text));
            prop_assert!(within_bound::<Locale>(text));
            prop_assert!(within_bound::<Campaign>(text));
            prop_assert!(within_bound::<UserId>(text));
        }
    }

    #[test]
    fn names_with_escaped_characters_are_within_their_declared_size(name in "[\"\\\\/a𠮷\u{7f}-\u{9f}\u{0}-\u{1f}]{1,200}") {
        prop_assert!(within_bound::<PersonName>(&name));
    }

    #[test]
    fn addresses_need_no_json_escapes(local in "[\u{0}-\u{ff}]{1,8}") {
        if let Ok(address) = format!("{local}@example.org").parse::<EmailAddress>() {
            prop_assert_eq!(bytes(&address), address.expose().len() as u64 + 2);
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
fn the_largest_sign_up_has_the_declared_size() {
    let largest = SignUpInput {
        user_id: UserId::generate().unwrap(),
        email: max_email(),
        name: Some(max(&"𠮷".repeat(200))),
        phone: Some(max("+123456789012345")),
        locale: Some(max_locale()),
        campaign: Some(max(&"x".repeat(128))),
    };

    assert_eq!(bytes(&largest), SignUpInput::largest().octets);
}
