//! The secrets of one start: they keep the machine's other users out.

use std::io;
use std::path::{Path, PathBuf};

use aws_credential_types::Credentials;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::private_file;
use crate::secrets::SecretsError;

/// The name of the file with the console's address in the data directory.
const FILE: &str = "console-url";

/// The secret part of the console's address.
#[derive(Clone)]
pub(crate) struct ConsoleKey(String);

/// The access key of the local AWS services. Clients sign with it, and servers verify with it.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) id: String,
    secret: String,
}

contracts::hide_in_debug!(ConsoleKey);

contracts::hide_in_debug!(AccessKey);

impl ConsoleKey {
    pub(crate) fn generate() -> Result<Self, SecretsError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random::<16>()?)))
    }

    /// The console's path, without a slash at its end.
    pub(crate) fn path(&self) -> String {
        format!("/console/{}", self.0)
    }

    /// Whether this is the key. The time that this takes says nothing about the key but its length.
    pub(crate) fn is(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }

    /// Writes the console's address into the data directory, for the owner only.
    pub(crate) fn write(&self, directory: &Path, site: &str) -> io::Result<PathBuf> {
        let path = directory.join(FILE);
        private_file::write(&path, format!("{site}{}\n", self.path()).as_bytes())?;
        Ok(path)
    }
}

impl AccessKey {
    pub(crate) fn generate() -> Result<Self, SecretsError> {
        let id = u64::from_ne_bytes(random::<8>()?);
        Ok(Self {
            id: format!("LOCAL{id:016X}"),
            secret: STANDARD.encode(random::<30>()?),
        })
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::from_keys(&self.id, &self.secret, None)
    }

    pub(crate) fn expose_secret(&self) -> &str {
        &self.secret
    }
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], SecretsError> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(SecretsError::Generator)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_key_is_itself_and_nothing_else() {
        let key = ConsoleKey::generate().unwrap();
        let other = ConsoleKey::generate().unwrap();

        assert!(key.is(&key.0));
        for wrong in ["", &key.0[1..], &other.0, &format!("{}A", key.0)] {
            assert!(!key.is(wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_hides_secrets() {
        let key = AccessKey::generate().unwrap();
        let console = ConsoleKey::generate().unwrap();

        assert!(!format!("{key:?}").contains(&key.secret));
        assert!(!format!("{console:?}").contains(&console.0));
    }
}
