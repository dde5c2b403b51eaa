//! The Lambda entry point of every function in every composition: `FUNCTION` and `COMPOSITION` say which one it is.

use std::rc::Rc;

use composed::{Aws, DeployedFunction, Settings};
use kit::{Environment, StartError};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tokio::task::LocalSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    let mut environment = Environment::read();
    let name = environment.required("FUNCTION");
    environment.finish()?;
    let clients = kit::Aws::new(kit::aws::loader().load().await);
    let aws = Aws::new(Settings::read()?, clients);
    let function = Rc::new(DeployedFunction::new(name, aws)?);
    let serving = lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let function = Rc::clone(&function);
        async move { function.handle(event.payload).await }
    }));
    // What a composition spawns is not `Send`.
    LocalSet::new().run_until(serving).await
}
