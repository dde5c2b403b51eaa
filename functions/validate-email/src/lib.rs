//! The `ValidateEmail` function: mails a code and a link that confirm an address, or a notice. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod ports;

pub use app::App;
use config::Config;
use kit::{Environment, Handler, StartError};
pub use ports::{
    Clients, Grant, GrantMail, Mail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult,
    SendMail, StoreFault, Verification,
};
use verifications::MailStep;

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    Ok(Handler::callback(App(MailStep::new(
        clients.verifications(config.table),
        clients.mail(config.mail_from, config.configuration_set),
        clients.clock(),
        config.mails,
    ))))
}
