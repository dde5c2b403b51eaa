//! Sizes of payloads: those of types against those of values.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use asl::{MaxSize, Payload, Timestamp};
use serde::{Deserialize, Serialize};

fn octets(value: &impl Serialize) -> u64 {
    serde_json::to_string(value).unwrap().len() as u64
}

#[derive(Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
struct Item {
    unit_price: f64,
    #[serde(rename = "a \"quoted\" name\n")]
    quoted: Option<bool>,
    #[payload(at_most = 3)]
    note: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Order {
    number: u64,
    first: Item,
    other: Option<Item>,
    #[payload(at_most = MOST)]
    items: Vec<Item>,
    #[payload(at_most = 2)]
    times: Option<Vec<Timestamp>>,
    #[payload(at_most = 1)]
    short: Option<String>,
}

const MOST: u64 = 7;

#[test]
fn the_largest_payload_has_the_size_that_its_type_computes() {
    let item = Item {
        unit_price: f64::MIN,
        quoted: Some(false),
        note: "\u{1}\u{2}\u{1f}".to_owned(),
    };
    let order = Order {
        number: u64::MAX,
        first: item.clone(),
        other: Some(item.clone()),
        items: vec![item; 7],
        times: Some(vec![Timestamp::now(); 2]),
        short: Some("\u{1}".to_owned()),
    };

    let largest = Order::largest();

    assert!(largest.is_bound());
    assert_eq!(largest.octets, octets(&order));
}

#[derive(Serialize, Deserialize, Payload)]
struct Empty {}

#[derive(Serialize, Deserialize, Payload)]
struct Flags {
    #[payload(at_most = 0)]
    none: Vec<bool>,
    #[payload(at_most = 1)]
    letter: Option<String>,
    digit: Option<Digit>,
}

#[derive(Serialize, Deserialize)]
struct Digit(u8);

impl MaxSize for Digit {
    const LARGEST: u64 = 1;
}

#[test]
fn an_option_is_at_least_as_large_as_null() {
    let flags = Flags {
        none: Vec::new(),
        letter: Some("\u{1}".to_owned()),
        digit: None,
    };

    assert_eq!(Flags::largest().octets, octets(&flags));
    assert_eq!(Empty::largest().octets, octets(&Empty {}));
}

#[derive(Serialize, Deserialize, Payload)]
struct Letter {
    text: String,
    #[payload(at_most = 10)]
    tags: Vec<String>,
    #[payload(at_most = 10)]
    copies: Vec<Letter>,
    all: Vec<u8>,
    anything: serde_json::Value,
    pages: u8,
}

#[derive(Serialize, Deserialize, Payload)]
struct Envelope {
    letter: Option<Letter>,
}

#[test]
fn parts_without_a_maximum_are_named_and_not_counted() {
    let largest = Letter::largest();

    assert_eq!(
        largest.unbounded,
        ["text", "tags[]", "copies[]", "all", "anything"]
    );
    assert_eq!(
        largest.octets,
        r#"{"text":,"tags":[,,,,,,,,,],"copies":[,,,,,,,,,],"all":,"anything":,"pages":255}"#.len() as u64
    );
    assert_eq!(Envelope::largest().unbounded.first().unwrap(), "letter.text");
}

#[derive(Serialize, Deserialize, Payload)]
struct Endless {
    #[payload(at_most = u64::MAX)]
    items: Vec<Item>,
}

#[test]
fn sizes_saturate_at_the_largest_number() {
    assert_eq!(Endless::largest().octets, u64::MAX);
}

fn none_is_larger<T: MaxSize + Serialize>(extremes: impl IntoIterator<Item = T>) {
    for value in extremes {
        let text = serde_json::to_string(&value).unwrap();
        let value = serde_json::to_value(&value).unwrap().to_string();

        assert!(text.len() as u64 <= T::LARGEST, "{text}");
        assert!(value.len() as u64 <= T::LARGEST, "{value}");
    }
}

#[test]
fn no_integer_exceeds_the_size_of_its_type() {
    none_is_larger([u8::MIN, u8::MAX]);
    none_is_larger([u16::MIN, u16::MAX]);
    none_is_larger([u32::MIN, u32::MAX]);
    none_is_larger([u64::MIN, u64::MAX]);
    none_is_larger([usize::MIN, usize::MAX]);
    none_is_larger([i8::MIN, i8::MAX]);
    none_is_larger([i16::MIN, i16::MAX]);
    none_is_larger([i32::MIN, i32::MAX]);
    none_is_larger([i64::MIN, i64::MAX]);
    none_is_larger([isize::MIN, isize::MAX]);
    none_is_larger([Some(i8::MIN), None]);
    none_is_larger([true, false]);
    none_is_larger([None, Some(Timestamp::now())]);
}

#[test]
fn no_float_exceeds_the_size_of_its_type() {
    // Every exponent, and the neighbours of each power: the longest digits are among them.
    let bits = (0..=u64::from(u16::MAX)).map(|exponent| exponent << 48);
    let around = bits.flat_map(|bits| [bits, bits + 1, bits ^ 0xffff_ffff_ffff, bits.wrapping_sub(1)]);

    none_is_larger(around.map(f64::from_bits).filter(|number| number.is_finite()));
    none_is_larger((0..=u32::from(u16::MAX)).map(|bits| f32::from_bits((bits << 16) + 1)));
}

#[test]
fn no_timestamp_exceeds_the_size_of_its_type() {
    let first: Timestamp = "0001-01-01T00:00:00Z".parse().unwrap();
    let last: Timestamp = "9999-12-31T23:59:59.999Z".parse().unwrap();

    none_is_larger([first, last, Timestamp::now()]);
}

#[test]
fn no_character_exceeds_the_size_that_texts_count() {
    for character in '\0'..=char::MAX {
        let text = serde_json::to_string(&character).unwrap();

        assert!(text.len() as u64 <= asl::sizes::text(1), "{character:?}");
    }
}

#[test]
fn no_task_token_exceeds_the_size_of_its_type() {
    none_is_larger(["A", "\u{1f}", "\u{10ffff}"].map(|letter| asl::TaskToken::new(letter.repeat(2048))));
}
