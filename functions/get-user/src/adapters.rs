//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;

use kit::Aws;

use crate::ports::{Clients, FindSignUp};
use dynamodb::DynamoSignUps;

impl Clients for Aws {
    fn sign_ups(&self, table: String) -> impl FindSignUp {
        DynamoSignUps(self.table(table))
    }
}
