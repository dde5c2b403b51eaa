//! The `CreateUser` function: accepts a sign-up and starts it. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod fingerprint;
mod mailable;
mod ports;
mod request;

pub use adapters::dynamodb::DynamoSignUps;
pub use adapters::step_functions::StepFunctionsSignUp;
pub use app::{App, Limits};
use config::Config;
pub use fingerprint::{Fingerprint, FingerprintKey, RequestHash};
use kit::{Environment, Handler, StartError};
pub use ports::{
    AcceptResult, AcceptSignUp, Acceptance, Clients, StartFault, StartSignUp, StoreFault, TakeTokens,
};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    let app = App::new(
        clients.sign_ups(config.table.clone()),
        clients.tokens(config.table),
        clients.workflow(config.state_machine),
        clients.clock(),
        config.fingerprint_key,
        config.limits,
    );
    Ok(Handler::api("CreateUser", app))
}
