//! Names of people.

use std::str::FromStr;

use asl::{MaxSize, sizes};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::joiners;

/// The maximum length, in characters.
const MAX_LENGTH: usize = 200;

/// The name of a person: 1 to 200 characters in NFC, at least one of them visible.
///
/// Control characters, format characters (zero-width ones, soft hyphens, tags, invisible operators), line and paragraph
/// separators and controls of the text direction are rejected: they make a name look different from what is stored.
/// Joiners and non-joiners are accepted where the script needs them. White space around the name is trimmed.
///
/// ```
/// use contracts::values::PersonName;
///
/// assert!("ශ්\u{200d}රී".parse::<PersonName>().is_ok());
/// assert!("Z\u{200d}oë".parse::<PersonName>().is_err());
/// ```
///
/// It is personal: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PersonName(String);

/// The size in JSON: at most 4 bytes per character, since control characters (6 bytes when escaped) are rejected.
impl MaxSize for PersonName {
    const LARGEST: u64 = sizes::plain(4 * MAX_LENGTH as u64);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name of 1 to 200 characters without control or format characters")]
pub struct InvalidName;

impl PersonName {
    /// The name itself, for the few places that need it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: String = text.trim().nfc().collect();
        let valid = (1..=MAX_LENGTH).contains(&name.chars().count());
        if valid && is_visible(&name) && !name.chars().all(is_blank) {
            Ok(Self(name))
        } else {
            Err(InvalidName)
        }
    }
}

fn is_visible(name: &str) -> bool {
    if !name.chars().any(is_invisible) {
        return true;
    }
    let letters: Vec<char> = name.chars().collect();
    letters.iter().enumerate().all(|(index, &letter)| {
        let (before, rest) = letters.split_at(index);
        !is_invisible(letter)
            || rest
                .split_first()
                .is_some_and(|(_, after)| joiners::is_needed(before, letter, after))
    })
}

/// Whether the character is invisible, and only changes how others are displayed.
///
/// Source: [UnicodeData](https://www.unicode.org/Public/UCD/latest/ucd/UnicodeData.txt), general categories `Cc`, `Zl`
/// and `Zp`, and those of `Cf` that do not belong to one script, or control the text direction.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2066}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0001}'
                | '\u{e0020}'..='\u{e007f}'
        )
}

/// Whether the character takes space at most: white space, and the fillers that are letters or symbols by their category.
///
/// Source: [DerivedCoreProperties](https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt), the letters of
/// `Default_Ignorable_Code_Point`; U+2800 is the Braille pattern without dots.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        )
}

super::deserialize_by_parsing!(PersonName);
crate::hide_in_debug!(PersonName);
