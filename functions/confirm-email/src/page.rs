//! The page that mailed links lead to.
//!
//! The token is in the link's fragment, which no browser sends: no log holds it. The page sends it only when its
//! button is pressed, so that a scanner that opens every link in a mail spends nothing.

use kit::api::Response;

const PAGE: &str = include_str!("verify.html");
const STYLE: &str = include_str!("verify.css");
const SCRIPT: &str = include_str!("verify.js");

/// Lets a browser run and load nothing but the style and the script, which are named by their hashes.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-MrOazpfgqylyCxBx2+2IzON2QEiRW8+G70sdchPcV0c='; \
    connect-src 'self'; \
    script-src 'sha256-KCZFrrD6JdOu48QIMhsBu5qVT1Ogc7yCCe8UieU6/40='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page, the same for every link.
pub(crate) fn show() -> Response {
    let html = PAGE.replace("{style}", STYLE).replace("{script}", SCRIPT);
    Response::page(html, POLICY)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_style_and_the_script_by_their_hashes() {
        for (directive, inline) in [("style-src", STYLE), ("script-src", SCRIPT)] {
            let hash = STANDARD.encode(Sha256::digest(inline));

            assert!(
                POLICY.contains(&format!("{directive} 'sha256-{hash}';")),
                "{directive} is {hash}"
            );
        }
    }

    #[test]
    fn the_page_brings_all_that_it_needs() {
        let page = show();

        assert!(page.body().contains(STYLE) && page.body().contains(SCRIPT));
        for elsewhere in ["src=", "href=", "://"] {
            assert!(!page.body().contains(elsewhere), "{elsewhere}");
        }
    }
}
