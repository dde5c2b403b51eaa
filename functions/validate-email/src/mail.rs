//! Mails and their texts.

use std::time::Duration;

use contracts::values::{Locale, UserId};

/// A mail, ready to be sent to one person.
///
/// It may hold a link: `Debug` hides all of it. It contains no text from the request, not even a name: until the
/// address is confirmed, a name could carry spam or phishing text in a mail from our domain.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The id of a mail. Stable across retries of one attempt.
///
/// SES reports it with each event of the mail, such as a bounce. It is not personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailId(String);

impl MailId {
    /// The mail of this attempt of the user's sign-up.
    pub fn of(user: &UserId, attempt: u64) -> Self {
        Self(format!("{user}-{attempt}"))
    }

    /// Letters, digits and hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

contracts::hide_in_debug!(Mail);

/// A language that mails are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, and the default.
    English,
    German,
}

impl Language {
    /// The language for a person who reads `locale`.
    pub(crate) fn of(locale: Option<&Locale>) -> Self {
        let primary = locale.and_then(|locale| locale.as_str().split('-').next());
        match primary {
            Some("de") => Self::German,
            _ => Self::English,
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

/// The texts in one language.
struct Words {
    tag: &'static str,
    greeting: &'static str,
    confirm_subject: &'static str,
    confirm_request: &'static str,
    confirm_button: &'static str,
    /// The text before and after the period.
    confirm_period: [&'static str; 2],
    confirm_ignore: &'static str,
    notice_subject: &'static str,
    notice_body: &'static str,
    notice_ignore: &'static str,
    minute: &'static str,
    minutes: &'static str,
    hours: &'static str,
}

const ENGLISH: Words = Words {
    tag: "en",
    greeting: "Hello,",
    confirm_subject: "Please confirm your e-mail address",
    confirm_request: "this e-mail address was used to sign up. Please confirm that it is yours:",
    confirm_button: "Confirm the address",
    confirm_period: ["The link works for about ", "."],
    confirm_ignore: "If you did not sign up, you need do nothing: without your confirmation there is no \
                       account.",
    notice_subject: "You already have an account",
    notice_body: "this e-mail address was just used to sign up. You already have an account with it, \
                   so there is nothing to confirm.",
    notice_ignore: "If this was not you, you need do nothing: your account stays as it is.",
    minute: "minute",
    minutes: "minutes",
    hours: "hours",
};

const GERMAN: Words = Words {
    tag: "de",
    greeting: "Hallo,",
    confirm_subject: "Bitte bestätigen Sie Ihre E-Mail-Adresse",
    confirm_request: "mit dieser E-Mail-Adresse wurde ein Konto beantragt. Bitte bestätigen Sie, dass sie \
                      Ihnen gehört:",
    confirm_button: "Adresse bestätigen",
    confirm_period: ["Der Link gilt etwa ", " lang."],
    confirm_ignore: "Wenn Sie das nicht waren, müssen Sie nichts tun: ohne Ihre Bestätigung \
                       entsteht kein Konto.",
    notice_subject: "Sie haben bereits ein Konto",
    notice_body: "mit dieser E-Mail-Adresse wurde gerade ein Konto beantragt. Sie haben damit bereits eines, \
                   es gibt also nichts zu bestätigen.",
    notice_ignore: "Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Konto bleibt, wie es ist.",
    minute: "Minute",
    minutes: "Minuten",
    hours: "Stunden",
};

impl Mail {
    /// A request to confirm the address by `link`, which is valid for `period` from now.
    pub(crate) fn confirmation(id: MailId, language: Language, link: &str, period: Duration) -> Self {
        let words = language.words();
        let [before, after] = words.confirm_period;
        let period = format!("{before}{}{after}", words.format_rounded(period));
        let text = [
            words.greeting,
            words.confirm_request,
            link,
            &period,
            words.confirm_ignore,
        ];
        let button = format!(
            "<a href=\"{}\">{}</a>",
            escape_html(link),
            escape_html(words.confirm_button)
        );
        let html = [
            escape_html(words.greeting),
            escape_html(words.confirm_request),
            button,
            escape_html(&period),
            escape_html(words.confirm_ignore),
        ];
        Self::new(id, words, words.confirm_subject, &text, &html)
    }

    /// A notice to the owner of a held address that somebody signed up with it.
    pub(crate) fn notice(id: MailId, language: Language) -> Self {
        let words = language.words();
        let text = [words.greeting, words.notice_body, words.notice_ignore];
        let html = text.map(escape_html);
        Self::new(id, words, words.notice_subject, &text, &html)
    }

    fn new(id: MailId, words: &Words, subject: &str, text: &[&str], html: &[String]) -> Self {
        let mut body = String::new();
        for paragraph in html {
            body.push_str("<p>");
            body.push_str(paragraph);
            body.push_str("</p>\n");
        }
        Self {
            id,
            subject: subject.to_owned(),
            text: text.join("\n\n") + "\n",
            html: format!(
                "<!doctype html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\">\
                 <title>{title}</title></head>\n<body>\n{body}</body>\n</html>\n",
                tag = words.tag,
                title = escape_html(subject),
            ),
        }
    }
}

impl Words {
    /// The period to the nearest hour, or to the nearest minute if it is shorter than one and a half hours.
    fn format_rounded(&self, period: Duration) -> String {
        let minutes = (period.as_secs() + 30) / 60;
        match minutes {
            0 | 1 => format!("1 {}", self.minute),
            2..90 => format!("{minutes} {}", self.minutes),
            _ => format!("{} {}", (minutes + 30) / 60, self.hours),
        }
    }
}

/// The text with HTML's special characters as entities.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://example.org/verify#token";
    const DAY: Duration = Duration::from_hours(24);

    fn id() -> MailId {
        MailId::of(&"6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1".parse().unwrap(), 0)
    }

    #[test]
    fn links_are_escaped_in_html() {
        let mail = Mail::confirmation(id(), Language::English, "https://x/?a&b=\"'<b>", DAY);

        let expected = "<a href=\"https://x/?a&amp;b=&quot;&#39;&lt;b&gt;\">";
        assert!(mail.html.contains(expected), "{}", mail.html);
    }

    #[test]
    fn greetings_have_no_name() {
        for (language, greeting) in [(Language::English, "Hello,"), (Language::German, "Hallo,")] {
            for mail in [
                Mail::confirmation(id(), language, LINK, DAY),
                Mail::notice(id(), language),
            ] {
                assert!(mail.text.starts_with(&format!("{greeting}\n\n")), "{}", mail.text);
                assert!(mail.html.contains(&format!("<p>{greeting}</p>")), "{}", mail.html);
            }
        }
    }

    #[test]
    fn both_bodies_of_a_confirmation_contain_the_link_and_its_validity() {
        for (language, period) in [(Language::English, "24 hours"), (Language::German, "24 Stunden")] {
            let mail = Mail::confirmation(id(), language, LINK, DAY);

            for body in [&mail.text, &mail.html] {
                assert!(body.contains(LINK), "{body}");
                assert!(body.contains(period), "{body}");
            }
        }
    }

    #[test]
    fn a_notice_has_no_link() {
        for language in [Language::English, Language::German] {
            let mail = Mail::notice(id(), language);

            for body in [&mail.text, &mail.html] {
                assert!(!body.contains("http") && !body.contains("href"), "{body}");
            }
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
            assert_eq!(
                ENGLISH.format_rounded(Duration::from_secs(seconds)),
                expected,
                "{seconds}"
            );
        }
    }

    #[test]
    fn debug_hides_the_mail() {
        let mail = Mail::confirmation(id(), Language::English, LINK, DAY);

        assert_eq!(format!("{mail:?}"), "Mail(hidden)");
    }
}
