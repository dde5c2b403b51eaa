//! The configuration of the AWS SDK's clients: local endpoints and fake credentials.

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;

use super::REGION;

/// The configuration of clients that call the services at `endpoint`.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    // Everything that the environment could set is set here, so that no AWS profile sends a call to AWS.
    kit::aws::loader()
        .endpoint_url(endpoint)
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::from_keys("local", "local", None))
        .use_fips(false)
        .use_dual_stack(false)
        .load()
        .await
}
