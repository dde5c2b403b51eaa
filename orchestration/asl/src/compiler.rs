//! From a tree of steps to a state machine: the checks, the lowering and the folding.

mod build;
mod check;
mod contract;
mod diagnostic;
mod fold;
mod generated;
mod hints;
mod jsonata;
mod liveness;
mod lower;
mod symbols;

pub use diagnostic::{Diagnostic, Diagnostics};
