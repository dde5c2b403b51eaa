//! The Lambda: wiring only.

use kit::{Handler, StartError, SystemClock};
use validate_email::{App, Config, DynamoVerifications, SesMail};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StartError> {
    kit::init_telemetry();
    let config = Config::from_env(kit::Environment::read())?;
    let aws = kit::aws::config().await;
    let store = DynamoVerifications::new(aws_sdk_dynamodb::Client::new(&aws), config.table);
    let ses = aws_sdk_sesv2::Client::new(&aws);
    let mail = SesMail::new(ses, config.mail_from, config.configuration_set);
    kit::run(Handler::callback(App::new(store, mail, SystemClock, config.app))).await
}
