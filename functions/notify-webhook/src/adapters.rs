//! Adapters: the ports on AWS and HTTP. No other file imports an AWS SDK.

mod circuit;
pub(crate) mod dynamodb;
pub(crate) mod http;
pub(crate) mod secrets_manager;

use kit::https::{Resolver, Roots};
use kit::{Aws, StartError};

use crate::config::WebhookUrl;
use crate::ports::{Clients, Deliver, SigningSecret, Store};
use dynamodb::DynamoDeliveries;
use http::{HttpEndpoint, Timeouts};
use secrets_manager::{CACHE_TIME, StoredSecret};

impl Clients for Aws {
    fn store(&self, table: String) -> impl Store {
        DynamoDeliveries(self.table(table))
    }

    fn secret(&self, arn: String) -> impl SigningSecret {
        let client = aws_sdk_secretsmanager::Client::new(self.config());
        let rehearsed = client.get_secret_value().secret_id(&arn);
        self.rehearse("Secrets Manager", async { _ = rehearsed.send().await });
        StoredSecret::new(client, arn, CACHE_TIME)
    }

    fn endpoint(&self, url: WebhookUrl) -> Result<impl Deliver, StartError> {
        let (timeouts, roots) = (Timeouts::default(), Roots::from_env()?);
        Ok(HttpEndpoint::new(&url, timeouts, roots, Resolver::system())?)
    }
}
