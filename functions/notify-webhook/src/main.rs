//! The Lambda: wiring only.

use kit::{Handler, StartError, SystemClock};
use notify_webhook::{App, Config, DynamoDeliveries, HttpEndpoint, KEPT_FOR, StoredSecret, TimeLimits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let deliveries = DynamoDeliveries::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    let secrets = aws_sdk_secretsmanager::Client::new(&aws);
    let secret = StoredSecret::new(secrets, config.secret_arn, KEPT_FOR);
    let endpoint = HttpEndpoint::new(config.url, TimeLimits::default())?;
    kit::run(Handler::task(App::new(deliveries, secret, endpoint, SystemClock))).await
}
