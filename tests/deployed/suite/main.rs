//! End-to-end tests of a deployed stack: API, mails, webhooks, executions and permissions.
//!
//! `infra/emulator/test` runs them on the local AWS emulator; `infra/emulator/README.md` says how to run them on a stack in an
//! AWS account. They may run concurrently and repeatedly on the same stack.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod deployment;
mod errors;
mod expiry;
mod many;
mod permissions;
mod phone;
mod sign_up;
mod webhook;
