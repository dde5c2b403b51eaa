//! The compositions on AWS, or on an emulator of it. The README has the shape of it.
#![cfg(feature = "deployed")]

mod aws;
mod clients;
mod function;
mod settings;

pub use aws::Aws;
pub use function::DeployedFunction;
pub use settings::{Settings, named};
