//! Tests that need more than one crate, in one binary, so that they are linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a test stops at the first surprise"
)]

mod bounds;
mod contract_pages;
mod definition;
mod equal_calls;
mod equal_times;
mod expressions;
mod figures;
mod invocations;
mod isolation;
mod kept_events;
mod language;
mod onboarding;
mod openapi;
mod own_items;
mod privacy;
mod properties;
mod scripts;
mod security_pages;
mod sign_up;
mod template;
mod welch;
mod world;
