//! A mail: the only page with personal data.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::html;

use super::{Page, not_found, page, time};
use crate::http::Site;
use crate::outbox::Mail;

/// The mail with this number: as a page, or with `.txt` as text.
pub(super) async fn show(State(site): State<Arc<Site>>, Path((_, file)): Path<(String, String)>) -> Response {
    let text_of = file.strip_suffix(".txt");
    let mail = text_of
        .unwrap_or(&file)
        .parse()
        .ok()
        .and_then(|number| site.outbox.get(number));
    match mail {
        None => not_found(),
        Some(mail) if text_of.is_some() => text(&mail),
        Some(mail) => html_page(&site, &mail),
    }
}

fn text(mail: &Mail) -> Response {
    let text = format!(
        "Date: {}\nTo: {}\nSubject: {}\n\n{}\n",
        mail.at, mail.to, mail.subject, mail.text
    );
    (page::plain(), text).into_response()
}

fn html_page(site: &Site, mail: &Mail) -> Response {
    let base = site.console_key.path();
    let execution = mail.user().filter(|name| super::execution::exists(site, name));
    Page {
        site,
        title: "Mail",
        query: "",
        refresh_millis: None,
        content: html! {
            h1 { "Mail " (mail.number) }
            dl.sheet {
                dt { "To" } dd { (mail.to) }
                dt { "Subject" } dd { (mail.subject) }
                dt { "Sent" } dd { (time(&mail.at.to_string())) " UTC" }
                @if let Some(code) = mail.code() { dt { "Code" } dd.code { (code) } }
                @if let Some(link) = mail.link() {
                    dt { "Link" } dd { a href=(link) rel="noreferrer" { "Show what the link confirms" } }
                }
            }
            h2 { "Text" }
            pre.mail tabindex="0" role="region" aria-label="Text of the mail" { (mail.text) }
            p.more {
                @if let Some(name) = execution {
                    a href=(format!("{base}/executions/{name}")) { "The execution that sent it" } ", "
                }
                a href=(format!("{base}/outbox/{}.txt", mail.number)) { "as text" }
            }
        },
    }
    .response()
}
