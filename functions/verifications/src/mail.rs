//! Mails.

use std::time::Duration;

use contracts::values::{ConfirmationCode, MailId, RecipientHash};

use crate::words::{Language, Words};

/// A mail, ready to be sent to one person.
///
/// It may hold a code and a link: `Debug` hides all of it. It contains no text from the request, not even a name: until the
/// address is confirmed, a name could carry spam or phishing text in a mail from our domain.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    /// The hash of the address that it goes to.
    pub recipient: RecipientHash,
    pub subject: String,
    pub text: String,
    pub html: String,
}

contracts::hide_in_debug!(Mail);

impl Mail {
    /// A request to confirm the address by the code, or by the link if there is one; both are valid for `period` from now.
    pub(crate) fn confirmation(
        id: MailId,
        recipient: RecipientHash,
        language: Language,
        code: &ConfirmationCode,
        link: Option<&str>,
        period: Duration,
    ) -> Self {
        let words = language.words();
        let said = &words.confirmation;
        let period = words.format_rounded(period);
        let code = code.expose();
        let mut mail = MailBuilder::new(words);
        mail.paragraph(&said.request);
        mail.both(&code, &format!("<strong>{}</strong>", escape_html(&code)));
        if let Some(link) = link {
            mail.paragraph(&said.link);
            mail.both(
                link,
                &format!(
                    "<a href=\"{}\">{}</a>",
                    escape_html(link),
                    escape_html(&said.button)
                ),
            );
            mail.paragraph(&said.code_and_link_period.replace("{period}", &period));
        } else {
            mail.paragraph(&said.code_period.replace("{period}", &period));
        }
        mail.paragraph(&said.warning);
        mail.paragraph(&said.ignore);
        mail.finish(id, recipient, &said.subject)
    }

    /// A notice to the owner of a held address that somebody signed up with it.
    pub(crate) fn notice(id: MailId, recipient: RecipientHash, language: Language) -> Self {
        let words = language.words();
        let mut mail = MailBuilder::new(words);
        mail.paragraph(&words.notice.body);
        mail.paragraph(&words.notice.ignore);
        mail.finish(id, recipient, &words.notice.subject)
    }
}

/// The two bodies of a mail, paragraph by paragraph.
struct MailBuilder {
    words: &'static Words,
    text: Vec<String>,
    html: Vec<String>,
}

impl MailBuilder {
    /// A mail that begins with the greeting.
    fn new(words: &'static Words) -> Self {
        let (text, html) = (Vec::new(), Vec::new());
        let mut mail = Self { words, text, html };
        mail.paragraph(&words.greeting);
        mail
    }

    fn paragraph(&mut self, text: &str) {
        self.both(text, &escape_html(text));
    }

    /// A paragraph that is written differently in HTML.
    fn both(&mut self, text: &str, html: &str) {
        self.text.push(text.to_owned());
        self.html.push(format!("<p>{html}</p>\n"));
    }

    fn finish(self, id: MailId, recipient: RecipientHash, subject: &str) -> Mail {
        Mail {
            id,
            recipient,
            subject: subject.to_owned(),
            text: self.text.join("\n\n") + "\n",
            html: format!(
                "<!doctype html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\">\
                 <title>{title}</title></head>\n<body>\n{body}</body>\n</html>\n",
                tag = self.words.tag,
                title = escape_html(subject),
                body = self.html.concat(),
            ),
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
    const LANGUAGES: [(Language, &str, &str); 2] = [
        (Language::English, "Hello,", "24 hours"),
        (Language::German, "Hallo,", "24 Stunden"),
    ];

    fn id() -> MailId {
        MailId::of(&"6f1d0c1b6a6f4d0b9b9f6d3a52a5c7e1".parse().unwrap(), 0)
    }

    fn recipient() -> RecipientHash {
        "0".repeat(64).parse().unwrap()
    }

    fn confirmation(language: Language, link: Option<&str>) -> Mail {
        Mail::confirmation(id(), recipient(), language, &"012345".parse().unwrap(), link, DAY)
    }

    #[test]
    fn links_are_escaped_in_html() {
        let mail = confirmation(Language::English, Some("https://x/?a&b=\"'<b>"));

        let expected = "<a href=\"https://x/?a&amp;b=&quot;&#39;&lt;b&gt;\">";
        assert!(mail.html.contains(expected), "{}", mail.html);
    }

    #[test]
    fn greetings_have_no_name() {
        for (language, greeting, _) in LANGUAGES {
            for mail in [
                confirmation(language, Some(LINK)),
                Mail::notice(id(), recipient(), language),
            ] {
                assert!(mail.text.starts_with(&format!("{greeting}\n\n")), "{}", mail.text);
                assert!(mail.html.contains(&format!("<p>{greeting}</p>")), "{}", mail.html);
            }
        }
    }

    #[test]
    fn both_bodies_of_a_confirmation_contain_code_link_and_validity() {
        for (language, _, period) in LANGUAGES {
            let mail = confirmation(language, Some(LINK));

            for body in [&mail.text, &mail.html] {
                for expected in ["012345", LINK, period] {
                    assert!(body.contains(expected), "{expected}: {body}");
                }
            }
        }
    }

    #[test]
    fn a_confirmation_by_code_alone_has_no_link() {
        for (language, _, period) in LANGUAGES {
            let mail = confirmation(language, None);

            for body in [&mail.text, &mail.html] {
                assert!(body.contains("012345") && body.contains(period), "{body}");
                assert!(!body.contains("http") && !body.contains("href"), "{body}");
            }
        }
    }

    #[test]
    fn a_notice_has_neither_code_nor_link() {
        for (language, ..) in LANGUAGES {
            let mail = Mail::notice(id(), recipient(), language);

            for body in [&mail.text, &mail.html] {
                assert!(!body.contains("http") && !body.contains("href"), "{body}");
                let digits = body.chars().filter(char::is_ascii_digit).count();
                assert!(digits <= 1, "only `utf-8` has a digit: {body}");
            }
        }
    }

    #[test]
    fn debug_hides_the_mail() {
        let mail = confirmation(Language::English, Some(LINK));

        assert_eq!(format!("{mail:?}"), "Mail(hidden)");
    }
}
