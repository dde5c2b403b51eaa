//! The state machines of this project.
//!
//! One file per machine. `cargo run -p workflows --bin emit` writes their definitions to
//! `infra/statemachines/` and their diagrams into the README; with `--check` it only compares.

pub mod emitted;
mod sign_up;

pub use sign_up::{SignUpSettings, sign_up, sign_up_with, states};
