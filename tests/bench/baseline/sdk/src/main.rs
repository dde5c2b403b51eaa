//! Reads an item.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Error, LambdaEvent, run, service_fn, tracing};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let client = &Client::new(&config);
    run(service_fn(async move |_: LambdaEvent<Value>| {
        let key = AttributeValue::S("user".to_owned());
        let response = client.get_item().table_name("sign-up").key("pk", key).send().await?;
        Ok::<_, Error>(json!({"found": response.item.is_some()}))
    }))
    .await
}
