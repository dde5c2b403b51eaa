//! The page that mailed links open: first what was entered, then the choice what to confirm.
//!
//! The token is in the link's fragment, which no browser sends: no log holds it. The script sends it only when a button is
//! pressed, so that a scanner that opens every link of a mail changes nothing and reads nothing.

use maud::{Markup, html};

use crate::words::Words;

/// All views of the page, hidden.
pub(super) fn views(words: &Words) -> Markup {
    let text = &words.verify;
    html! {
        section #ask hidden {
            h1 { (text.title) }
            p { (text.lead) }
            p { (text.ignore) }
            button #show type="button" { (text.show) }
        }
        section #choose hidden {
            h1 #choose-title tabindex="-1" { (text.details) }
            dl {
                dt { (text.requested_at) }
                dd { time #requested-at {} }
                dt { (text.name) }
                dd #name {}
                dt { (text.phone) }
                dd #phone {}
            }
            div.choices {
                button #all type="button" { (text.all) }
                button #only type="button" { (text.only) }
                button.quiet #address type="button" aria-describedby="address-hint" { (text.address) }
            }
            p.hint #address-hint { (text.address_hint) }
            p.hint { (text.ignore) }
        }
        section #end hidden {
            h1 #end-title tabindex="-1" {}
            p #end-text {}
            // Relative: a stage name may precede the path.
            p #sign-up-again hidden { a href="./" { (text.sign_up) } }
        }
        p.problem #problem role="alert" {}
    }
}
