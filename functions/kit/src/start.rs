//! The Lambda process.

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::{Aws, Environment, Handler, telemetry};

/// The reason that a function's process ends before it serves its first event.
pub type StartError = lambda_runtime::Error;

/// Runs a function as a Lambda: connects it to AWS by the settings of this process, and calls it with each event until the
/// platform ends the process. This is all of a function's `main`.
///
/// # Errors
///
/// If settings are missing or invalid, `SSL_CERT_FILE` names a file that cannot be used, or the Runtime API cannot be reached.
///
/// # Panics
///
/// If the async runtime cannot be set up.
#[tokio::main(flavor = "current_thread")]
pub async fn start(
    handler: impl FnOnce(Environment, &Aws) -> Result<Handler, StartError>,
) -> Result<(), StartError> {
    telemetry::init();
    let aws = Aws::of_lambda()?;
    let handler = handler(Environment::read(), &aws)?;
    aws.warm_up().await;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let handler = handler.clone();
        async move { handler.invoke(event.payload).await }
    }))
    .await
}
