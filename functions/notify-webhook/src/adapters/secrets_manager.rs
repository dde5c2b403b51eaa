//! The signing secret in Secrets Manager.

use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use kit::aws::CallFault;
use tokio::sync::Mutex;

use crate::ports::{SecretFault, SigningSecret};
use crate::secret::{Secret, UnusableSecret};

/// The staging labels of the two versions that sign, of which Secrets Manager moves both when a new value is put.
///
/// Source: [What's in a Secrets Manager secret?](https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html), "Version".
const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// How long the secret is cached: after this time, all processes use a new one.
pub const CACHE_TIME: Duration = Duration::from_mins(5);

/// The signing secret in Secrets Manager, with a cache in memory.
#[derive(Debug)]
pub struct StoredSecret {
    client: Client,
    arn: String,
    cache_time: Duration,
    cache: Mutex<Option<Cached>>,
}

#[derive(Debug)]
struct Cached {
    secret: Secret,
    since: Instant,
}

impl StoredSecret {
    /// The secret of this ARN, read again after this cache time.
    pub fn new(client: Client, arn: String, cache_time: Duration) -> Self {
        Self {
            client,
            arn,
            cache_time,
            cache: Mutex::new(None),
        }
    }

    /// The keys of the current version and of the one before it, so that receivers may take up a new key whenever they want.
    ///
    /// The current version is read first: if it is replaced meanwhile, it is the previous one, and is read twice. In the
    /// other order, a key that receivers still verify with could be missed.
    async fn read(&self) -> Result<Secret, SecretFault> {
        let current = self.version(CURRENT).await.map_err(|error| fault(&error))?;
        let current: Secret = current.parse().map_err(malformed)?;
        let previous = match self.version(PREVIOUS).await {
            Ok(previous) => previous,
            // The secret has never had another value.
            Err(SdkError::ServiceError(error)) if error.err().is_resource_not_found_exception() => {
                return Ok(current);
            }
            Err(error) => return Err(fault(&error)),
        };
        if let Ok(previous) = previous.parse() {
            Ok(current.with_previous(previous))
        } else {
            tracing::warn!("the previous version of the signing secret is malformed, and does not sign");
            Ok(current)
        }
    }

    async fn version(&self, stage: &str) -> Result<String, SdkError<GetSecretValueError>> {
        let request = self.client.get_secret_value().secret_id(&self.arn);
        let response = request.version_stage(stage).send().await?;
        Ok(response.secret_string.unwrap_or_default())
    }
}

fn fault(error: &SdkError<GetSecretValueError>) -> SecretFault {
    SecretFault(CallFault::of("GetSecretValue", error).into())
}

fn malformed(error: UnusableSecret) -> SecretFault {
    SecretFault(error.into())
}

impl SigningSecret for StoredSecret {
    async fn get(&self) -> Result<Secret, SecretFault> {
        // Locked during the call: concurrent invocations wait for its result instead of calling as well.
        let mut cache = self.cache.lock().await;
        match cache.as_ref() {
            Some(cached) if cached.since.elapsed() < self.cache_time => Ok(cached.secret.clone()),
            _ => {
                // Before the call: what was replaced during it is not used longer than what was replaced after it.
                let since = Instant::now();
                let secret = self.read().await?;
                *cache = Some(Cached {
                    secret: secret.clone(),
                    since,
                });
                Ok(secret)
            }
        }
    }
}
