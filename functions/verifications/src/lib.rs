#![doc = include_str!("../README.md")]

mod adapters;
mod mail;
mod ports;
mod settings;
mod step;
mod words;

pub use adapters::dynamodb::DynamoVerifications;
pub use adapters::ses::SesMail;
pub use contracts::values::MailId;
pub use mail::Mail;
pub use ports::{
    Grant, GrantMail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult, SendMail,
    StoreFault, Verification,
};
pub use settings::{Confirmation, InvalidSettings, Settings};
pub use step::{MailStep, Opened, Request, StepError};
pub use words::Language;
