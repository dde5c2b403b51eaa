//! Tells where a sign-up stands. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod ports;

pub use adapters::dynamodb::DynamoSignUps;
pub use app::App;
pub use config::Config;
pub use ports::{FindSignUp, SignUpRecord, StoreFault};
