//! The `GetUser` function: returns the status of a sign-up. `README.md` is the contract page.

mod adapters;
mod app;
mod ports;

pub use adapters::dynamodb::DynamoSignUps;
pub use app::App;
use kit::{Environment, Handler, StartError};
pub use ports::{Clients, FindSignUp, Mails, SignUpRecord, StoreFault};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing.
pub fn handler(mut environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let table = environment.table();
    environment.finish()?;
    Ok(Handler::api(
        "GetUser",
        App::new(clients.sign_ups(table), clients.clock()),
    ))
}
