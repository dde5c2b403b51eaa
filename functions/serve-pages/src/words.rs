//! The words of the pages: one file for each language, in `words/`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::language::Language;

/// All words in one language. A file with a missing or an unknown key does not parse.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) sign_up: SignUp,
    pub(crate) confirm: Confirm,
    pub(crate) progress: Progress,
    pub(crate) verify: Verify,
    script: ScriptWords,
    sign_up_script: ScriptWords,
    verify_script: ScriptWords,
}

/// Words that a script chooses from, by name.
pub(crate) type ScriptWords = BTreeMap<String, String>;

/// The form that begins a sign-up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) phone_hint: String,
    pub(crate) optional: String,
    pub(crate) submit: String,
    pub(crate) no_script: String,
}

/// The form for the code, and the end.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    pub(crate) title: String,
    pub(crate) code: String,
    pub(crate) code_hint: String,
    pub(crate) submit: String,
    pub(crate) another_mail: String,
    pub(crate) restart: String,
    pub(crate) again: String,
}

/// The steps of a sign-up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    pub(crate) title: String,
    pub(crate) stored: String,
    pub(crate) mailed: String,
    pub(crate) confirmed: String,
}

/// The page that mailed links open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) ignore: String,
    pub(crate) show: String,
    pub(crate) details: String,
    pub(crate) requested_at: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) all: String,
    pub(crate) only: String,
    pub(crate) address: String,
    pub(crate) address_hint: String,
    pub(crate) sign_up: String,
    pub(crate) no_script: String,
}

impl Words {
    /// The words in this language.
    ///
    /// # Panics
    ///
    /// If the file of the language does not parse, which the tests exclude.
    #[expect(
        clippy::expect_used,
        reason = "the files are compiled in, and every test that shows a page parses them"
    )]
    pub(crate) fn of(language: Language) -> Self {
        toml::from_str(file(language)).expect("the words of every language have the keys of `Words`")
    }

    /// The words of the sign-up page's script.
    pub(crate) fn for_sign_up_script(&self) -> impl Iterator<Item = (&str, &str)> {
        merged(&self.script, &self.sign_up_script)
    }

    /// The words of the verify page's script.
    pub(crate) fn for_verify_script(&self) -> impl Iterator<Item = (&str, &str)> {
        merged(&self.script, &self.verify_script)
    }
}

const fn file(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../words/en.toml"),
        Language::German => include_str!("../words/de.toml"),
    }
}

fn merged<'a>(shared: &'a ScriptWords, own: &'a ScriptWords) -> impl Iterator<Item = (&'a str, &'a str)> {
    let both = shared.iter().chain(own);
    both.map(|(name, text)| (name.as_str(), text.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::assets::Assets;

    /// All words of a file by their full keys, such as `verify.title`.
    fn flat(language: Language) -> BTreeMap<String, String> {
        let tables: toml::Table = file(language).parse().unwrap();
        let words = tables.iter().flat_map(|(table, words)| {
            let words = words.as_table().unwrap().iter();
            words.map(move |(name, text)| (format!("{table}.{name}"), text.as_str().unwrap().to_owned()))
        });
        words.collect()
    }

    /// The words in braces.
    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .map(|rest| rest.split_once('}').unwrap().0)
            .collect()
    }

    /// The names that a script says: the literals in `say("…")`.
    fn said(script: &str) -> BTreeSet<&str> {
        let calls = script.split("say(\"").skip(1);
        calls.map(|rest| rest.split_once('"').unwrap().0).collect()
    }

    #[test]
    fn all_languages_have_the_same_keys_and_placeholders() {
        let english = flat(Language::English);
        for language in Language::ALL {
            let words = flat(language);

            assert!(words.keys().eq(english.keys()), "{language:?}");
            for (key, text) in &words {
                assert_eq!(
                    placeholders(text),
                    placeholders(&english[key]),
                    "{language:?} {key}"
                );
                assert!(!text.trim().is_empty(), "{language:?} {key}");
            }
            Words::of(language);
        }
    }

    #[test]
    fn scripts_say_exactly_the_words_that_they_get() {
        let assets = Assets::embedded();
        for language in Language::ALL {
            let words = Words::of(language);

            let given: BTreeSet<_> = words.for_sign_up_script().map(|(name, _)| name).collect();
            assert_eq!(said(assets.sign_up.content), given);
            let given: BTreeSet<_> = words.for_verify_script().map(|(name, _)| name).collect();
            assert_eq!(said(assets.verify.content), given);
        }
    }
}
