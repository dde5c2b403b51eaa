//! The configuration of AWS clients.

use std::env;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::sdk_config::{SharedCredentialsProvider, SharedHttpClient};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::Transport;
use crate::https::Roots;

/// The timeout of one attempt of a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);

/// The timeout of a call with all its attempts. All calls of a function together stay below the function's own timeout, so
/// that it reports what failed instead of being stopped.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

/// The base URL of all services, or of the one whose identifier follows it and an underscore.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The configuration of a function's clients, from the [variables that Lambda sets], and from `AWS_ENDPOINT_URL` and
/// `AWS_ENDPOINT_URL_<SERVICE>`. All else that `aws-config` looks for is absent from a Lambda: profiles, roles to assume,
/// metadata services. Its code is therefore not linked.
///
/// [variables that Lambda sets]: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
pub(super) fn from_lambda(transport: &Transport) -> SdkConfig {
    let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(SharedHttpClient::new(transport.clone()))
        .region(region.map(Region::new))
        .retry_config(retries())
        .service_config(ServiceEndpoints)
        .sleep_impl(TokioSleep::new())
        .timeout_config(timeouts());
    config.set_endpoint_url(variable(ENDPOINT));
    config.build()
}

/// The loader of `aws-config` with all that it looks for, for what runs outside of Lambda.
pub fn loader() -> ConfigLoader {
    let roots = Roots::from_env().unwrap_or_else(|error| {
        tracing::warn!(%error, "the bundled root certificates are used");
        Roots::bundled()
    });
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(Transport::new(roots))
        .timeout_config(timeouts())
        .retry_config(retries())
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3)
}

/// Whether calls go to a server without TLS, which is on this machine.
pub(super) fn is_local() -> bool {
    variable(ENDPOINT).is_some_and(|url| url.starts_with("http:"))
}

/// A service's own settings from the environment.
#[derive(Debug)]
struct ServiceEndpoints;

impl LoadServiceConfig for ServiceEndpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        variable(&variable_of(key.env(), key.service_id()))
    }
}

/// The variable with a setting of one service.
///
/// Source: [Service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html): the service's
/// identifier in upper case, with underscores for spaces.
fn variable_of(setting: &str, service: &str) -> String {
    format!("{setting}_{}", service.to_uppercase().replace(' ', "_"))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_of_a_service_is_that_of_other_sdks() {
        assert_eq!(
            variable_of(ENDPOINT, "Secrets Manager"),
            "AWS_ENDPOINT_URL_SECRETS_MANAGER"
        );
    }
}
