//! Clients of AWS services: their configuration, and their failed calls.

use aws_config::SdkConfig;

mod call_fault;
mod config;
pub mod dynamodb;
mod transport;
mod warm_up;

pub use call_fault::CallFault;
pub use config::loader;
use dynamodb::Table;
pub use transport::Transport;
use warm_up::WarmUps;

use crate::https::{InvalidRoots, Roots};
use crate::{Clock, HasClock, SystemClock};

/// The AWS clients of a function.
#[derive(Debug, Clone)]
pub struct Aws {
    dynamodb: aws_sdk_dynamodb::Client,
    config: SdkConfig,
    warm_ups: Option<WarmUps>,
}

impl Aws {
    /// Clients with this configuration.
    pub fn new(config: SdkConfig) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            config,
            warm_ups: None,
        }
    }

    /// The clients of a Lambda, configured by its environment.
    ///
    /// # Errors
    ///
    /// If `SSL_CERT_FILE` names a file that cannot be used.
    pub(crate) fn of_lambda() -> Result<Self, InvalidRoots> {
        let transport = Transport::new(Roots::from_env()?);
        Ok(Self {
            warm_ups: Some(WarmUps::new(transport.clone())),
            ..Self::new(config::from_lambda(&transport))
        })
    }

    /// Replaces the DynamoDB client.
    pub fn with_dynamodb(self, dynamodb: aws_sdk_dynamodb::Client) -> Self {
        Self { dynamodb, ..self }
    }

    pub fn table(&self, name: String) -> Table {
        let table = Table::new(self.dynamodb.clone(), name);
        let rehearsed = table.clone();
        self.rehearse("DynamoDB", async move {
            let _ = rehearsed.get("rehearsal".to_owned(), &[]).await;
        });
        table
    }

    /// Adds a call of this service to what is rehearsed before the first event, unless there is one. It is not sent,
    /// and its response is empty. What uses a client of a Lambda in its `impl Clients` adds one.
    pub fn rehearse(&self, service: &'static str, call: impl Future<Output = ()> + Send + 'static) {
        if let Some(warm_ups) = &self.warm_ups {
            warm_ups.add(service, call);
        }
    }

    /// Opens the connections of all [rehearsed](Self::rehearse) calls, within a second. Failing is not an error.
    pub(crate) async fn warm_up(&self) {
        if let Some(warm_ups) = &self.warm_ups {
            warm_ups.run().await;
        }
    }

    /// The configuration for the clients of all other services.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }
}

impl HasClock for Aws {
    fn clock(&self) -> impl Clock {
        SystemClock
    }
}
