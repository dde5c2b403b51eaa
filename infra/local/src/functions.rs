//! The functions of the suite, and what calls them.

use std::sync::Arc;

use kit::api::called_by;
use kit::{Aws, Environment, Handler, StartError};

use crate::aws::{ACCOUNT, REGION};

/// All functions, connected to these clients. To run another function here, add it to this list.
///
/// # Errors
///
/// If a function does not accept its settings.
pub fn functions(environment: impl Fn() -> Environment, aws: &Aws) -> Result<Vec<Handler>, StartError> {
    Ok(vec![
        create_user::handler(environment(), aws)?,
        store_user_data::handler(environment(), aws)?,
        validate_email::handler(environment(), aws)?,
        confirm_email::handler(environment(), aws)?,
        set_user_status::handler(environment(), aws)?,
        notify_webhook::handler(environment(), aws)?,
        get_user::handler(environment(), aws)?,
    ])
}

/// The functions by what calls them: a route of the HTTP API, or a task of an execution.
#[derive(Debug, Clone)]
pub(crate) struct Functions(pub(crate) Arc<[Handler]>);

impl Functions {
    /// The function that the HTTP API calls for a request, with the key of the route.
    pub(crate) fn by_route(&self, method: &str, path: &str) -> Option<(&Handler, String)> {
        called_by(&self.0, method, path)
    }

    /// The function of this ARN.
    pub(crate) fn by_arn(&self, arn: &str) -> Option<&Handler> {
        let name = arn.rsplit(':').next()?;
        self.0.iter().find(|handler| handler.name() == name)
    }

    /// The values of the definition's placeholders: `${StoreUserDataFunctionArn}` and so on.
    pub(crate) fn substitutions(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|handler| {
            let name = handler.name();
            let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
            (format!("{name}FunctionArn"), arn)
        })
    }
}
