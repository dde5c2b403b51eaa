//! Tests of the pages in Chromium: the whole sign-up as a person sees it, on a local server of its own for each test.
//!
//! `tests/browser/run` runs them. Each view is checked for accessibility, for problems in the browser's console and for text
//! that does not fit, and kept as a picture in `target/browser`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod chromium;
mod code;
mod console;
mod phone;
mod pictures;
mod reader;
mod sign_up;
mod verify;
