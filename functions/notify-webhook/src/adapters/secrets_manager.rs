//! The signing secret in Secrets Manager.

use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use kit::aws::CallFault;
use tokio::sync::Mutex;

use crate::ports::{SecretFault, SigningSecret};
use crate::secret::{Secret, UnusableSecret};

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

    async fn read(&self) -> Result<Secret, SecretFault> {
        let response = self.client.get_secret_value().secret_id(&self.arn).send().await;
        let response =
            response.map_err(|error| SecretFault(CallFault::of("GetSecretValue", &error).into()))?;
        let text = response.secret_string().unwrap_or_default();
        text.parse()
            .map_err(|error: UnusableSecret| SecretFault(error.into()))
    }
}

impl SigningSecret for StoredSecret {
    async fn get(&self) -> Result<Secret, SecretFault> {
        // Locked during the call: concurrent invocations wait for its result instead of calling as well.
        let mut cache = self.cache.lock().await;
        match cache.as_ref() {
            Some(cached) if cached.since.elapsed() < self.cache_time => Ok(cached.secret.clone()),
            _ => {
                let secret = self.read().await?;
                *cache = Some(Cached {
                    secret: secret.clone(),
                    since: Instant::now(),
                });
                Ok(secret)
            }
        }
    }
}
