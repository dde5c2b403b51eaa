//! The Lambda: wiring only.

use get_user::{App, Config, DynamoSignUps};
use kit::{Handler, StartError, SystemClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let sign_ups = DynamoSignUps::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    kit::run(Handler::api("GetUser", App::new(sign_ups, SystemClock))).await
}
