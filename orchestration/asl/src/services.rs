//! Services that a state machine calls without a function in between.

pub mod dynamodb;
pub mod events;
mod nested;
mod service;
pub mod sns;
pub mod sqs;

pub use nested::{
    ExecutionError, ExecutionFailed, Nested, Started, StartedExecution, StartedExecutionFields,
};
pub use service::ServiceError;
