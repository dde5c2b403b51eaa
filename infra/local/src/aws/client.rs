//! The configuration of the AWS SDK's clients: local endpoints, and the access key of this start.

use aws_config::{Region, SdkConfig};

use super::REGION;
use super::in_process::InProcess;
use crate::start_secrets::AccessKey;

/// The configuration of clients that call these services, which are at `endpoint` for clients from outside.
pub(crate) async fn config(services: &InProcess, endpoint: &str, key: &AccessKey) -> SdkConfig {
    // Everything that the environment could set is set here, so that no AWS profile sends a call to AWS.
    kit::aws::loader()
        .http_client(services.clone())
        .endpoint_url(endpoint)
        .region(Region::from_static(REGION))
        .credentials_provider(key.credentials())
        .use_fips(false)
        .use_dual_stack(false)
        .load()
        .await
}
