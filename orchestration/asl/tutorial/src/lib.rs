//! Refunds: the contracts and the workflow.

pub mod contracts;
pub mod workflow;
