//! The page that mailed links lead to.
//!
//! The token is in the link's fragment, which no browser sends: no log holds it. The page sends it only when its
//! button is pressed, so that a scanner that opens every link in a mail spends nothing.

use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, PreEscaped, html};

use super::page;

const STYLE: &str = include_str!("verify.css");
const SCRIPT: &str = include_str!("verify.js");

/// Shows the page, the same for every link.
pub(super) async fn show() -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "Confirm your address" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Confirm your address" }
                    p id="sentence" { "Press the button to confirm that this e-mail address is yours." }
                    button id="confirm" type="button" aria-describedby="sentence" { "Confirm my address" }
                    p id="outcome" role="status" aria-live="polite" {}
                    noscript { p { "This page needs JavaScript to confirm your address." } }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    (page::headers(STYLE, Some(SCRIPT)), page.into_string()).into_response()
}
