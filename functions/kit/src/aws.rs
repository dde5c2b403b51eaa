//! What all clients of AWS share.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

pub mod dynamodb;
mod fault;

pub use fault::Fault;

/// The longest that connecting may take.
const CONNECT: Duration = Duration::from_secs(1);

/// The longest that one attempt of one call may take. Three attempts stay below every function's own limit.
const ATTEMPT: Duration = Duration::from_millis(2500);

/// The configuration that clients are made from, once, before the first event.
pub async fn config() -> SdkConfig {
    loader().load().await
}

/// The same, for who needs to add an endpoint or credentials.
pub fn loader() -> aws_config::ConfigLoader {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
}
