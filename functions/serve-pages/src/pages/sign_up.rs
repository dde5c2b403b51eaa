//! The sign-up page: the form, the code with the progress, and the end. Its script shows one of them at a time.

use maud::{Markup, html};

use crate::words::{Progress, Words};

/// An input with its label, its hint and the place for its error.
struct Field<'a> {
    /// The element's id, and the field of the API.
    name: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    /// The keyboard of a touch screen.
    input_mode: &'static str,
    label: &'a str,
    /// The word for a field that may be left empty.
    optional: Option<&'a str>,
    hint: Option<&'a str>,
}

impl Field<'_> {
    fn render(&self) -> Markup {
        let (hint, error) = (format!("{}-hint", self.name), format!("{}-error", self.name));
        let described_by = match self.hint {
            Some(_) => format!("{hint} {error}"),
            None => error.clone(),
        };
        html! {
            div.field {
                label #(format!("{}-label", self.name)) for=(self.name) {
                    (self.label)
                    @if let Some(optional) = self.optional { " " span.optional { "(" (optional) ")" } }
                }
                input id=(self.name) name=(self.name) type=(self.kind) autocomplete=(self.autocomplete)
                    inputmode=(self.input_mode) required[self.optional.is_none()]
                    spellcheck="false" aria-describedby=(described_by);
                @if let Some(text) = self.hint { p.hint id=(hint) { (text) } }
                p.error id=(error) {}
            }
        }
    }
}

/// All views of the page, hidden.
pub(super) fn views(words: &Words) -> Markup {
    html! {
        (form(words))
        (confirmation(words))
        section #end hidden {
            h1 #end-title tabindex="-1" {}
            p #end-text {}
            button #again type="button" { (words.confirm.again) }
        }
    }
}

fn form(words: &Words) -> Markup {
    let text = &words.sign_up;
    let optional = Some(text.optional.as_str());
    let fields = [
        Field {
            name: "email",
            kind: "email",
            autocomplete: "email",
            input_mode: "email",
            label: &text.email,
            optional: None,
            hint: None,
        },
        Field {
            name: "name",
            kind: "text",
            autocomplete: "name",
            input_mode: "text",
            label: &text.name,
            optional,
            hint: None,
        },
        Field {
            name: "phone",
            kind: "tel",
            autocomplete: "tel",
            input_mode: "tel",
            label: &text.phone,
            optional,
            hint: Some(&text.phone_hint),
        },
    ];
    html! {
        section #enter hidden {
            h1 #enter-title tabindex="-1" { (text.title) }
            p { (text.lead) }
            // Without its script the form cannot be sent: the content policy forbids it.
            form #sign-up method="post" novalidate {
                @for field in &fields { (field.render()) }
                p.problem #sign-up-problem role="alert" {}
                button #sign-up-button type="submit" { (text.submit) }
            }
        }
    }
}

fn confirmation(words: &Words) -> Markup {
    let text = &words.confirm;
    let code = Field {
        name: "code",
        kind: "text",
        autocomplete: "one-time-code",
        input_mode: "numeric",
        label: &text.code,
        optional: None,
        hint: Some(&text.code_hint),
    };
    html! {
        section #confirm hidden {
            h1 #confirm-title tabindex="-1" { (text.title) }
            p #mail-goes-to {}
            (steps(&words.progress))
            form #confirmation method="post" novalidate {
                (code.render())
                p.problem #confirmation-problem role="alert" {}
                button #confirmation-button type="submit" { (text.submit) }
            }
            div.more {
                button.quiet #another-mail type="button" { (text.another_mail) }
                button.quiet #restart type="button" { (text.restart) }
            }
        }
    }
}

fn steps(text: &Progress) -> Markup {
    let steps = [
        ("stored", &text.stored),
        ("mailed", &text.mailed),
        ("confirmed", &text.confirmed),
    ];
    html! {
        ol.steps aria-label=(text.title) {
            @for (step, label) in steps {
                li data-step=(step) { (label) span.seen-by-readers data-state {} }
            }
        }
    }
}
