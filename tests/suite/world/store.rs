//! DynamoDB's API on an embedded engine in memory, reached over HTTP by the real SDK.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Config, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use contracts::table::PK;
use kit::Aws;
use kit::aws::dynamodb::{Item, string};
use tokio::net::TcpListener;

use super::calls::Calls;

pub(super) const TABLE: &str = "sign-up";

#[derive(Debug)]
pub(super) struct Store {
    client: Client,
}

impl Store {
    /// A store whose calls are noted.
    pub(super) async fn start(calls: &Calls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(dynoxide::server::serve_on(
            listener,
            dynoxide::Database::memory().unwrap(),
        ));
        let config = Config::from(&config(&url).load().await)
            .to_builder()
            .interceptor(calls.interceptor())
            .build();
        let store = Self {
            client: Client::from_conf(config),
        };
        store.create().await;
        store
    }

    /// A store at an address where nothing listens.
    pub(super) async fn unreachable() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let config = config(&url).retry_config(RetryConfig::disabled());
        Self {
            client: Client::new(&config.load().await),
        }
    }

    async fn create(&self) {
        let key = AttributeDefinition::builder()
            .attribute_name(PK)
            .attribute_type(ScalarAttributeType::S);
        self.client
            .create_table()
            .table_name(TABLE)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(key.build().unwrap())
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name(PK)
                    .key_type(KeyType::Hash)
                    .build()
                    .unwrap(),
            )
            .send()
            .await
            .unwrap();
    }

    /// AWS with nothing but the store.
    pub(super) fn aws(&self) -> Aws {
        Aws::new(
            SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .build(),
        )
        .with_dynamodb(self.client.clone())
    }

    pub(super) async fn item(&self, key: String) -> Option<Item> {
        let response = self
            .client
            .get_item()
            .table_name(TABLE)
            .key(PK, string(key))
            .send()
            .await;
        response.unwrap().item
    }

    pub(super) async fn put(&self, item: Item) {
        let put = self.client.put_item().table_name(TABLE).set_item(Some(item));
        put.send().await.unwrap();
    }

    pub(super) async fn items(&self) -> Vec<Item> {
        self.client
            .scan()
            .table_name(TABLE)
            .send()
            .await
            .unwrap()
            .items
            .unwrap_or_default()
    }
}

fn config(url: &str) -> aws_config::ConfigLoader {
    kit::aws::loader()
        .endpoint_url(url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
}
