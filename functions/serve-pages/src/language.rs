//! The languages of the pages, and the choice between them.

use std::cmp::Reverse;

/// A language that the pages are written in. Mails are in the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, and the default.
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of an `Accept-Language` header: the one of the highest quality, and the first of several.
    ///
    /// It compares primary subtags: `de-AT` asks for German. What does not parse counts as not sent.
    ///
    /// Source: [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4), sections 12.4.2 and 12.5.4.
    pub fn preferred(accepted: &str) -> Self {
        let wanted = accepted.split(',').filter_map(|range| {
            let (tag, quality) = parse_range(range)?;
            let primary = tag.split('-').next()?;
            let language = Self::ALL
                .into_iter()
                .find(|language| primary.eq_ignore_ascii_case(language.tag()))?;
            (quality > 0).then_some((language, quality))
        });
        // The first of equals: `max_by_key` would return the last.
        let best = wanted.min_by_key(|(_, quality)| Reverse(*quality));
        best.map_or(Self::English, |(language, _)| language)
    }
}

/// The tag of a language range and its quality, in thousandths.
fn parse_range(range: &str) -> Option<(&str, u32)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let Some(weight) = parts.next() else {
        return Some((tag, 1000));
    };
    let (name, value) = weight.split_once('=')?;
    name.trim().eq_ignore_ascii_case("q").then_some(())?;
    Some((tag, parse_quality(value.trim())?))
}

/// A number from 0 to 1 with at most three decimals, in thousandths.
fn parse_quality(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: u32 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_language_of_the_highest_quality_is_chosen() {
        for (accepted, expected) in [
            ("", Language::English),
            ("de", Language::German),
            ("DE-at", Language::German),
            ("en;q=0.8, de", Language::German),
            ("de;q=0.8, en", Language::English),
            ("de;q=0.8,en;q=0.9", Language::English),
            ("de, en", Language::German),
            ("en, de", Language::English),
            ("fr, de;q=0.1", Language::German),
            ("fr-FR, *", Language::English),
            ("de;q=0, en;q=0.001", Language::English),
            ("de;q=0", Language::English),
            ("den, den-DE", Language::English),
            ("en ; q = 0.2 , de ; Q=0.3", Language::German),
        ] {
            assert_eq!(Language::preferred(accepted), expected, "{accepted}");
        }
    }

    #[test]
    fn malformed_ranges_count_as_not_sent() {
        for accepted in [
            "de;q=1.1",
            "de;q=NaN",
            "de;q=-1",
            "de;q=0.1234",
            "de;q",
            "de;level=1",
            ";;",
            ",",
        ] {
            assert_eq!(Language::preferred(accepted), Language::English, "{accepted}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(accepted in r"[ -~é]{0,40}|(de|en|\*)(;q=[0-9.NaN-]{0,6})?(,(de|en)(;q=[0-9.]{0,6})?){0,5}") {
            Language::preferred(&accepted);
        }
    }
}
