//! The Lambda: wiring only.

use confirm_email::{App, Config, DynamoVerifications, StepFunctionsTasks};
use kit::{Handler, StartError, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let verifications = DynamoVerifications::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    let tasks = StepFunctionsTasks::new(aws_sdk_sfn::Client::new(&aws));
    let app = App::new(verifications, tasks, SystemClock);
    kit::run(Handler::api("ConfirmEmail", app)).await
}
