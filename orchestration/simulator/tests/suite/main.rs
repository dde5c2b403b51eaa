//! The behaviour of the simulator, on small machines.
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

mod asl_run;
mod callbacks;
mod definitions;
mod error_handling;
mod explorer;
mod forks;
mod histories;
mod journal;
mod journal_property;
mod limits;
mod nested;
mod numbers;
mod redrive;
mod service;
mod sign_up;
mod states;
mod support;
mod timing;
mod vectors;
mod virtual_time;
mod wall_clock;
