//! The `RecordMailEvent` function: ends sign-ups whose mails bounce, and suppresses further mails. `README.md` is the contract page.

mod adapters;
mod app;
mod event;
mod ports;

pub use adapters::dynamodb::DynamoSuppressions;
pub use adapters::step_functions::StepFunctionsTasks;
pub use app::{App, RecordError};
pub use event::{Kind, MailEvent, Tags};
use kit::{Environment, Handler, StartError};
pub use ports::{Clients, EndWait, Ended, MarkSignUp, StoreFault, SuppressAddress, TaskFault};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing.
pub fn handler(mut environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let table = environment.table();
    environment.finish()?;
    let app = App::new(clients.suppressions(table), clients.tasks(), clients.clock());
    Ok(Handler::queue("RecordMailEvent", app))
}
