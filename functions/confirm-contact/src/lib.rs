//! The `ConfirmContact` function: confirms an address. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod ports;
mod request;

pub use adapters::dynamodb::DynamoVerifications;
pub use adapters::step_functions::StepFunctionsTasks;
pub use app::{App, Settings};
use config::Config;
use kit::{Environment, Handler, StartError};
pub use ports::{
    Clients, Codes, CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview,
    ReadStatus, StartConfirming, StartedConfirmation, StoreFault, TakeTokens, TakeTry, TaskFault,
    Verifications,
};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    let app = App::new(
        clients.verifications(config.table.clone()),
        clients.tokens(config.table),
        clients.tasks(),
        clients.clock(),
        config.app,
    );
    Ok(Handler::api("ConfirmContact", app))
}
