//! The secrets of a data directory, generated at the first start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;

use crate::private_file;

/// The file's name in the data directory.
const FILE: &str = "secrets.json";

/// The signing secret of webhooks in the form of Standard Webhooks: `whsec_` and base64.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct WebhookSecret(String);

/// The HMAC key of request fingerprints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FingerprintKey(String);

impl WebhookSecret {
    /// The secret with this value; `None` if it is not one.
    pub(crate) fn new(value: &str) -> Option<Self> {
        Webhook::new(value).is_ok().then(|| Self(value.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// A verifier of signatures that were made with this secret.
    #[expect(
        clippy::expect_used,
        reason = "neither `new` nor `Secrets::load_or_make` lets another secret through"
    )]
    pub(crate) fn verifier(&self) -> Webhook {
        Webhook::new(&self.0).expect("the webhook secret was validated")
    }
}

impl FingerprintKey {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

contracts::hide_in_debug!(WebhookSecret);

contracts::hide_in_debug!(FingerprintKey);

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Secrets {
    pub(crate) fingerprint_key: FingerprintKey,
    pub(crate) webhook_secret: WebhookSecret,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretsError {
    #[error("{} cannot be read or written: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} does not hold valid secrets; remove it, and the next start generates new ones", path.display())]
    Damaged { path: PathBuf },
    #[error("the system's random generator fails: {0}")]
    Generator(getrandom::Error),
}

impl Secrets {
    /// The directory's secrets; generates them if there are none.
    pub(crate) fn load_or_make(directory: &Path) -> Result<Self, SecretsError> {
        let path = directory.join(FILE);
        match fs::read(&path) {
            Ok(content) => serde_json::from_slice(&content)
                .ok()
                .filter(|secrets: &Self| Webhook::new(secrets.webhook_secret.expose()).is_ok())
                .ok_or(SecretsError::Damaged { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secrets = Self::generate().map_err(SecretsError::Generator)?;
                let written = serde_json::to_vec_pretty(&secrets)
                    .map_err(io::Error::from)
                    .and_then(|json| private_file::write(&path, &json));
                match written {
                    Ok(()) => Ok(secrets),
                    Err(source) => Err(SecretsError::File { path, source }),
                }
            }
            Err(source) => Err(SecretsError::File { path, source }),
        }
    }

    fn generate() -> Result<Self, getrandom::Error> {
        let (mut fingerprint, mut webhook) = ([0; 32], [0; 32]);
        getrandom::fill(&mut fingerprint)?;
        getrandom::fill(&mut webhook)?;
        Ok(Self {
            fingerprint_key: FingerprintKey(STANDARD.encode(fingerprint)),
            webhook_secret: WebhookSecret(format!("whsec_{}", STANDARD.encode(webhook))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_the_same_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();

        let first = Secrets::load_or_make(directory.path()).unwrap();
        let second = Secrets::load_or_make(directory.path()).unwrap();

        assert_eq!(first.webhook_secret.expose(), second.webhook_secret.expose());
        assert_eq!(first.fingerprint_key.expose(), second.fingerprint_key.expose());
        assert!(first.fingerprint_key.expose().len() >= 32);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();

        Secrets::load_or_make(directory.path()).unwrap();

        let mode = fs::metadata(directory.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_reported_and_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        for content in ["{", r#"{"fingerprintKey": "", "webhookSecret": "whsec_!"}"#] {
            fs::write(directory.path().join(FILE), content).unwrap();

            let error = Secrets::load_or_make(directory.path()).unwrap_err();

            assert!(error.to_string().contains("remove it"), "{error}");
            assert_eq!(fs::read(directory.path().join(FILE)).unwrap(), content.as_bytes());
        }
    }

    #[test]
    fn debug_hides_secrets() {
        let secrets = Secrets::generate().unwrap();

        assert!(!format!("{secrets:?}").contains(secrets.webhook_secret.expose()));
    }
}
