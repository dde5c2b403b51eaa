//! Services that a state machine calls without a function in between.

pub mod dynamodb;
pub mod events;
mod service;
pub mod sns;
pub mod sqs;

pub use service::ServiceError;
