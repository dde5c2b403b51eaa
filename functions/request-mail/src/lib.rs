//! The `RequestMail` function: asks the workflow for another mail. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod ports;

pub use adapters::dynamodb::DynamoMailRequests;
pub use adapters::step_functions::StepFunctionsTasks;
pub use app::{App, Settings};
use config::Config;
use kit::{Environment, Handler, StartError};
pub use ports::{
    Asked, Clients, FindSignUp, MailRequest, MailRequests, RequestMail, SignUpRecord, StoreFault, TakeMail,
    TakeTokens, TaskFault,
};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    let app = App::new(
        clients.mail_requests(config.table.clone()),
        clients.tokens(config.table),
        clients.tasks(),
        clients.clock(),
        config.app,
    );
    Ok(Handler::api("RequestMail", app))
}
