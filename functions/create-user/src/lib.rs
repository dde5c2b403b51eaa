//! Accepts a sign-up and starts it. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod fingerprint;
mod ports;
mod request;

pub use adapters::dynamodb::DynamoSignUps;
pub use adapters::step_functions::StepFunctionsSignUp;
pub use app::App;
pub use config::{Config, InvalidConfig};
pub use fingerprint::{Fingerprint, FingerprintKey, RequestHash, ShortKey};
pub use ports::{AcceptSignUp, Acceptance, Accepted, StartFault, StartSignUp, StoreFault};
