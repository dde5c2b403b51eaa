//! The state machines of this project.
//!
//! One file per machine. `cargo run -p workflows --bin emit` writes their definitions to `infra/statemachines/`, and
//! their diagrams and reports to `docs/machines/`; with `--check` it writes nothing and fails if one is stale. With
//! `--window 5s` it writes only a test definition, whose links expire after five seconds.

pub mod emitted;
mod sign_up;

pub use sign_up::{
    Contacts, SignUpSettings, sign_up, sign_up_with_validator, sign_up_workflow, states, with_window,
};
