//! Reads and conditional writes of a table.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::builders::{ConditionCheckBuilder, DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, KeysAndAttributes, Put, ReturnValue, TransactWriteItem, Update,
};
use contracts::table::PK;

use super::{Item, WriteError, get_string, names, string};
use crate::StoreFault;
use crate::aws::CallFault;

/// A table, and its client.
#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    name: String,
}

impl Table {
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { client, name }
    }

    /// Reads these attributes of an item, or all attributes if the list is empty. The read is consistent.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn get(&self, key: String, attributes: &[&'static str]) -> Result<Option<Item>, StoreFault> {
        let projection: Vec<_> = attributes.iter().map(|name| format!("#{name}")).collect();
        let named = (!attributes.is_empty()).then_some(attributes);
        let response = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(PK, string(key))
            .consistent_read(true)
            .set_projection_expression(named.map(|_| projection.join(", ")))
            .set_expression_attribute_names(named.and_then(|attributes| names(attributes.iter().copied())))
            .send()
            .await;
        Ok(response.map_err(|error| CallFault::of("GetItem", &error))?.item)
    }

    /// Reads these attributes of several items in one call, each consistently. The items are in the order of the keys.
    ///
    /// # Errors
    ///
    /// If the call fails, or DynamoDB has left items out, as it does when it is throttled.
    pub async fn get_each<const N: usize>(
        &self,
        keys: [String; N],
        attributes: &[&'static str],
    ) -> Result<[Option<Item>; N], StoreFault> {
        let projected = || [PK].into_iter().chain(attributes.iter().copied());
        let projection: Vec<_> = projected().map(|name| format!("#{name}")).collect();
        let mut wanted = KeysAndAttributes::builder()
            .consistent_read(true)
            .projection_expression(projection.join(", "))
            .set_expression_attribute_names(names(projected()));
        for key in &keys {
            wanted = wanted.keys(Item::from([(PK.to_owned(), string(key))]));
        }
        let response = self
            .client
            .batch_get_item()
            .request_items(&self.name, built(wanted.build()))
            .send()
            .await;
        let response = response.map_err(|error| CallFault::of("BatchGetItem", &error))?;
        if response.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(StoreFault("DynamoDB has left items out".into()));
        }
        let found = response
            .responses
            .and_then(|mut tables| tables.remove(&self.name));
        let mut found = found.unwrap_or_default();
        Ok(keys.map(|key| {
            let position = found.iter().position(|item| get_string(item, PK) == Some(&key))?;
            Some(found.swap_remove(position))
        }))
    }

    pub fn build_update(&self, key: String, expression: impl Into<String>) -> UpdateBuilder {
        let update = Update::builder().table_name(&self.name).key(PK, string(key));
        update.update_expression(expression)
    }

    pub fn build_put(&self, key: String) -> PutBuilder {
        Put::builder().table_name(&self.name).item(PK, string(key))
    }

    pub fn build_delete(&self, key: String) -> DeleteBuilder {
        Delete::builder().table_name(&self.name).key(PK, string(key))
    }

    pub fn build_check(&self, key: String) -> ConditionCheckBuilder {
        ConditionCheck::builder()
            .table_name(&self.name)
            .key(PK, string(key))
    }

    /// Sends an update, and returns the attributes that `returns` selects.
    ///
    /// # Errors
    ///
    /// If the condition fails, or the call does.
    pub async fn send_update(&self, update: UpdateBuilder, returns: ReturnValue) -> Result<Item, WriteError> {
        let update = built(update.build());
        let response = self
            .client
            .update_item()
            .table_name(update.table_name)
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .set_return_values_on_condition_check_failure(update.return_values_on_condition_check_failure)
            .return_values(returns)
            .send()
            .await;
        let response = response.map_err(|error| {
            let failed = match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => Some(failed),
                _ => None,
            };
            WriteError::of_one(failed, CallFault::of("UpdateItem", &error))
        })?;
        Ok(response.attributes.unwrap_or_default())
    }

    /// Sends a conditional update: `false` if the condition failed.
    ///
    /// # Errors
    ///
    /// If the call fails for another reason than the condition.
    pub async fn try_update(&self, update: UpdateBuilder) -> Result<bool, StoreFault> {
        match self.send_update(update, ReturnValue::None).await {
            Ok(_) => Ok(true),
            Err(error) if error.any_condition_failed() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts an item.
    ///
    /// # Errors
    ///
    /// If the condition fails, or the call does.
    pub async fn send_put(&self, put: PutBuilder) -> Result<(), WriteError> {
        let put = built(put.build());
        let response = self
            .client
            .put_item()
            .table_name(put.table_name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .set_return_values_on_condition_check_failure(put.return_values_on_condition_check_failure)
            .send()
            .await;
        response.map(drop).map_err(|error| {
            let failed = match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => Some(failed),
                _ => None,
            };
            WriteError::of_one(failed, CallFault::of("PutItem", &error))
        })
    }

    /// Makes all of these writes, or none.
    ///
    /// # Errors
    ///
    /// If a condition fails, or the call does.
    pub async fn transact<const N: usize>(&self, writes: [TransactWriteItem; N]) -> Result<(), WriteError> {
        let transaction = self.client.transact_write_items();
        let response = transaction.set_transact_items(Some(writes.into())).send().await;
        response
            .map(drop)
            .map_err(|error| WriteError::of_transaction(&error))
    }
}

/// A write that can be part of a [transaction](Table::transact).
pub trait InTransaction {
    /// The write as a part of a transaction.
    fn in_transaction(self) -> TransactWriteItem;
}

impl InTransaction for UpdateBuilder {
    fn in_transaction(self) -> TransactWriteItem {
        TransactWriteItem::builder().update(built(self.build())).build()
    }
}

impl InTransaction for PutBuilder {
    fn in_transaction(self) -> TransactWriteItem {
        TransactWriteItem::builder().put(built(self.build())).build()
    }
}

impl InTransaction for DeleteBuilder {
    fn in_transaction(self) -> TransactWriteItem {
        TransactWriteItem::builder().delete(built(self.build())).build()
    }
}

impl InTransaction for ConditionCheckBuilder {
    fn in_transaction(self) -> TransactWriteItem {
        TransactWriteItem::builder()
            .condition_check(built(self.build()))
            .build()
    }
}

/// The result of a builder: the table sets all required fields but the condition of a check, which is the adapter's.
#[expect(
    clippy::expect_used,
    reason = "a missing field is a bug of an adapter, which its tests find"
)]
fn built<T>(result: Result<T, aws_sdk_dynamodb::error::BuildError>) -> T {
    result.expect("an adapter left out a required field, for example the condition of a check")
}
