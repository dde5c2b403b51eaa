//! A received webhook with its deliveries.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::overview::validity;
use super::{Page, not_found, pill, time};
use crate::http::Site;

/// Webhooks with a valid signature and without one may have the same id: both are on its page.
pub(super) async fn show(State(site): State<Arc<Site>>, Path((_, name)): Path<(String, String)>) -> Response {
    let all = site.webhooks.all();
    // The address begins with an underscore, since an id may be empty.
    let Some(id) = name.strip_prefix('_') else {
        return not_found();
    };
    let found: Vec<_> = all.iter().filter(|webhook| webhook.id == id).collect();
    if found.is_empty() {
        return not_found();
    }
    let base = site.console_key.path();
    let execution = id
        .strip_prefix("msg_")
        .filter(|name| super::execution::exists(&site, name));
    Page {
        site: &site,
        title: "Webhook",
        query: "",
        refresh_millis: Some(2_000),
        content: html! {
            h1 { "Webhook" }
            div #webhook data-live {
                @for webhook in found {
                    dl.sheet {
                        dt { "Id" } dd { @if id.is_empty() { "none" } @else { code { (id) } } }
                        dt { "Signature" } dd { (pill(validity(webhook))) }
                        dt { "Deliveries" } dd { (webhook.count) }
                        dt { "Contents" } dd {
                            @if !webhook.valid { "not kept" }
                            @else if webhook.conflicting { "differ between deliveries" }
                            @else { "the same in each delivery" }
                        }
                    }
                    section {
                        h2 { "Newest deliveries" }
                        ol.events { @for at in webhook.arrivals.iter().rev() {
                            li class=(format!("is-{}", validity(webhook))) {
                                (time(&at.to_string()))
                                span.state { @if webhook.valid { "accepted with 204" } @else { "rejected with 401" } }
                            }
                        } }
                    }
                }
            }
            @if let Some(name) = execution {
                p { a href=(format!("{base}/executions/{name}")) { "The execution that sent it" } }
            }
        },
    }
    .response()
}
