//! The overview: the newest executions, mails and webhooks, or those that a search finds.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use simulator::Description;

use super::states::{self, StateRun, short};
use super::{Page, pill, time, time_of};
use crate::aws::step_functions::MACHINE;
use crate::http::Site;
use crate::outbox::Mail;
use crate::webhooks::WebhookDeliveries;

/// How many entries of each kind are shown. The JSON documents have all.
const SHOWN: usize = 50;

const REFRESH_MILLIS: u32 = 2_000;

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

pub(super) async fn show(State(site): State<Arc<Site>>, Query(search): Query<Search>) -> Response {
    let query = search.q.trim();
    let base = site.console_key.path();
    let mut executions = site.executions.list(Some(MACHINE));
    let mut mails = site.outbox.all();
    let mut webhooks = site.webhooks.all();
    if !query.is_empty() {
        executions.retain(|execution| execution.name.contains(query));
        mails.retain(|mail| mail.id.as_deref().is_some_and(|id| id.contains(query)));
        webhooks.retain(|webhook| webhook.id.contains(query));
        if let [only] = executions.as_slice() {
            return Redirect::to(&format!("{base}/executions/{}", only.name)).into_response();
        }
    }
    let rows = |section, items: Vec<Markup>| list(section, query, items);
    let executions: Vec<_> = newest(&executions)
        .map(|one| execution(&site, &base, one))
        .collect();
    let mails: Vec<_> = newest(&mails).map(|one| mail(&base, one)).collect();
    let webhooks: Vec<_> = newest(&webhooks).map(|one| webhook(&base, one)).collect();
    Page {
        site: &site,
        title: "Overview",
        query,
        refresh_millis: Some(REFRESH_MILLIS),
        content: html! {
            @if query.is_empty() { h1 { "Sign-ups on this machine" } }
            @else { h1 { "Search for " code { (query) } } }
            div.columns {
                section aria-labelledby="executions-title" {
                    h2 #executions-title { "Executions" }
                    (rows("executions", executions))
                }
                div {
                    section aria-labelledby="mails-title" {
                        h2 #mails-title { "Mails" }
                        (rows("mails", mails))
                    }
                    section aria-labelledby="webhooks-title" {
                        h2 #webhooks-title { "Webhooks" }
                        (rows("webhooks", webhooks))
                    }
                }
            }
            p.more {
                "Times are in UTC. As JSON: "
                a href=(format!("{base}/executions.json")) { "executions" } ", "
                a href=(format!("{base}/outbox.json")) { "mails with their links and codes" } ", "
                a href=(format!("{base}/webhooks.json")) { "webhooks" } "."
            }
        },
    }
    .response()
}

fn newest<T>(all: &[T]) -> impl Iterator<Item = &T> {
    // One more than is shown, to tell that there are more.
    all.iter().rev().take(SHOWN + 1)
}

fn list(id: &str, query: &str, items: Vec<Markup>) -> Markup {
    let are_all = items.len() <= SHOWN;
    html! {
        div #(id) data-live {
            @if items.is_empty() {
                p.none { @if query.is_empty() { "None yet." } @else { "None has this id." } }
            } @else {
                ul.rows { @for item in items.into_iter().take(SHOWN) { li { (item) } } }
            }
            @if !are_all { p.none { "The newest " (SHOWN) " are shown." } }
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "executions are never removed while the local server runs"
)]
fn execution(site: &Site, base: &str, execution: &Description) -> Markup {
    let history = site.executions.history(&execution.arn);
    let history = history.expect("a listed execution has a history");
    let states = states::states(&history, execution.status.is_running());
    let now = site.executions.now();
    let duration = execution.stopped_at.unwrap_or(now).since(execution.started_at);
    html! {
        a.id href=(format!("{base}/executions/{}", execution.name)) { code { (execution.name) } }
        span.facts {
            (pill(status(execution, &states)))
            @for state in states.iter().filter(|state| state.is_active() && !state.is_frame) {
                span.state { (state.name) }
            }
            @if let Some(error) = execution.status.error() { span.state { (error) } }
        }
        span.times { (time_of(execution.started_at)) span { (short(duration)) } }
    }
}

/// The execution's status; one that runs is waiting if all its states are.
pub(super) fn status(execution: &Description, states: &[StateRun]) -> &'static str {
    let mut active = states.iter().filter(|state| state.is_active() && !state.is_frame);
    match execution.status.name() {
        "RUNNING" if active.all(|state| state.waits_for.is_some()) => "waiting",
        "RUNNING" => "running",
        "SUCCEEDED" => "succeeded",
        "ABORTED" => "aborted",
        _ => "failed",
    }
}

fn mail(base: &str, mail: &Arc<Mail>) -> Markup {
    html! {
        a.id href=(format!("{base}/outbox/{}", mail.number)) { "Mail " (mail.number) }
        @if let Some(id) = &mail.id { span.facts { code { (id) } } }
        span.times { (time(&mail.at.to_string())) }
    }
}

fn webhook(base: &str, webhook: &WebhookDeliveries) -> Markup {
    html! {
        a.id href=(address(base, webhook)) {
            @if webhook.id.is_empty() { "Without an id" } @else { code { (webhook.id) } }
        }
        span.facts {
            (pill(validity(webhook)))
            span.state { (webhook.count) @if webhook.count == 1 { " delivery" } @else { " deliveries" } }
        }
        span.times { (time(&webhook.last_at.to_string())) }
    }
}

/// The address of a webhook's page.
pub(super) fn address(base: &str, webhook: &WebhookDeliveries) -> String {
    format!(
        "{base}/webhooks/{}",
        utf8_percent_encode(&format!("_{}", webhook.id), NON_ALPHANUMERIC)
    )
}

pub(super) fn validity(webhook: &WebhookDeliveries) -> &'static str {
    if webhook.valid { "valid" } else { "rejected" }
}
