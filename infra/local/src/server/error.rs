//! Startup errors.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use contracts::values::Cause;

use notify_webhook::InvalidWebhookUrl;

use crate::secrets::SecretsError;

/// Why the local server does not start. Each message is one line that says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error("`{text}` is not an address to listen on; give an IP address and a port, such as 127.0.0.1:3000")]
    NotAnAddress { text: String },
    #[error(
        "{address} can be reached from other machines, and there is no authentication; \
         listen on a loopback address such as 127.0.0.1:{}", address.port()
    )]
    NotLoopback { address: SocketAddr },
    #[error(
        "port {} is in use; stop the process that listens on {address}, or choose a free port with --listen {}",
        address.port(), SocketAddr::new(address.ip(), 0)
    )]
    PortInUse { address: SocketAddr },
    #[error(
        "port {port} is in use; stop the process that listens on it, or choose another with --dynamodb-port"
    )]
    DynamoDbPortInUse { port: u16 },
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the data directory {} cannot be used: {source}; choose another with --data-dir", path.display())]
    Data { path: PathBuf, source: io::Error },
    #[error(
        "the data directory {} is in use by another local server; stop that one, or choose another with --data-dir",
        path.display()
    )]
    DataInUse { path: PathBuf },
    #[error(
        "the URL of --webhook-url cannot be used: {0}; give one of this machine, such as http://127.0.0.1:4000/"
    )]
    WebhookUrl(#[source] InvalidWebhookUrl),
    #[error("the variable WEBHOOK_SECRET is no signing secret; it is `whsec_` and base64")]
    WebhookSecret,
    #[error("{0}")]
    Secrets(#[source] Cause),
    #[error("the table in {} cannot be used: {source}; choose another directory with --data-dir", path.display())]
    Table { path: PathBuf, source: Cause },
    #[error(
        "the journal {} cannot be used: {source}; start the version of the program that wrote it, or remove the file: \
         accounts are kept, and only sign-ups in progress are lost",
        path.display()
    )]
    Journal { path: PathBuf, source: Cause },
    #[error("internal error while connecting functions and state machine: {0}; please report it")]
    Assembly(#[source] Cause),
}

impl From<SecretsError> for StartupError {
    fn from(error: SecretsError) -> Self {
        Self::Secrets(error.into())
    }
}
