//! Text messages, and their words: one file for each language in `words/`.

use std::sync::LazyLock;

use contracts::values::ConfirmationCode;
use serde::Deserialize;
use verifications::Language;

/// A text message, ready to be sent to one person.
///
/// It holds a code: `Debug` hides it. It has no link, which people should not expect in text messages, and no text from the
/// request.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms(String);

contracts::hide_in_debug!(Sms);

/// The words in one language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The text, with `{code}` in it.
    confirmation: String,
}

impl Words {
    #[expect(
        clippy::expect_used,
        reason = "the files are compiled in, and tests read them all"
    )]
    fn read(file: &str) -> Self {
        toml::from_str(file).expect("the file has all words of a language")
    }

    fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/en.toml")));
        static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/de.toml")));

        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }
}

impl Sms {
    /// A request to confirm the phone number by the code.
    pub fn confirmation(language: Language, code: &ConfirmationCode) -> Self {
        let words = &Words::of(language).confirmation;
        Self(words.replace("{code}", &code.expose()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one text message holds in the alphabet of GSM. With another letter, it would be 70.
    ///
    /// Source: [SMS](https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html), "Message size".
    const MAX_LETTERS: usize = 160;

    /// The letters of German in the alphabet of GSM.
    ///
    /// Source: 3GPP TS 23.038, section 6.2.1.
    const GSM: &str = "äöüÄÖÜß";

    #[test]
    fn a_text_is_one_message_with_the_code_and_without_a_link() {
        let code = "012345".parse().unwrap();
        for language in [Language::English, Language::German] {
            let sms = Sms::confirmation(language, &code);

            let text = sms.expose();
            assert!(text.starts_with("012345 "), "{text}");
            assert!(text.chars().count() <= MAX_LETTERS, "{text}");
            let is_gsm = |letter: char| letter.is_ascii_graphic() || letter == ' ' || GSM.contains(letter);
            assert!(text.chars().all(is_gsm), "{text}");
            assert!(
                !text.contains("http") && !text.contains('/') && !text.contains('{'),
                "{text}"
            );
            assert_eq!(format!("{sms:?}"), "Sms(hidden)");
        }
    }
}
