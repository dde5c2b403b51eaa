//! The console: executions, mails and received webhooks, at an address with a secret.
//!
//! Nothing here has inputs of executions or task tokens. The HTML page has no full addresses, names or links either. The
//! page of a single mail and `outbox.json` have the whole mail, since its link must be usable.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;
use simulator::{Description, EpochMillis, HistoryEvent, timeline};

use super::{Site, api, page};
use crate::aws::step_functions::{self, MACHINE};
use crate::outbox::Mail;
use crate::webhooks::WebhookDeliveries;

const STYLE: &str = include_str!("console.css");

/// How many entries of each kind the page shows. The JSON documents have all.
const PAGE_SIZE: usize = 50;

/// The routes below the console's path.
pub(super) fn router() -> Router<Arc<Site>> {
    Router::new()
        .route("/", get(show))
        .route("/executions.json", get(executions))
        .route("/executions/{file}", get(history))
        .route("/outbox.json", get(outbox))
        .route("/outbox/{file}", get(mail))
        .route("/webhooks.json", get(webhooks))
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecutionView {
    name: String,
    status: &'static str,
    started_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// An execution's history, as JSON without payloads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryView {
    execution: ExecutionView,
    events: Vec<EventView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventView {
    id: u64,
    previous_event_id: u64,
    timestamp: String,
    #[serde(rename = "type")]
    event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<&Description> for ExecutionView {
    fn from(execution: &Description) -> Self {
        Self {
            name: execution.name.clone(),
            status: execution.status.name(),
            started_at: execution.started_at.to_string(),
            stopped_at: execution.stopped_at.as_ref().map(EpochMillis::to_string),
            error: execution.status.error().map(str::to_owned),
        }
    }
}

impl From<&HistoryEvent> for EventView {
    fn from(event: &HistoryEvent) -> Self {
        Self {
            id: event.id,
            previous_event_id: event.previous_event_id,
            timestamp: event.timestamp.to_string(),
            event_type: event.event_type.name(),
            state: event.location.state.as_deref().map(str::to_owned),
            error: event.error().map(str::to_owned),
        }
    }
}

async fn show(State(site): State<Arc<Site>>) -> Response {
    let base = site.console_key.path();
    let executions = site.executions.list(Some(MACHINE));
    let mails = site.outbox.all();
    let received = site.webhooks.all();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Console" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Console" }
                nav {
                    a href=(format!("{base}")) { "Reload" }
                    a href=(format!("{base}/executions.json")) { "executions.json" }
                    a href=(format!("{base}/outbox.json")) { "outbox.json" }
                    a href=(format!("{base}/webhooks.json")) { "webhooks.json" }
                }
                main {
                    (section("Executions", executions.len(), &executions_table(&site, &executions)))
                    (section("Outbox", mails.len(), &outbox_table(&base, &mails)))
                    (section("Webhooks", received.len(), &webhooks_table(&received)))
                }
            }
        }
    };
    (page::headers(STYLE), page.into_string()).into_response()
}

fn section(title: &str, count: usize, table: &Markup) -> Markup {
    html! {
        section {
            h2 { (title) " (" (count) ")" }
            @if count > PAGE_SIZE { p.note { "The newest " (PAGE_SIZE) " are shown." } }
            @if count == 0 { p.note { "Nothing yet." } } @else { (table) }
        }
    }
}

fn executions_table(site: &Site, executions: &[Description]) -> Markup {
    html! {
        table {
            thead { tr { th { "Name" } th { "Status" } th { "Started" } th { "Timeline" } } }
            tbody {
                @for execution in executions.iter().rev().take(PAGE_SIZE) {
                    tr {
                        td { a href=(format!("{}/executions/{}.json", site.console_key.path(), execution.name)) {
                            code { (execution.name) }
                        } }
                        td { (execution.status.name()) }
                        td { (execution.started_at) }
                        td { (timeline_of(site, execution)) }
                    }
                }
            }
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "executions are never removed while the local server runs"
)]
fn timeline_of(site: &Site, execution: &Description) -> Markup {
    let history = site.executions.history(&execution.arn);
    let history = history.expect("a listed execution has a history");
    let rows = timeline::rows(&history);
    html! {
        details {
            summary { (rows.len()) " events" }
            pre { (timeline::render(&history)) }
        }
    }
}

fn outbox_table(base: &str, mails: &[Arc<Mail>]) -> Markup {
    html! {
        table {
            thead { tr { th { "Sent" } th { "Subject" } th { "To" } th { "Mail" } } }
            tbody {
                @for mail in mails.iter().rev().take(PAGE_SIZE) {
                    tr {
                        td { (mail.at) }
                        td { (mail.subject) }
                        td { (mail.masked_recipient()) }
                        td { a href=(format!("{base}/outbox/{}.txt", mail.number)) { "Mail " (mail.number) } }
                    }
                }
            }
        }
    }
}

fn webhooks_table(received: &[WebhookDeliveries]) -> Markup {
    html! {
        table {
            thead { tr { th { "Id" } th { "Signature" } th { "Deliveries" } th { "First" } th { "Last" } } }
            tbody {
                @for webhook in received.iter().rev().take(PAGE_SIZE) {
                    tr {
                        td { code { (webhook.id) } }
                        td { (if webhook.valid { "valid" } else { "invalid" }) }
                        td { (webhook.count) }
                        td { (webhook.first_at) }
                        td { (webhook.last_at) }
                    }
                }
            }
        }
    }
}

async fn executions(State(site): State<Arc<Site>>) -> Response {
    let executions = site.executions.list(Some(MACHINE));
    json(&executions.iter().map(ExecutionView::from).collect::<Vec<_>>())
}

async fn history(State(site): State<Arc<Site>>, Path((_, file)): Path<(String, String)>) -> Response {
    let found = file.strip_suffix(".json").and_then(|name| {
        let arn = step_functions::execution_arn(name);
        let execution = site.executions.describe(&arn).ok()?;
        Some((execution, site.executions.history(&arn).ok()?))
    });
    let Some((execution, events)) = found else {
        return not_found();
    };
    json(&HistoryView {
        execution: ExecutionView::from(&execution),
        events: events.iter().map(EventView::from).collect(),
    })
}

async fn outbox(State(site): State<Arc<Site>>) -> Response {
    let mails = site.outbox.all();
    json(&mails.iter().map(AsRef::as_ref).collect::<Vec<&Mail>>())
}

async fn mail(State(site): State<Arc<Site>>, Path((_, file)): Path<(String, String)>) -> Response {
    let number = file.strip_suffix(".txt");
    let mail = number
        .and_then(|number| number.parse().ok())
        .and_then(|number| site.outbox.get(number));
    let Some(mail) = mail else { return not_found() };
    let text = format!(
        "Date: {}\nTo: {}\nSubject: {}\n\n{}\n",
        mail.at, mail.to, mail.subject, mail.text
    );
    (page::plain(), text).into_response()
}

async fn webhooks(State(site): State<Arc<Site>>) -> Response {
    json(&site.webhooks.all())
}

fn json(body: &impl Serialize) -> Response {
    (page::plain(), Json(body)).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}
