//! Asks a person to confirm an address. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod mail;
mod ports;

pub use adapters::dynamodb::DynamoVerifications;
pub use adapters::ses::SesMail;
pub use app::{App, Settings};
pub use config::{Config, InvalidConfig};
pub use mail::{Mail, MailId};
pub use ports::{
    Grant, GrantMail, MailFault, OpenVerification, Opened, RecordMailed, Recorded, SendMail, StoreFault,
    Verification,
};
