//! The `ValidateContacts` function: mails a code and a link that confirm an address, or a notice, and texts a code that confirms a
//! phone number. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod countries;
mod ports;
mod sms;

pub use adapters::dynamodb::DynamoSms;
pub use adapters::sns::SnsSms;
pub use app::{App, Settings};
use config::Config;
pub use countries::{CallingCodes, InvalidCallingCodes};
use kit::{Environment, Handler, StartError};
pub use ports::{
    Claim, ClaimSms, Clients, DropPhone, Dropped, GrantMail, InvalidSenderId, OpenVerification,
    RecordMailStep, ReturnSms, SendMail, SendSms, SenderId, Sms, SmsFault, StoreFault,
};
use verifications::MailStep;

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    let mails = MailStep::new(
        clients.verifications(config.table.clone()),
        clients.mail(config.mail_from, config.configuration_set),
        clients.clock(),
        config.mails,
    );
    Ok(Handler::callback(App::new(
        mails,
        clients.text_messages(config.table),
        clients.sms(config.sender_id),
        clients.clock(),
        config.app,
    )))
}
