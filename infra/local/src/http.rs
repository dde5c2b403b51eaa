//! The main HTTP server: API, pages, console and webhook receiver.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use kit::api::security_headers;
use simulator::wall_clock::WallClock;

use crate::functions::Functions;
use crate::host::{self, Hosts};
use crate::outbox::Outbox;
use crate::start_secrets::ConsoleKey;
use crate::webhooks::WebhookReceiver;

mod api;
mod console;
mod openapi;
mod webhooks;

#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) functions: Functions,
    pub(crate) executions: WallClock,
    pub(crate) outbox: Outbox,
    pub(crate) webhooks: WebhookReceiver,
    pub(crate) console_key: ConsoleKey,
}

/// All routes. Whatever no route matches goes to the API.
pub(crate) fn router(site: Site, hosts: Hosts) -> Router {
    let site = Arc::new(site);
    Router::new()
        .route("/openapi.yaml", get(openapi::show))
        .nest("/console/{key}", console::router())
        .route("/webhooks", post(webhooks::receive))
        .fallback(api::invoke)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            console::check_key,
        ))
        // The API's functions limit bodies themselves, to respond with a problem document.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(hosts, host::check))
        .layer(middleware::map_response(secured))
        .with_state(site)
}

/// The response with the security headers that every response has, as far as it does not have its own.
async fn secured(mut response: Response) -> Response {
    for (name, value) in security_headers() {
        if let Some(name) = name {
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    response
}
