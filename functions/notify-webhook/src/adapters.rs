//! The only files that know an AWS SDK or HTTP.

pub(crate) mod dynamodb;
pub(crate) mod http;
pub(crate) mod secrets_manager;
