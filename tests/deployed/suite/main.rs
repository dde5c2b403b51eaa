//! What is deployed, from outside: its API, its mails, its webhooks, and what AWS tells of it.
//!
//! `infra/emulator/test` runs these tests on the local AWS; `infra/emulator/README.md` says how to run them on a stack of
//! yours. Many may run at once, and none minds what others have left.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod answers;
mod expiry;
mod many;
mod permissions;
mod sign_up;
mod webhook;
mod world;
