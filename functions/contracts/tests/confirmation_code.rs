//! Confirmation codes and their hashes.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use contracts::values::{CodeHash, ConfirmationCode, HashKey, InvalidConfirmationCode, UserId};

fn key(letter: &str) -> HashKey {
    HashKey::new(&letter.repeat(32)).unwrap()
}

fn user(digit: &str) -> UserId {
    digit.repeat(32).parse().unwrap()
}

fn code(digits: &str) -> ConfirmationCode {
    digits.parse().unwrap()
}

#[test]
fn a_new_code_has_six_digits_and_is_read_again() {
    let code = ConfirmationCode::generate().unwrap();

    assert_eq!(code.expose().len(), 6);
    assert!(code.expose().parse() == Ok(code));
}

#[test]
fn leading_zeros_belong_to_a_code() {
    assert_eq!(code("000042").expose(), "000042");
}

#[test]
fn anything_but_six_digits_is_no_code() {
    for text in [
        "",
        "12345",
        "1234567",
        "12 456",
        "+12345",
        "-12345",
        "12345a",
        "١٢٣٤٥٦",
    ] {
        assert!(
            text.parse::<ConfirmationCode>() == Err(InvalidConfirmationCode),
            "{text}"
        );
    }
}

#[test]
fn the_hash_depends_on_the_key_the_sign_up_and_the_digits() {
    let hash = code("123456").hash(&key("a"), &user("1"));

    assert!(hash.is_one_of(&[code("123456").hash(&key("a"), &user("1"))]));
    for other in [
        code("123456").hash(&key("b"), &user("1")),
        code("123456").hash(&key("a"), &user("2")),
        code("123457").hash(&key("a"), &user("1")),
    ] {
        assert!(!hash.is_one_of(&[other]));
    }
}

#[test]
fn a_hash_is_found_among_others() {
    let hash = |text| CodeHash::from_table(text);

    assert!(hash("bb").is_one_of(&[hash("aa"), hash("bb"), hash("cc")]));
    assert!(!hash("bb").is_one_of(&[]));
    assert!(!hash("bb").is_one_of(&[hash("b"), hash("bbb")]));
}

#[test]
fn debug_hides_the_code_and_the_key() {
    assert_eq!(format!("{:?}", code("123456")), "ConfirmationCode(hidden)");
    assert_eq!(format!("{:?}", key("a")), "HashKey(hidden)");
}

#[test]
fn a_short_key_is_rejected() {
    assert!(HashKey::new(&"k".repeat(31)).is_err());
}
