//! The signing secret in Secrets Manager.

use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use kit::aws::CallFault;
use tokio::sync::Mutex;

use crate::ports::{SecretFault, SigningSecret};
use crate::secret::{Secret, UnusableSecret};

/// How long the secret is kept in memory: after this time, a new one is in use everywhere.
pub const KEPT_FOR: Duration = Duration::from_mins(5);

/// The signing secret in Secrets Manager, kept in memory for a while.
#[derive(Debug)]
pub struct StoredSecret {
    client: Client,
    arn: String,
    kept_for: Duration,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    secret: Secret,
    since: Instant,
}

impl StoredSecret {
    /// The secret of this ARN, asked for again once it was `kept_for` so long.
    pub fn new(client: Client, arn: String, kept_for: Duration) -> Self {
        Self {
            client,
            arn,
            kept_for,
            kept: Mutex::new(None),
        }
    }

    async fn ask(&self) -> Result<Secret, SecretFault> {
        let answer = self.client.get_secret_value().secret_id(&self.arn).send().await;
        let answer = answer.map_err(|error| SecretFault(CallFault::of("GetSecretValue", &error).into()))?;
        let text = answer.secret_string().unwrap_or_default();
        text.parse()
            .map_err(|error: UnusableSecret| SecretFault(error.into()))
    }
}

impl SigningSecret for StoredSecret {
    async fn get(&self) -> Result<Secret, SecretFault> {
        // Held while asking: whoever comes meanwhile gets the same answer instead of asking as well.
        let mut kept = self.kept.lock().await;
        match kept.as_ref() {
            Some(kept) if kept.since.elapsed() < self.kept_for => Ok(kept.secret.clone()),
            _ => {
                let secret = self.ask().await?;
                *kept = Some(Kept {
                    secret: secret.clone(),
                    since: Instant::now(),
                });
                Ok(secret)
            }
        }
    }
}
