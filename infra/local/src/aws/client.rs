//! What the functions' clients are configured with: the endpoints here, and credentials of nobody.

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;

use super::REGION;

/// The configuration of clients that call the services at `endpoint`.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    // All that the environment could say is said here, so that no profile of the person who starts the suite
    // leads a call out of this machine.
    kit::aws::loader()
        .endpoint_url(endpoint)
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::from_keys("local", "local", None))
        .use_fips(false)
        .use_dual_stack(false)
        .load()
        .await
}
