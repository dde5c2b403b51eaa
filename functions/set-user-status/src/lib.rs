//! Records how a sign-up ended. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod ports;

pub use adapters::dynamodb::DynamoUsers;
pub use app::App;
pub use config::Config;
pub use ports::{Claim, ClaimAddress, DeadEnd, EndSignUp, Recorded, StoreFault, SupersedeUser};
