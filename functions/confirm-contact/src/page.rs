//! The page that mailed links open.
//!
//! The token is in the link's fragment, which no browser sends: no log holds it. The page sends it only when its
//! button is pressed, so that a scanner that opens every link in a mail does not use up the link.

use kit::api::Response;

const PAGE: &str = include_str!("verify.html");
const STYLE: &str = include_str!("verify.css");
const SCRIPT: &str = include_str!("verify.js");

/// Allows only the style and the script, by their hashes.
const POLICY: &str = "default-src 'none'; \
    style-src 'sha256-MrOazpfgqylyCxBx2+2IzON2QEiRW8+G70sdchPcV0c='; \
    connect-src 'self'; \
    script-src 'sha256-RwYOkRPwqGnl2ijaifaoq5MmytMFlaHGhNCf9VIqN6U='; \
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
    fn the_page_loads_no_external_resources() {
        let page = show();

        assert!(page.body().contains(STYLE) && page.body().contains(SCRIPT));
        for elsewhere in ["src=", "href=", "://"] {
            assert!(!page.body().contains(elsewhere), "{elsewhere}");
        }
    }
}
