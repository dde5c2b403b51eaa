//! The Lambda: wiring only.

use create_user::{App, Config, DynamoSignUps, StepFunctionsSignUp};
use kit::{Handler, StartError, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let sign_ups = DynamoSignUps::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    let workflow = StepFunctionsSignUp::new(aws_sdk_sfn::Client::new(&aws), config.state_machine);
    let app = App::new(sign_ups, workflow, config.fingerprint_key, SystemClock);
    kit::run(Handler::api("CreateUser", app)).await
}
