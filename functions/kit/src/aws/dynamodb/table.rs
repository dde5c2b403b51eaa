//! Reads and writes of one table.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::table::PK;

use super::{Item, WriteError, string};
use crate::StoreFault;
use crate::aws::CallFault;

/// A table and the client that it is reached by.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

impl Table {
    /// The table of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
        }
    }

    /// Reads these attributes of an item, or all of them if none is named. The read is consistent.
    ///
    /// # Errors
    ///
    /// If there is no answer, or the call is refused.
    pub async fn get(&self, key: String, attributes: &[&str]) -> Result<Option<Item>, StoreFault> {
        let projection: Vec<_> = attributes.iter().map(|name| format!("#{name}")).collect();
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(PK, string(key))
            .consistent_read(true)
            .set_projection_expression((!projection.is_empty()).then(|| projection.join(", ")));
        let answer = attributes
            .iter()
            .fold(request, |request, name| {
                request.expression_attribute_names(format!("#{name}"), *name)
            })
            .send()
            .await
            .map_err(|error| CallFault::of("GetItem", &error))?;
        Ok(answer.item)
    }

    /// Makes all of these writes or none.
    ///
    /// # Errors
    ///
    /// If a condition fails, there is no answer, or the call is refused.
    pub async fn transact<const N: usize>(&self, writes: [TransactWriteItem; N]) -> Result<(), WriteError> {
        let transaction = self.client.transact_write_items();
        let answer = transaction.set_transact_items(Some(writes.into())).send().await;
        answer
            .map(drop)
            .map_err(|error| WriteError::of_transaction(&error))
    }
}
