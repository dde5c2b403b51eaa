//! How large payloads get, counted and tried out.
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
fn the_largest_payload_is_as_large_as_its_type_says() {
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
fn an_option_of_something_short_is_as_large_as_null() {
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
fn what_has_no_bound_is_named_and_counts_as_nothing() {
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
fn a_size_that_no_number_holds_is_the_largest_number() {
    assert_eq!(Endless::largest().octets, u64::MAX);
}
