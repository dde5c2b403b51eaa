//! From a tree of steps to a state machine: the checks, and the lowering.

pub(crate) mod check;
pub(crate) mod contract;
mod diagnostic;
mod generated;
pub(crate) mod hints;
mod jsonata;
mod liveness;
pub(crate) mod lower;
mod symbols;

pub use diagnostic::{Diagnostic, Diagnostics};
