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

/// The longest that one attempt of one call may take.
const ATTEMPT: Duration = Duration::from_millis(2500);

/// The longest that one call may take with all its attempts: so that all calls of a function together stay below its own
/// limit, and it reports what failed instead of being ended.
const OPERATION: Duration = Duration::from_secs(4);

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
        .operation_timeout(OPERATION)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
}
