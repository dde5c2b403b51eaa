//! The main HTTP server: API, verify page, console and webhook receiver.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use simulator::wall_clock::WallClock;

use crate::functions::Functions;
use crate::host::{self, Hosts};
use crate::outbox::Outbox;
use crate::webhooks::WebhookReceiver;

mod api;
mod console;
mod openapi;
mod page;
mod webhooks;

#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) functions: Functions,
    pub(crate) executions: WallClock,
    pub(crate) outbox: Outbox,
    pub(crate) webhooks: WebhookReceiver,
}

/// All routes. Whatever no route matches goes to the API.
pub(crate) fn router(site: Site, hosts: Hosts) -> Router {
    Router::new()
        .route("/openapi.yaml", get(openapi::show))
        .route("/console", get(console::show))
        .route("/console/executions.json", get(console::executions))
        .route("/console/executions/{file}", get(console::history))
        .route("/console/outbox.json", get(console::outbox))
        .route("/console/outbox/{number}", get(console::mail))
        .route("/console/webhooks.json", get(console::webhooks))
        .route("/webhooks", post(webhooks::receive))
        .fallback(api::invoke)
        // The API's functions limit bodies themselves, to respond with a problem document.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(hosts, host::check))
        .with_state(Arc::new(site))
}
