//! The configuration of the AWS SDK's clients: local endpoints, and the access key of this start.

use aws_config::{Region, SdkConfig};

use super::REGION;
use crate::start_secrets::AccessKey;

/// The configuration of clients that call the services at `endpoint`.
pub(crate) async fn config(endpoint: &str, key: &AccessKey) -> SdkConfig {
    // Everything that the environment could set is set here, so that no AWS profile sends a call to AWS.
    kit::aws::loader()
        .endpoint_url(endpoint)
        .region(Region::from_static(REGION))
        .credentials_provider(key.credentials())
        .use_fips(false)
        .use_dual_stack(false)
        .load()
        .await
}
