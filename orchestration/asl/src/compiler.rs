//! From a tree of steps to a state machine: the checks, and the lowering.

mod build;
mod check;
mod contract;
mod diagnostic;
mod generated;
mod hints;
mod jsonata;
mod liveness;
mod lower;
mod symbols;

pub use diagnostic::{Diagnostic, Diagnostics};
