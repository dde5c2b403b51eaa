//! The `RequestMail` function: asks the workflow for another mail. `README.md` is the contract page.

mod adapters;
mod app;
mod ports;

pub use adapters::dynamodb::DynamoMailRequests;
pub use adapters::step_functions::StepFunctionsTasks;
pub use app::App;
use kit::{Environment, Handler, StartError};
pub use ports::{
    Clients, FindSignUp, MailRequest, MailRequests, RequestMail, SignUpRecord, StoreFault, TakeMail,
    TaskFault,
};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing.
pub fn handler(mut environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let table = environment.table();
    environment.finish()?;
    let app = App::new(clients.mail_requests(table), clients.tasks(), clients.clock());
    Ok(Handler::api("RequestMail", app))
}
