//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;

use kit::Aws;

use crate::ports::{Clients, FindClaim, StoreUser};
use dynamodb::DynamoUsers;

impl Clients for Aws {
    fn users(&self, table: String) -> impl FindClaim + StoreUser {
        DynamoUsers(self.table(table))
    }
}
