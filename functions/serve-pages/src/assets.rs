//! The files of the pages: styles, scripts and the icon.
//!
//! A file's name has a hash of its content, so that caches may keep it for ever. Each page has one script, joined from
//! several files in one module scope: every file that a page loads is an invocation.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// How many digits of the hash are in a name. Two contents of one file do not share 64 bits by chance.
const HASH_DIGITS: usize = 16;

const STYLE: &str = include_str!("../assets/page.css");
const ICON: &str = include_str!("../assets/icon.svg");

const SIGN_UP: &str = concat!(
    include_str!("../assets/page.js"),
    include_str!("../assets/api.js"),
    include_str!("../assets/fields.js"),
    include_str!("../assets/memory.js"),
    include_str!("../assets/progress.js"),
    include_str!("../assets/another-mail.js"),
    include_str!("../assets/sign-up.js"),
);

const VERIFY: &str = concat!(
    include_str!("../assets/page.js"),
    include_str!("../assets/api.js"),
    include_str!("../assets/verify.js"),
);

/// A file of a page.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The name, with the hash: `page.0123456789abcdef.css`.
    pub(crate) name: String,
    pub(crate) content_type: &'static str,
    pub(crate) content: &'static str,
}

/// All files of the pages.
#[derive(Debug)]
pub(crate) struct Assets {
    pub(crate) style: Asset,
    pub(crate) icon: Asset,
    pub(crate) sign_up: Asset,
    pub(crate) verify: Asset,
}

impl Assets {
    /// The files that are compiled into this program.
    pub(crate) fn embedded() -> Self {
        Self {
            style: Asset::new("page", "css", STYLE),
            icon: Asset::new("icon", "svg", ICON),
            sign_up: Asset::new("sign-up", "js", SIGN_UP),
            verify: Asset::new("verify", "js", VERIFY),
        }
    }

    /// The file of this name; `None` if there is none, or if it had another content.
    pub(crate) fn find(&self, name: &str) -> Option<&Asset> {
        let all = [&self.style, &self.icon, &self.sign_up, &self.verify];
        all.into_iter().find(|asset| asset.name == name)
    }
}

impl Asset {
    fn new(stem: &str, extension: &str, content: &'static str) -> Self {
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "text/javascript; charset=utf-8",
        };
        let mut hash = String::new();
        for byte in Sha256::digest(content).iter().take(HASH_DIGITS / 2) {
            let _ = write!(hash, "{byte:02x}");
        }
        Self {
            name: format!("{stem}.{hash}.{extension}"),
            content_type,
            content,
        }
    }

    /// The address, relative to a page: a stage name may precede the paths of both.
    pub(crate) fn address(&self) -> String {
        format!("assets/{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content() {
        let (one, other) = (Asset::new("page", "css", "a{}"), Asset::new("page", "css", "b{}"));

        assert_ne!(one.name, other.name);
        assert_eq!(one.name.len(), "page..css".len() + HASH_DIGITS);
    }

    #[test]
    fn scripts_do_not_turn_text_into_markup_or_code() {
        for script in [SIGN_UP, VERIFY] {
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacent",
                "document.write",
                "eval(",
                "http:",
                "https:",
            ] {
                assert!(!script.contains(word), "{word}");
            }
        }
    }
}
