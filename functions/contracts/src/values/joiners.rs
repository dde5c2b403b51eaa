//! Zero-width joiners and non-joiners: where the spelling of a word needs them.
//!
//! Without them some names cannot be written: Sinhala `ශ්‍රී`, Malayalam `പ്രവീണ്‍`, Persian `علی‌رضا`. Anywhere else they are
//! invisible, and make two names look equal that are not.
//!
//! Source: [UAX 31](https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters), section 2.3: the contexts
//! A1, A2 and B.

use icu_properties::props::{
    CanonicalCombiningClass, EnumeratedProperty, GeneralCategory, GeneralCategoryGroup,
    IndicSyllabicCategory, JoiningType, Script,
};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';

/// Whether the joiner between these letters changes how they are written.
pub(super) fn is_needed(before: &[char], joiner: char, after: &[char]) -> bool {
    match joiner {
        NON_JOINER => separates_cursive_letters(before, after) || separates_conjunct(before, after),
        JOINER => joins_conjunct(before, after) || precedes_virama(before, after),
        _ => false,
    }
}

/// A1: between two letters of a cursive script that would be connected.
fn separates_cursive_letters(before: &[char], after: &[char]) -> bool {
    let joining = |letter: &char| JoiningType::for_char(*letter);
    let is_opaque = |joining: &JoiningType| *joining != JoiningType::Transparent;
    let left = before.iter().rev().map(joining).find(is_opaque);
    let right = after.iter().map(joining).find(is_opaque);
    matches!(left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// A2: after a virama that would form a conjunct with the letter that follows.
fn separates_conjunct(before: &[char], after: &[char]) -> bool {
    let next = after.iter().find(|letter| !is_reordered_mark(**letter));
    ends_with_virama(before) && next.is_some_and(|letter| is_letter(*letter))
}

/// B: after a virama, and not before a vowel sign.
fn joins_conjunct(before: &[char], after: &[char]) -> bool {
    let is_vowel_sign =
        |letter: &char| IndicSyllabicCategory::for_char(*letter) == IndicSyllabicCategory::VowelDependent;
    ends_with_virama(before) && !after.first().is_some_and(is_vowel_sign)
}

/// Between a letter and the virama of a conjunct: the Bengali ya-phalaa behind a ra, and the touching letters of Sinhala.
///
/// Source: [The Unicode Standard](https://www.unicode.org/versions/Unicode17.0.0/core-spec/), sections 12.2 (Bengali,
/// "Virama") and 13.2 (Sinhala, "Historical Notes").
fn precedes_virama(before: &[char], after: &[char]) -> bool {
    let (Some(letter), [virama, next, ..]) = (before.last(), after) else {
        return false;
    };
    is_letter(*letter)
        && is_virama(*virama)
        && is_letter(*next)
        && Script::for_char(*letter) == Script::for_char(*virama)
}

/// `/$L $M* $V $M₁*/`: a letter, and behind it a virama and marks.
fn ends_with_virama(text: &[char]) -> bool {
    let Some(virama) = text.iter().rposition(|letter| is_virama(*letter)) else {
        return false;
    };
    let (head, tail) = text.split_at(virama);
    let base = head.iter().rev().find(|letter| !is_mark(**letter));
    base.is_some_and(|letter| is_letter(*letter))
        && tail.iter().skip(1).all(|letter| is_reordered_mark(*letter))
}

fn is_virama(letter: char) -> bool {
    CanonicalCombiningClass::for_char(letter) == CanonicalCombiningClass::Virama
}

fn is_mark(letter: char) -> bool {
    GeneralCategory::for_char(letter) == GeneralCategory::NonspacingMark
}

fn is_reordered_mark(letter: char) -> bool {
    is_mark(letter) && CanonicalCombiningClass::for_char(letter) != CanonicalCombiningClass::NotReordered
}

fn is_letter(letter: char) -> bool {
    GeneralCategoryGroup::Letter.contains(GeneralCategory::for_char(letter))
}
