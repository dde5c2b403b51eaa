//! The functions of the sign-up in several compositions, measured in virtual time. The README has the shape of it.

mod clock;
mod cloud;
mod compositions;
mod distribution;
mod faults;
mod ledger;
mod measure;
mod parameters;
mod payloads;
mod person;
mod plots;
mod report;
mod run;
mod swap;
mod table;
#[cfg(test)]
mod tests;

pub use compositions::Name;
pub use measure::Settings;
pub use report::{File, Report};
