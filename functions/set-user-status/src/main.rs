//! The Lambda: wiring only.

use kit::{Handler, StartError, SystemClock};
use set_user_status::{App, Config, DynamoUsers};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let users = DynamoUsers::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    kit::run(Handler::task(App::new(users, SystemClock))).await
}
