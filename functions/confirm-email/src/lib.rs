//! Completes the task that waits for a confirmed address. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod page;
mod ports;

pub use adapters::dynamodb::DynamoVerifications;
pub use adapters::step_functions::StepFunctionsTasks;
pub use app::App;
pub use config::Config;
pub use ports::{
    BeginConfirming, CompleteTask, Completion, EndConfirming, FindVerification, ReadStatus, StoreFault,
    TaskFault,
};
