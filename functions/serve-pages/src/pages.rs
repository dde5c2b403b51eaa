//! The pages: markup around the words of a language.
//!
//! A page is the same for everybody who reads its language. What a person typed or may see is filled in by its script,
//! as text.

use maud::{DOCTYPE, Markup, html};

use crate::assets::{Asset, Assets};
use crate::language::Language;
use crate::words::Words;

mod sign_up;
mod verify;

/// Both pages in one language, as HTML.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) sign_up: String,
    pub(crate) verify: String,
}

/// Both pages in this language.
pub(crate) fn render(language: Language, assets: &Assets) -> Pages {
    let words = &Words::of(language);
    let sign_up = Page {
        language,
        title: &words.sign_up.title,
        no_script: &words.sign_up.no_script,
        script: &assets.sign_up,
        is_indexed: true,
    };
    let verify = Page {
        language,
        title: &words.verify.title,
        no_script: &words.verify.no_script,
        script: &assets.verify,
        is_indexed: false,
    };
    Pages {
        sign_up: sign_up.render(assets, &sign_up::views(words), words.for_sign_up_script()),
        verify: verify.render(assets, &verify::views(words), words.for_verify_script()),
    }
}

/// What differs between the pages beside their views.
struct Page<'a> {
    language: Language,
    title: &'a str,
    no_script: &'a str,
    script: &'a Asset,
    /// Whether search engines may list the page.
    is_indexed: bool,
}

impl Page<'_> {
    fn render<'a>(
        &self,
        assets: &Assets,
        views: &Markup,
        script_words: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if !self.is_indexed { meta name="robots" content="noindex"; }
                    title { (self.title) }
                    link rel="icon" type="image/svg+xml" href=(assets.icon.address());
                    link rel="stylesheet" href=(assets.style.address());
                    script type="module" src=(self.script.address()) {}
                }
                body {
                    main {
                        noscript {
                            h1 { (self.title) }
                            p { (self.no_script) }
                        }
                        (views)
                        p #status role="status" {}
                    }
                    template #words {
                        @for (name, text) in script_words { p data-word=(name) { (text) } }
                    }
                }
            }
        };
        page.into_string()
    }
}
