//! The only files that know an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod ses;
