//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;

use kit::Aws;

use crate::ports::{ClaimAddress, Clients, EndSignUp, SupersedeUser};
use dynamodb::DynamoUsers;

impl Clients for Aws {
    fn users(&self, table: String) -> impl ClaimAddress + SupersedeUser + EndSignUp {
        DynamoUsers(self.table(table))
    }
}
