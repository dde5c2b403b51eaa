//! The words of the mails, one file for each language in `words/`.

use std::sync::LazyLock;
use std::time::Duration;

use contracts::values::Locale;
use serde::Deserialize;

/// A language that people are written to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, and the default.
    English,
    German,
}

impl Language {
    /// The language for a person who reads `locale`.
    pub fn of(locale: Option<&Locale>) -> Self {
        let primary = locale.and_then(|locale| locale.as_str().split('-').next());
        match primary {
            Some("de") => Self::German,
            _ => Self::English,
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/en.toml")));
        static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/de.toml")));

        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

/// The words in one language. Every language has all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// The language as a BCP 47 tag.
    pub(crate) tag: String,
    pub(crate) greeting: String,
    minute: String,
    minutes: String,
    hours: String,
    pub(crate) confirmation: ConfirmationWords,
    pub(crate) notice: NoticeWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmationWords {
    pub(crate) subject: String,
    pub(crate) request: String,
    /// Before the link.
    pub(crate) link: String,
    /// The text of the link in HTML.
    pub(crate) button: String,
    /// How long a mail without a link is valid, with `{period}` in it.
    pub(crate) code_period: String,
    /// How long a mail with a link is valid, with `{period}` in it.
    pub(crate) code_and_link_period: String,
    pub(crate) warning: String,
    pub(crate) ignore: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeWords {
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) ignore: String,
}

impl Words {
    #[expect(
        clippy::expect_used,
        reason = "the files are compiled in, and tests read them all"
    )]
    fn read(file: &str) -> Self {
        toml::from_str(file).expect("the file has all words of a language")
    }

    /// The period to the nearest hour, or to the nearest minute if it is shorter than one and a half hours.
    pub(crate) fn format_rounded(&self, period: Duration) -> String {
        let minutes = (period.as_secs() + 30) / 60;
        match minutes {
            0 | 1 => format!("1 {}", self.minute),
            2..90 => format!("{minutes} {}", self.minutes),
            _ => format!("{} {}", (minutes + 30) / 60, self.hours),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_is_said() {
        for language in [Language::English, Language::German] {
            let words = &language.words().confirmation;

            assert!(words.code_period.contains("{period}"), "{language:?}");
            assert!(words.code_and_link_period.contains("{period}"), "{language:?}");
        }
    }

    #[test]
    fn german_locales_get_german_mails() {
        for (locale, language) in [
            ("de", Language::German),
            ("de-CH", Language::German),
            ("den", Language::English),
            ("fr-DE", Language::English),
        ] {
            let locale: Locale = locale.parse().unwrap();

            assert_eq!(Language::of(Some(&locale)), language, "{locale:?}");
        }
        assert_eq!(Language::of(None), Language::English);
    }

    #[test]
    fn periods_are_rounded_to_hours_or_minutes() {
        for (seconds, expected) in [
            (0, "1 minute"),
            (89, "1 minute"),
            (90, "2 minutes"),
            (3600, "60 minutes"),
            (5400, "2 hours"),
            (86_399, "24 hours"),
        ] {
            let period = Duration::from_secs(seconds);

            assert_eq!(
                Language::English.words().format_rounded(period),
                expected,
                "{seconds}"
            );
        }
    }
}
