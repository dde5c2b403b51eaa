//! The `StoreUserData` function: stores the data of a sign-up. `README.md` is the contract page.

mod adapters;
mod app;
mod ports;

pub use adapters::dynamodb::DynamoUsers;
pub use app::App;
use kit::{Environment, Handler, StartError};
pub use ports::{Clients, FindClaim, NewUser, StoreFault, StoreResult, StoreUser};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing.
pub fn handler(mut environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let table = environment.table();
    environment.finish()?;
    Ok(Handler::task(App::new(clients.users(table), clients.clock())))
}
