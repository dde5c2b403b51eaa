//! The `ValidateEmail` function: mails a code and a link that confirm an address, or a notice. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod mail;
mod ports;
mod words;

pub use adapters::dynamodb::DynamoVerifications;
pub use adapters::ses::SesMail;
pub use app::{App, Confirmation, Settings};
use config::Config;
use kit::{Environment, Handler, StartError};
pub use mail::{Mail, MailId};
pub use ports::{
    Clients, Grant, GrantMail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult,
    SendMail, StoreFault, Verification,
};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    Ok(Handler::callback(App::new(
        clients.verifications(config.table),
        clients.mail(config.mail_from, config.configuration_set),
        clients.clock(),
        config.app,
    )))
}
