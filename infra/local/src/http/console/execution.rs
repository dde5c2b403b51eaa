//! An execution: its state machine with what happened, its states, and the events beside it.

use std::sync::Arc;

use asl_document::StateMachine;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use simulator::timeline::{self, RowKind};
use simulator::{Description, EpochMillis, HistoryEvent};

use super::overview::{address, status, validity};
use super::states::{self, StateRun, short};
use super::{Page, json, not_found, pill, time_of};
use crate::aws::step_functions;
use crate::http::Site;

const REFRESH_MILLIS: u32 = 1_000;

pub(super) fn exists(site: &Site, name: &str) -> bool {
    site.executions
        .describe(&step_functions::execution_arn(name))
        .is_ok()
}

/// The execution of this name: as a page, or with `.json` its history.
pub(super) async fn show(State(site): State<Arc<Site>>, Path((_, file)): Path<(String, String)>) -> Response {
    let json_of = file.strip_suffix(".json");
    let name = json_of.unwrap_or(&file);
    let arn = step_functions::execution_arn(name);
    let (Ok(execution), Ok(history)) = (site.executions.describe(&arn), site.executions.history(&arn)) else {
        return not_found();
    };
    if json_of.is_some() {
        json::history(&execution, &history)
    } else {
        page(&site, &execution, &history)
    }
}

fn page(site: &Site, execution: &Description, history: &[HistoryEvent]) -> Response {
    let now = execution.stopped_at.unwrap_or_else(|| site.executions.now());
    let is_running = execution.status.is_running();
    let states = states::states(history, is_running);
    Page {
        site,
        title: &execution.name,
        query: "",
        refresh_millis: is_running.then_some(REFRESH_MILLIS),
        content: html! {
            h1 { "Execution " code { (execution.name) } }
            dl #facts.facts-of-execution data-live { (facts(site, execution, &states, now)) }
            p #news role="status" data-live { (news(execution, &states)) }
            div.execution-columns {
                section aria-labelledby="machine-title" {
                    div.title {
                        h2 #machine-title { "State machine" }
                        label { input #actual-size type="checkbox"; " Actual size" }
                    }
                    div.diagram tabindex="0" role="region" aria-label="Diagram" {
                        div #diagram data-live { (diagram(site, execution, history, &states, now)) }
                    }
                    (legend())
                }
                section aria-labelledby="events-title" {
                    h2 #events-title { "Events" }
                    ol #events.events data-live { (events(history)) }
                    p #events-more.more data-live { a href=(format!("{}/executions/{}.json", site.console_key.path(), execution.name)) {
                        "All " (history.len()) " events as JSON"
                    } }
                }
                section aria-labelledby="states-title" {
                    h2 #states-title { "States" }
                    div.scrolling tabindex="0" role="region" aria-label="Table of the states" {
                        table { thead { tr {
                            th scope="col" { "State" } th scope="col" { "Outcome" } th.number scope="col" { "Attempts" }
                            th.number scope="col" { "Entered" } th.number scope="col" { "Duration" }
                        } }
                        tbody #states data-live { (rows(&states, execution.started_at, now)) } }
                    }
                }
            }
        },
    }
    .response()
}

fn facts(site: &Site, execution: &Description, states: &[StateRun], now: EpochMillis) -> Markup {
    let base = site.console_key.path();
    let mails = site.outbox.all();
    let mails: Vec<_> = mails
        .iter()
        .filter(|mail| mail.user() == Some(&execution.name))
        .collect();
    let webhooks = site.webhooks.all();
    let sent = format!("msg_{}", execution.name);
    let webhook = webhooks
        .iter()
        .find(|webhook| webhook.id == sent && webhook.valid);
    html! {
        div { dt { "Status" } dd { (pill(status(execution, states))) } }
        div { dt { "Started" } dd { (time_of(execution.started_at)) " UTC" } }
        div {
            dt { @if execution.status.is_running() { "So far" } @else { "Duration" } }
            dd { (short(now.since(execution.started_at))) }
        }
        @if let Some(error) = execution.status.error() { div { dt { "Error" } dd { (error) } } }
        div { dt { "Mails" } dd {
            @for mail in &mails { a href=(format!("{base}/outbox/{}", mail.number)) { "Mail " (mail.number) } " " }
            @if mails.is_empty() { "none" }
        } }
        div { dt { "Webhook" } dd {
            @if let Some(webhook) = webhook {
                a href=(address(&base, webhook)) { (validity(webhook)) ", " (webhook.count) "×" }
            } @else { "none" }
        } }
    }
}

/// What a person who cannot see the picture should hear when it changes.
fn news(execution: &Description, states: &[StateRun]) -> Markup {
    let active = || states.iter().filter(|state| state.is_active() && !state.is_frame);
    html! {
        @if execution.status.is_running() {
            @for state in active() {
                (state.name)
                @if let Some(what) = state.waits_for { " waits for " (what) } @else { " runs" }
                ". "
            }
        } @else { "The execution has " (ended(status(execution, states))) "." }
    }
}

fn ended(status: &str) -> &str {
    match status {
        "aborted" => "been aborted",
        other => other,
    }
}

#[expect(
    clippy::expect_used,
    reason = "the simulator runs the execution by this definition"
)]
fn diagram(
    site: &Site,
    execution: &Description,
    history: &[HistoryEvent],
    states: &[StateRun],
    now: EpochMillis,
) -> Markup {
    let machine = site.executions.machine(&execution.arn);
    let machine = machine.expect("a described execution has a machine");
    let machine: StateMachine = serde_json::from_str(machine.to_json()).expect("a definition");
    let overlay = states::overlay(history, states, now);
    // The drawing escapes all names.
    PreEscaped(asl_reports::svg_of_execution(&machine, &overlay))
}

fn legend() -> Markup {
    html! {
        ul.legend aria-label="Legend" {
            @for name in ["succeeded", "running", "waiting", "caught", "failed", "aborted"] { li { (pill(name)) } }
        }
    }
}

fn rows(states: &[StateRun], started_at: EpochMillis, now: EpochMillis) -> Markup {
    html! {
        @for state in states {
            tr {
                th scope="row" class=(format!("depth-{}", state.depth.min(3))) { (state.name) }
                td {
                    (pill(state.outcome.label()))
                    @if let Some(what) = state.waits_for { " for " (what) }
                    @if let Some(error) = &state.error { " " code { (error) } }
                }
                td.number { (state.attempts) }
                td.number { "+" (short(state.entered_at.since(started_at))) }
                td.number { (short(state.duration(now))) }
            }
        }
    }
}

fn events(history: &[HistoryEvent]) -> Markup {
    html! {
        @for row in timeline::rows(history) {
            li class=(format!("is-{}", class(row.kind))) {
                span.offset { "+" (short(row.offset)) }
                span.state { (row.location.state.as_deref().unwrap_or("Execution")) }
                span.what { (row.kind) @if let Some(error) = &row.error { ": " code { (error) } } }
            }
        }
    }
}

/// The colour of a row.
fn class(kind: RowKind) -> &'static str {
    match kind {
        RowKind::WaitingForToken | RowKind::WaitingForJob => "waiting",
        RowKind::Succeeded => "succeeded",
        RowKind::Failed | RowKind::TimedOut => "failed",
        RowKind::Caught => "caught",
        RowKind::Aborted => "aborted",
        _ => "running",
    }
}
