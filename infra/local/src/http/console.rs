//! The console: executions, mails and received webhooks, at an address with a secret.
//!
//! Nothing here has inputs of executions or task tokens. Personal data is only in a mail that is opened, and in
//! `outbox.json`: their links and codes must be usable.
//!
//! Pages are complete without their script, which replaces the parts that have changed (`data-live`) by those of the same page
//! as it is now.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use simulator::EpochMillis;

use super::{Site, api};

mod execution;
mod json;
mod mail;
mod overview;
mod page;
mod states;
mod webhook;

const STYLE: &str = include_str!("console/assets/console.css");
const SCRIPT: &str = include_str!("console/assets/console.js");
const ICON: &str = include_str!("console/assets/icon.svg");

/// The routes below the console's path.
pub(super) fn router() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(overview::show))
        .route("/executions.json", get(json::executions))
        .route("/executions/{file}", get(execution::show))
        .route("/outbox.json", get(json::outbox))
        .route("/outbox/{file}", get(mail::show))
        .route("/webhooks.json", get(json::webhooks))
        .route("/webhooks/{id}", get(webhook::show))
        .route(
            "/console.css",
            get(async || file("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/diagram.css",
            get(async || file("text/css; charset=utf-8", asl_reports::SVG_STYLE)),
        )
        .route(
            "/console.js",
            get(async || file("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route("/icon.svg", get(async || file("image/svg+xml", ICON)))
}

/// Middleware that responds to a request with another key as if there were no console.
pub(super) async fn check_key(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let below = request.uri().path().strip_prefix("/console/");
    let key = below.map(|path| path.split('/').next().unwrap_or_default());
    if key.is_none_or(|key| site.console_key.is(key)) {
        next.run(request).await
    } else {
        api::invoke(State(site), request).await
    }
}

/// A page of the console.
struct Page<'a> {
    site: &'a Site,
    title: &'a str,
    /// What was searched for.
    query: &'a str,
    /// How often the page is brought up to date; never if its subject does not change any more.
    refresh_millis: Option<u32>,
    content: Markup,
}

impl Page<'_> {
    fn response(self) -> Response {
        let base = self.site.console_key.path();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " – sign-up console" }
                    link rel="icon" type="image/svg+xml" href=(format!("{base}/icon.svg"));
                    link rel="stylesheet" href=(format!("{base}/diagram.css"));
                    link rel="stylesheet" href=(format!("{base}/console.css"));
                    script type="module" src=(format!("{base}/console.js")) {}
                }
                body {
                    header.top {
                        a.home href=(base) { "Sign-up console" }
                        form role="search" action=(base) {
                            label for="search" { "Search by id" }
                            input #search type="search" name="q" value=(self.query) autocomplete="off" spellcheck="false";
                            button { "Search" }
                        }
                    }
                    main #main data-refresh=[self.refresh_millis] { (self.content) }
                    p #connection role="status" {}
                }
            }
        };
        (page::headers(), page.into_string()).into_response()
    }
}

/// A point in time, as people read it: the day is in the title.
fn time(at: &str) -> Markup {
    let (day, clock) = at.split_once('T').unwrap_or(("", at));
    let seconds = clock.split('.').next().unwrap_or(clock).trim_end_matches('Z');
    html! { time datetime=(at) title=(format!("{day} {seconds} UTC")) { (seconds) } }
}

fn time_of(at: EpochMillis) -> Markup {
    time(&at.to_string())
}

/// A state or status by its name in a coloured pill.
fn pill(name: &str) -> Markup {
    html! { span class=(format!("pill is-{name}")) { (name) } }
}

fn file(content_type: &'static str, content: &'static str) -> Response {
    (page::plain(), [(header::CONTENT_TYPE, content_type)], content).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, page::plain(), "not found\n").into_response()
}
