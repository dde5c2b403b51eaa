//! Locales.

use std::collections::HashSet;
use std::hash::Hash;
use std::str::FromStr;

use asl::{MaxSize, sizes};
use oxilangtag::LanguageTag;
use serde::Serialize;

/// The maximum length, in characters: longer tags are well-formed, but not in use.
const MAX_LENGTH: usize = 64;

/// The language that a person reads, as a BCP 47 tag in its usual case (`de-CH`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Locale(String);

impl MaxSize for Locale {
    const LARGEST: u64 = sizes::plain(MAX_LENGTH as u64);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a BCP 47 language tag, such as de-CH")]
pub struct InvalidLocale;

impl Locale {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Locale {
    type Err = InvalidLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_LENGTH {
            return Err(InvalidLocale);
        }
        let tag = LanguageTag::parse_and_normalize(text).map_err(|_| InvalidLocale)?;
        if repeats(tag.variant_subtags()) || repeats(tag.extension_subtags().map(|(singleton, _)| singleton))
        {
            return Err(InvalidLocale);
        }
        Ok(Self(tag.into_inner()))
    }
}

/// Whether a subtag of a normalised tag, in which case has no meaning, is there twice.
///
/// Source: [RFC 5646](https://www.rfc-editor.org/rfc/rfc5646), sections 2.2.5 (variants) and 2.2.6 (singletons).
fn repeats<T: Eq + Hash>(subtags: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    subtags.into_iter().any(|subtag| !seen.insert(subtag))
}

super::deserialize_by_parsing!(Locale);
