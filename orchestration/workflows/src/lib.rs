//! The state machines of this project.
//!
//! One file per machine. `cargo run -p workflows --bin emit` writes their definitions to `infra/statemachines/`, and
//! their diagrams and reports to `docs/machines/`; with `--check` it writes nothing and fails if one is stale. With
//! `--window 5s` it writes only definitions for tests, whose links expire after five seconds, and with `--unfolded` such with
//! a state for each step.

pub mod emitted;
mod redeliver_webhook;
mod sign_up;

pub use redeliver_webhook::{redeliver_webhook_workflow, redelivery_states};
pub use sign_up::{
    Contacts, SignUpSettings, sign_up, sign_up_with_validator, sign_up_workflow, states, with_window,
};
