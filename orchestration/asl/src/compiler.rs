//! From a tree of steps to a state machine: the checks, and the lowering.

pub(crate) mod check;
mod diagnostic;
pub(crate) mod hints;
pub(crate) mod jsonata;
mod liveness;
pub(crate) mod lower;

pub use diagnostic::{Diagnostic, Diagnostics};
