//! What the simulator promises, tried on small machines.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which the exception for tests does not cover"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "a `json!` literal is handed over, and a reference to it would only be noise"
)]

mod callbacks;
mod definitions;
mod groups;
mod histories;
mod recovery;
mod service;
mod states;
mod support;
mod virtual_time;
mod wall_clock;
