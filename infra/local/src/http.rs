//! The HTTP server: the API, the page of the mailed links, the console and the webhook receiver.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use simulator::wall_clock::WallClock;

use crate::functions::Functions;
use crate::outbox::Outbox;
use crate::webhooks::Webhooks;

mod api;
mod console;
pub(crate) mod host;
mod openapi;
mod page;
mod webhooks;

/// What the server shows and calls.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) functions: Functions,
    pub(crate) executions: WallClock,
    pub(crate) outbox: Outbox,
    pub(crate) webhooks: Webhooks,
}

/// Everything that is served at the address that the person knows.
pub(crate) fn router(site: Site, hosts: host::Hosts) -> Router {
    Router::new()
        .route("/openapi.yaml", get(openapi::show))
        .route("/console", get(console::show))
        .route("/console/executions.json", get(console::executions))
        .route("/console/executions/{file}", get(console::history))
        .route("/console/outbox.json", get(console::outbox))
        .route("/console/outbox/{number}", get(console::mail))
        .route("/console/webhooks.json", get(console::webhooks))
        .route("/webhooks", post(webhooks::receive))
        .fallback(api::answer)
        // The API limits bodies by itself, to answer with a problem document.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(hosts, host::check))
        .with_state(Arc::new(site))
}
