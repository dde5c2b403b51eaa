//! Picture strings: how numbers, integers and times are formatted and parsed.
//!
//! Source: [XPath 3.1 functions](https://www.w3.org/TR/xpath-functions-31/), sections 4.6, 4.7 and 9.8, to which the
//! documentation of JSONata refers.

use rand::{Rng, RngExt};

use crate::json::one_of;

/// The picture of a number: mostly a usual one, or any sequence of its characters.
pub(crate) fn number(random: &mut impl Rng) -> String {
    const USUAL: [&str; 14] = [
        "#,##0.00",
        "0",
        "#",
        "#.##",
        "00.000e0",
        "0.0##e00",
        "0%",
        "#.#‰",
        "(0.0);[0.0]",
        "#,####.00",
        "0;-0",
        "#0.#,#",
        "$0.00",
        "000,000",
    ];
    const CHARACTERS: [&str; 16] = [
        "#", "0", "#", "0", ",", ".", "%", "‰", "e", ";", "-", "(", "1", "9", " ", "€",
    ];
    if random.random_ratio(3, 5) {
        return one_of(&USUAL, "0", random).to_owned();
    }
    let length = random.random_range(1..8);
    (0..length).map(|_| one_of(&CHARACTERS, "0", random)).collect()
}

/// The options of `$formatNumber`, as an object constructor.
pub(crate) fn number_options(random: &mut impl Rng) -> String {
    const OPTIONS: [&str; 12] = [
        "\"decimal-separator\": \",\"",
        "\"grouping-separator\": \".\"",
        "\"exponent-separator\": \"E\"",
        "\"infinity\": \"∞\"",
        "\"minus-sign\": \"~\"",
        "\"NaN\": \"?\"",
        "\"percent\": \"pc\"",
        "\"per-mille\": \"pm\"",
        "\"zero-digit\": \"\u{660}\"",
        "\"zero-digit\": \"1\"",
        "\"digit\": \"!\"",
        "\"pattern-separator\": \"|\"",
    ];
    let count = random.random_range(0..3);
    let options: Vec<&str> = (0..count).map(|_| one_of(&OPTIONS, "", random)).collect();
    format!("{{{}}}", options.join(", "))
}

pub(crate) fn integer(random: &mut impl Rng) -> String {
    const USUAL: [&str; 24] = [
        "1",
        "0",
        "001",
        "#,##0",
        "#",
        "w",
        "W",
        "Ww",
        "w;o",
        "Ww;o",
        "W;o",
        "1;o",
        "I",
        "i",
        "A",
        "a",
        "\u{660}",
        "\u{660}\u{661}",
        "0,000",
        "#:##0",
        "1;c",
        "α",
        "①",
        "",
    ];
    one_of(&USUAL, "1", random).to_owned()
}

/// A text that some integer picture reads.
pub(crate) fn integer_text(random: &mut impl Rng) -> String {
    const USUAL: [&str; 18] = [
        "12",
        "1,234",
        "1,234,567",
        "twelve",
        "TWENTY-ONE",
        "One Hundred and First",
        "MCMLXXXIV",
        "iv",
        "AB",
        "z",
        "12th",
        "forty-two",
        "\u{661}\u{662}",
        "one million, two thousand and three",
        "",
        "x1",
        "007",
        "-5",
    ];
    one_of(&USUAL, "12", random).to_owned()
}

/// The picture of a time.
pub(crate) fn time(random: &mut impl Rng) -> String {
    const USUAL: [&str; 8] = [
        "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]",
        "[Y]-[M01]-[D01]",
        "[D1o] [MNn] [Y]",
        "[FNn], [D] [MNn,3-3] [YI]",
        "[h#1]:[m01] [PN]",
        "[H01]:[m01]:[s01] [z]",
        "[X0001]-W[W01]-[F1]",
        "[Dwo] [Yw]",
    ];
    const COMPONENTS: [&str; 42] = [
        "[Y]", "[Y0001]", "[Y01]", "[Y,2-2]", "[Y,*-4]", "[YI]", "[Yw]", "[M]", "[M01]", "[MNn]", "[MN,3-3]",
        "[Mn]", "[MA]", "[D]", "[D01]", "[D1o]", "[Dwo]", "[Da]", "[d]", "[d001]", "[F]", "[FNn]", "[F0]",
        "[FN,*-3]", "[W]", "[W01]", "[w]", "[X]", "[x]", "[xNn]", "[H]", "[H01]", "[h]", "[h01]", "[P]",
        "[PN]", "[Pn,1-1]", "[m]", "[s]", "[f]", "[f001]", "[C]",
    ];
    const RARE: [&str; 14] = [
        "[Z]",
        "[Z0]",
        "[Z0101]",
        "[Z01:01t]",
        "[z]",
        "[Z0101t]",
        "[E]",
        "[[",
        "]]",
        "[",
        "]",
        "[q]",
        "[Y9;o]",
        "[ Y ]",
    ];
    const SEPARATORS: [&str; 8] = ["-", "/", " ", ":", "", ", ", "T", "ä"];
    if random.random_ratio(2, 5) {
        return one_of(&USUAL, "", random).to_owned();
    }
    let mut picture = String::new();
    for _ in 0..random.random_range(1..5) {
        let components: &[&str] = if random.random_ratio(1, 5) {
            &RARE
        } else {
            &COMPONENTS
        };
        picture += one_of(components, "[Y]", random);
        picture += one_of(&SEPARATORS, "", random);
    }
    picture
}

/// A text that some picture of a time reads.
pub(crate) fn time_text(random: &mut impl Rng) -> String {
    const USUAL: [&str; 18] = [
        "2018-03-23T10:33:36.617Z",
        "2018-03-23T10:33:36.617+0530",
        "2018-03-23",
        "2018",
        "2024-02-29T23:59:59Z",
        "2023-02-29",
        "1969-12-31T23:59:59.999Z",
        "21st December 1981",
        "Friday, 23 Mar MMXVIII",
        "11:45 pm",
        "3:07 AM",
        "2018-W12-5",
        "first two thousand and one",
        "23/03/2018",
        "2018-3-23",
        "10:33:36 GMT+02:00",
        "0001-01-01",
        "x",
    ];
    one_of(&USUAL, "", random).to_owned()
}

pub(crate) fn zone(random: &mut impl Rng) -> String {
    const USUAL: [&str; 8] = ["+0000", "-0500", "+0530", "+1400", "+01:00", "Z", "0100", ""];
    one_of(&USUAL, "", random).to_owned()
}
