//! The functions of the local server, and their lookup by ARN.

use std::sync::Arc;

use asl::Function as _;
use contracts::notify_webhook::NotifyWebhook;
use contracts::redeliver_webhook::AttemptRedelivery;
use kit::{Aws, Environment, Handler, StartError};

use crate::aws::{ACCOUNT, REGION};

/// All functions, connected to these clients. To run another function here, add it to this list. The last one answers what no
/// route matches.
///
/// # Errors
///
/// If a function does not accept its settings.
pub fn functions(environment: impl Fn() -> Environment, aws: &Aws) -> Result<Vec<Handler>, StartError> {
    Ok(vec![
        create_user::handler(environment(), aws)?,
        store_user_data::handler(environment(), aws)?,
        validate_email::handler(environment(), aws)?,
        validate_contacts::handler(environment(), aws)?,
        confirm_contact::handler(environment(), aws)?,
        set_user_status::handler(environment(), aws)?,
        notify_webhook::handler(environment(), aws)?,
        request_mail::handler(environment(), aws)?,
        record_mail_event::handler(environment(), aws)?,
        get_user::handler(environment(), aws)?,
        serve_pages::handler(environment())?,
    ])
}

/// The functions' handlers. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Functions(pub(crate) Arc<[Handler]>);

impl Functions {
    pub(crate) fn by_arn(&self, arn: &str) -> Option<&Handler> {
        let name = arn.rsplit(':').next()?;
        self.0.iter().find(|handler| handler.name() == name)
    }

    /// The values of the definitions' placeholders: `${StoreUserDataFunctionArn}` and so on.
    pub(crate) fn substitutions(&self) -> impl Iterator<Item = (String, String)> {
        let functions = self.0.iter().map(|handler| (handler.name(), handler.name()));
        // It is the same function, deployed a second time.
        let again = [(AttemptRedelivery::NAME, NotifyWebhook::NAME)];
        functions.chain(again).map(|(placeholder, name)| {
            let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
            (format!("{placeholder}FunctionArn"), arn)
        })
    }
}
