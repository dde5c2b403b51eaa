//! Settings.

use kit::{Environment, MissingSettings};

use crate::public_keys::{InvalidPublicKeys, PublicKeys};

#[derive(Debug)]
pub(crate) struct Config {
    /// `WEBHOOK_PUBLIC_KEYS`: what receivers of the webhook verify asymmetric signatures with.
    pub(crate) webhook_keys: PublicKeys,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidConfig {
    #[error(transparent)]
    Missing(#[from] MissingSettings),
    #[error("`WEBHOOK_PUBLIC_KEYS` is invalid: {0}")]
    WebhookKeys(#[from] InvalidPublicKeys),
}

impl Config {
    pub(crate) fn from_env(environment: Environment) -> Result<Self, InvalidConfig> {
        let webhook_keys = environment.optional("WEBHOOK_PUBLIC_KEYS").unwrap_or_default();
        environment.finish()?;
        Ok(Self {
            webhook_keys: webhook_keys.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_is_required() {
        let config = Config::from_env(Environment::default()).unwrap();

        assert_eq!(config.webhook_keys, PublicKeys::default());
    }

    #[test]
    fn a_private_key_is_rejected_and_not_shown() {
        let pair =
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

        let error = Config::from_env(Environment::of([("WEBHOOK_PUBLIC_KEYS", pair)])).unwrap_err();

        assert_eq!(
            error.to_string(),
            "`WEBHOOK_PUBLIC_KEYS` is invalid: not public keys of ed25519: whpk_ and 32 bytes in base64 each"
        );
        assert!(!format!("{error:?}").contains("6Xb"));
    }
}
