//! The console as JSON, for programs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use simulator::{Description, EpochMillis, HistoryEvent};

use super::page;
use crate::aws::step_functions::MACHINE;
use crate::http::Site;
use crate::outbox::Mail;

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

/// An execution's history without payloads.
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

pub(super) async fn executions(State(site): State<Arc<Site>>) -> Response {
    let executions = site.executions.list(Some(MACHINE));
    json(&executions.iter().map(ExecutionView::from).collect::<Vec<_>>())
}

pub(super) fn history(execution: &Description, events: &[HistoryEvent]) -> Response {
    json(&HistoryView {
        execution: ExecutionView::from(execution),
        events: events.iter().map(EventView::from).collect(),
    })
}

pub(super) async fn outbox(State(site): State<Arc<Site>>) -> Response {
    let mails = site.outbox.all();
    json(&mails.iter().map(AsRef::as_ref).collect::<Vec<&Mail>>())
}

pub(super) async fn webhooks(State(site): State<Arc<Site>>) -> Response {
    json(&site.webhooks.all())
}

fn json(body: &impl Serialize) -> Response {
    (page::plain(), Json(body)).into_response()
}
