//! Root certificates.

use std::env;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// The environment variable with the path of a PEM file, whose certificates replace the bundled ones. OpenSSL's tools read it, too.
const FILE: &str = "SSL_CERT_FILE";

/// The certificates that servers are verified by.
#[derive(Debug, Clone)]
pub struct Roots(RootCertStore);

#[derive(Debug, thiserror::Error)]
pub enum InvalidRoots {
    #[error("the file that SSL_CERT_FILE names cannot be read as PEM")]
    Unreadable(#[source] pem::Error),
    #[error("the file that SSL_CERT_FILE names has a certificate that cannot be a root")]
    Invalid(#[source] rustls::Error),
    #[error("the file that SSL_CERT_FILE names has no certificate")]
    Empty,
}

impl Roots {
    /// Mozilla's root certificates, as they were when the binary was built. Nothing is parsed at run time.
    pub fn bundled() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// The certificates of the file that `SSL_CERT_FILE` names; without that variable, the [bundled](Self::bundled) ones.
    ///
    /// # Errors
    ///
    /// If that file cannot be read, or has anything but certificates of roots.
    pub fn from_env() -> Result<Self, InvalidRoots> {
        match env::var_os(FILE) {
            Some(file) => Self::of_file(Path::new(&file)),
            None => Ok(Self::bundled()),
        }
    }

    fn of_file(file: &Path) -> Result<Self, InvalidRoots> {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file).map_err(InvalidRoots::Unreadable)? {
            let certificate = certificate.map_err(InvalidRoots::Unreadable)?;
            store.add(certificate).map_err(InvalidRoots::Invalid)?;
        }
        if store.is_empty() {
            return Err(InvalidRoots::Empty);
        }
        Ok(Self(store))
    }

    /// The configuration of TLS clients with these roots.
    #[expect(
        clippy::expect_used,
        reason = "ring supports the protocol versions that rustls enables"
    )]
    pub(super) fn into_tls(self) -> ClientConfig {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has cipher suites of TLS 1.2 and 1.3")
            .with_root_certificates(self.0)
            .with_no_client_auth()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn bundled_roots_need_no_file() {
        assert!(Roots::bundled().0.len() > 100);
    }

    #[test]
    fn a_file_without_certificates_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roots.pem");
        fs::write(&file, "no certificate").unwrap();

        assert!(matches!(Roots::of_file(&file), Err(InvalidRoots::Empty)));
    }

    #[test]
    fn a_file_that_does_not_exist_is_an_error() {
        let folder = tempfile::tempdir().unwrap();

        let result = Roots::of_file(&folder.path().join("roots.pem"));

        assert!(matches!(result, Err(InvalidRoots::Unreadable(_))));
    }
}
