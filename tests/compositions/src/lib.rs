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
mod platform;
mod plots;
mod report;
mod run;
mod swap;
mod table;
#[cfg(test)]
mod tests;

pub use compositions::{
    CONFIRM_CONTACT, CREATE_USER, Composition, FUNCTIONS, NOTIFY_WEBHOOK, Name, SET_USER_STATUS,
    STORE_USER_DATA, VALIDATE_EMAIL,
};
pub use measure::Settings;
pub use person::api_event;
pub use platform::{CRASHED, Output, Platform, Queue, RunningFunction, Topic, status};
pub use report::{File, Report};
