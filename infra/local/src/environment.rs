//! Environment variables of the functions, in this process and in processes of their own.

use std::io;
use std::path::{Path, PathBuf};

use kit::Environment;

use crate::aws::dynamodb::TABLE;
use crate::aws::{REGION, secrets_manager, step_functions};
use crate::private_file;
use crate::secrets::FingerprintKey;
use crate::start_secrets::AccessKey;

/// The file's name in the data directory.
const FILE: &str = "functions.env";

/// The settings of all functions. On AWS, each function has only its own; here they share one set.
pub(crate) struct FunctionEnvironment(Vec<(&'static str, String)>);

impl FunctionEnvironment {
    /// The settings for a local server whose site and webhook endpoint are at these addresses.
    pub(crate) fn new(site_url: &str, webhook_url: &str, fingerprint_key: &FingerprintKey) -> Self {
        Self(vec![
            ("TABLE_NAME", TABLE.to_owned()),
            (
                "STATE_MACHINE_ARN",
                step_functions::machine_arn(step_functions::MACHINE),
            ),
            ("FINGERPRINT_KEY", fingerprint_key.expose().to_owned()),
            ("MAIL_FROM", "sign-up@example.org".to_owned()),
            ("SITE_URL", site_url.to_owned()),
            ("WEBHOOK_URL", webhook_url.to_owned()),
            ("WEBHOOK_NETWORK", "loopback".to_owned()),
            ("WEBHOOK_SECRET_ARN", secrets_manager::webhook_secret_arn()),
            // A text message costs nothing here, whatever its country.
            ("SMS_CALLING_CODES", "1,2,3,4,5,6,7,8,9".to_owned()),
            ("SMS_PER_RANGE_PER_HOUR", "1000".to_owned()),
            // All clients are one source here.
            ("SIGN_UPS_PER_SOURCE_PER_HOUR", "1000000".to_owned()),
            ("CONFIRMATIONS_PER_SOURCE_PER_HOUR", "1000000".to_owned()),
            ("MAIL_REQUESTS_PER_SOURCE_PER_HOUR", "1000000".to_owned()),
            ("SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY", "1000".to_owned()),
        ])
    }

    pub(crate) fn read(&self) -> Environment {
        Environment::of(self.0.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Writes the settings into the data directory with those of the AWS SDK, for functions in processes of their own.
    /// Only the owner can read the file: it holds secrets.
    pub(crate) fn write(
        &self,
        directory: &Path,
        key: &AccessKey,
        dynamodb_url: &str,
        services_url: &str,
    ) -> io::Result<PathBuf> {
        // For the SDK, the endpoint of a service overrides the one of all services.
        // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        let aws = [
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", key.id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", key.expose_secret()),
            ("AWS_ENDPOINT_URL", services_url),
            ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url),
        ];
        let own = self.0.iter().map(|(name, value)| (*name, value.as_str()));
        let lines: Vec<_> = aws
            .into_iter()
            .chain(own)
            // A key may end with an equals sign, which cargo-lambda takes in quotes only.
            .map(|(name, value)| format!("{name}=\"{value}\"\n"))
            .collect();
        let path = directory.join(FILE);
        private_file::write(&path, lines.concat().as_bytes())?;
        Ok(path)
    }
}
