//! Secrets Manager: the signing secret of webhooks.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::protocol::{self, ApiError};
use super::{ACCOUNT, REGION, Services};

/// The staging label of a secret's only version.
const CURRENT: &str = "AWSCURRENT";

pub(crate) fn webhook_secret_arn() -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:webhook")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: String,
    version_stage: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecretValue<'a> {
    #[serde(rename = "ARN")]
    arn: &'a str,
    name: &'a str,
    secret_string: &'a str,
    version_id: &'a str,
    version_stages: [&'a str; 1],
}

pub(super) fn respond(services: &Services, operation: &str, body: &[u8]) -> Result<Response, ApiError> {
    if operation != "GetSecretValue" {
        return Err(ApiError::unknown_operation());
    }
    let request: GetSecretValue = protocol::parse(body, "InvalidRequestException")?;
    let arn = webhook_secret_arn();
    // The secret is never rotated, so it has no previous version.
    let stage = request.version_stage.as_deref().unwrap_or(CURRENT);
    if request.secret_id != arn || stage != CURRENT {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            "there is no such secret",
        ));
    }
    Ok(protocol::response(
        "application/x-amz-json-1.1",
        &SecretValue {
            arn: &arn,
            name: "webhook",
            secret_string: services.webhook_secret.expose(),
            version_id: "00000000-0000-0000-0000-000000000001",
            version_stages: [CURRENT],
        },
    ))
}
