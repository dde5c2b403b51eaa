//! Clients of AWS services: their configuration, and their failed calls.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

mod call_fault;
pub mod dynamodb;

pub use call_fault::CallFault;
use dynamodb::Table;

use crate::{Clock, HasClock, SystemClock};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The timeout of one attempt of a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);

/// The timeout of a call with all its attempts. All calls of a function together stay below the function's own timeout, so
/// that it reports what failed instead of being stopped.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

/// The AWS clients of a function.
#[derive(Debug, Clone)]
pub struct Aws {
    dynamodb: aws_sdk_dynamodb::Client,
    config: SdkConfig,
}

impl Aws {
    /// Clients with this configuration.
    pub fn new(config: SdkConfig) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            config,
        }
    }

    /// Replaces the DynamoDB client.
    pub fn with_dynamodb(self, dynamodb: aws_sdk_dynamodb::Client) -> Self {
        Self { dynamodb, ..self }
    }

    pub fn table(&self, name: String) -> Table {
        Table::new(self.dynamodb.clone(), name)
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

pub async fn config() -> SdkConfig {
    loader().load().await
}

/// The loader behind [`config`], for callers that add an endpoint or credentials.
pub fn loader() -> aws_config::ConfigLoader {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
}
