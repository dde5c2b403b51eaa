//! Numbers, strings, names and regular expressions, those at the edges among them.

use rand::{Rng, RngExt};

use crate::json::one_of;

/// Names of fields. Some are reserved words, some are not in order of the alphabet, and some mean something to a
/// JavaScript object.
const FIELDS: [&str; 12] = [
    "a", "b", "c", "id", "name", "price", "items", "tags", "z", "qty", "größe", "A",
];
const RARE_FIELDS: [&str; 18] = [
    "with space",
    "a.b",
    "and",
    "or",
    "in",
    "true",
    "null",
    "",
    "10",
    "2",
    "$x",
    "`",
    "length",
    "constructor",
    "__proto__",
    "sequence",
    "😀",
    "toString",
];

/// The edges of doubles, of their decimal notation, and of the rounding of `$round` and `$string`.
const EDGES: [&str; 26] = [
    "9007199254740991",
    "9007199254740992",
    "4503599627370497.5",
    "1e21",
    "1e20",
    "123456789012345680000",
    "1e-7",
    "0.000001",
    "1.5e300",
    "1.7976931348623157e308",
    "5e-324",
    "0.1",
    "0.30000000000000004",
    "0.5",
    "1.5",
    "2.5",
    "1234.5678",
    "1e3",
    "1521801216617",
    "86400000",
    "2147483648",
    "4294967296",
    "0.1234567890123456",
    "1e15",
    "99999.99",
    "1.005",
];

const TEXTS: [&str; 40] = [
    "",
    "a",
    "b",
    "abc",
    "Hello World",
    "  padded\\t text ",
    "äöü ÄÖÜ ß",
    "😀",
    "a😀b",
    "e\u{301}",
    "\u{130}stanbul",
    "line\nbreak",
    "tab\t",
    "\"quoted\"",
    "back\\slash",
    "1",
    "-12.50",
    "1e3",
    "0x10",
    " 12 ",
    "1,234.5",
    "true",
    "null",
    "NaN",
    "Infinity",
    "a,b,,c",
    "a-b-a",
    "2018-03-23T10:33:36.617Z",
    "2024-02-29",
    "12:30",
    "MCMXC",
    "twelve",
    "one thousand, two hundred and thirty-four",
    "3rd",
    "https://example.org/ä?q=a b&c=d#e",
    "%C3%A4%20",
    "%",
    "aGVsbG8=",
    "{\"a\": 1}",
    "\u{0}\u{1f}\u{7f}\u{a0}\u{2028}\u{feff}",
];

pub(crate) fn field(random: &mut impl Rng) -> &'static str {
    if random.random_ratio(1, 12) {
        one_of(&RARE_FIELDS, "", random)
    } else {
        one_of(&FIELDS, "", random)
    }
}

/// The number as JSON: mostly a small one, never one that a double cannot hold exactly.
pub(crate) fn number(random: &mut impl Rng) -> String {
    match random.random_range(0..12) {
        0..=5 => random.random_range(-3..12).to_string(),
        6 => format!(
            "{}.{}",
            random.random_range(-20..20),
            random.random_range(1..1000)
        ),
        7 => random.random_range(-100_000..10_000_000).to_string(),
        8 => "-0.0".to_owned(),
        9 => format!("-{}", one_of(&EDGES, "1", random)),
        _ => one_of(&EDGES, "1", random).to_owned(),
    }
}

pub(crate) fn text(random: &mut impl Rng) -> String {
    if random.random_ratio(1, 8) {
        let length = random.random_range(0..12);
        return (0..length).map(|_| character(random)).collect();
    }
    one_of(&TEXTS, "", random).to_owned()
}

fn character(random: &mut impl Rng) -> char {
    let ranges = [
        ' '..='~',
        'a'..='c',
        '0'..='9',
        'À'..='ſ',
        'Α'..='ω',
        '٠'..='٩',
        '😀'..='😏',
        '\u{0}'..='\u{1f}',
    ];
    let at = random.random_range(0..ranges.len());
    ranges
        .get(at)
        .map_or('a', |range| random.random_range(range.clone()))
}

/// A string literal of JSONata, in either kind of quotes.
pub(crate) fn quoted(text: &str, random: &mut impl Rng) -> String {
    let json = serde_json::Value::from(text).to_string();
    // Escapes are those of JSON, whatever the quotes.
    if random.random_ratio(1, 4) && !text.contains(['"', '\'']) {
        return format!("'{}'", json.trim_matches('"'));
    }
    json
}

/// A field's name as a step of a path.
pub(crate) fn name(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
        && !["and", "or", "in", "true", "false", "null", "function"].contains(&name);
    if plain {
        return name.to_owned();
    }
    // A backtick cannot be escaped.
    format!("`{}`", name.replace('`', "'"))
}

/// A regular expression. None of them takes exponential time on a short string.
pub(crate) fn regex(random: &mut impl Rng) -> String {
    const ATOMS: [&str; 34] = [
        "a",
        "b",
        "[a-c]",
        "[^a]",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        ".",
        "[A-Z]",
        "(a)",
        "(\\w)(\\d)?",
        "(a|b)",
        "(?:l|o)",
        "(?=a)",
        "(?!b)",
        "(?<=a)",
        "(?<!a)",
        "\\b",
        "\\B",
        "^",
        "$",
        "\\.",
        "\\/",
        "[\\w-]",
        "é",
        "[à-ÿ]",
        "\\u00e4",
        "(?<n>o)",
        "(l)\\1",
        "[0-9]{2}",
        "😀",
    ];
    const QUANTIFIERS: [&str; 8] = ["", "", "", "", "+", "*", "?", "{1,2}"];
    const FLAGS: [&str; 6] = ["", "", "", "i", "m", "im"];
    const UNUSUAL: [&str; 6] = ["//", "/(/", "/[/", "/a/g", "/\\p{L}/", "/(?i)a/"];
    if random.random_ratio(1, 20) {
        return one_of(&UNUSUAL, "", random).to_owned();
    }
    let mut atoms = String::new();
    for _ in 0..random.random_range(1..4) {
        atoms += one_of(&ATOMS, "a", random);
        atoms += one_of(&QUANTIFIERS, "", random);
    }
    format!("/{atoms}/{}", one_of(&FLAGS, "", random))
}

/// The replacement of a match: text with references to groups.
pub(crate) fn replacement(random: &mut impl Rng) -> String {
    const PARTS: [&str; 12] = [
        "x", "$0", "$1", "$2", "$10", "$$", "$", "[$0]", "-", "", "ä", "$x",
    ];
    let parts: String = (0..random.random_range(0..3))
        .map(|_| one_of(&PARTS, "", random))
        .collect();
    quoted(&parts, random)
}
