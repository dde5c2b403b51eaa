//! Conditional writes.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValue,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use contracts::table::PK;

use super::{Item, Table, string};
use crate::StoreFault;
use crate::aws::CallFault;

/// The reason of an item whose condition failed.
const CONDITION_FAILED: &str = "ConditionalCheckFailed";

/// A write of one item, alone or in a transaction. In its expressions, `#name` stands for the attribute of that name.
#[derive(Debug, Clone)]
pub struct Write<A> {
    table: Table,
    action: A,
    condition: Option<&'static str>,
    names: HashMap<String, String>,
    values: Item,
    returning_item: bool,
}

/// Changes an item, or makes it.
#[derive(Debug, Clone)]
pub struct Updating {
    key: Item,
    expression: String,
}

/// Puts an item in the place of what was there.
#[derive(Debug, Clone)]
pub struct Putting {
    item: Item,
}

/// Deletes an item.
#[derive(Debug, Clone)]
pub struct Deleting {
    key: Item,
}

/// Changes nothing: its condition decides over a transaction.
#[derive(Debug, Clone)]
pub struct Checking {
    key: Item,
}

impl Table {
    /// Changes the item of this key.
    pub fn update(&self, key: String, expression: impl Into<String>) -> Write<Updating> {
        let expression = expression.into();
        Write::new(
            self,
            Updating {
                key: key_of(key),
                expression,
            },
        )
    }

    /// Puts an item with this key and these attributes.
    pub fn put(
        &self,
        key: String,
        attributes: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> Write<Putting> {
        let mut item = key_of(key);
        item.extend(
            attributes
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        Write::new(self, Putting { item })
    }

    /// Deletes the item of this key.
    pub fn delete(&self, key: String) -> Write<Deleting> {
        Write::new(self, Deleting { key: key_of(key) })
    }

    /// Checks the item of this key.
    pub fn check(&self, key: String) -> Write<Checking> {
        Write::new(self, Checking { key: key_of(key) })
    }
}

fn key_of(key: String) -> Item {
    Item::from([(PK.to_owned(), string(key))])
}

impl<A> Write<A> {
    fn new(table: &Table, action: A) -> Self {
        Self {
            table: table.clone(),
            action,
            condition: None,
            names: HashMap::new(),
            values: Item::new(),
            returning_item: false,
        }
    }

    /// Writes only if this holds.
    pub fn only_if(mut self, condition: &'static str) -> Self {
        self.condition = Some(condition);
        self
    }

    /// The attributes that the expressions name.
    pub fn names(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        let names = names
            .into_iter()
            .map(|name| (format!("#{name}"), name.to_owned()));
        self.names.extend(names);
        self
    }

    /// The value that a placeholder such as `:now` stands for.
    pub fn value(mut self, placeholder: impl Into<String>, value: AttributeValue) -> Self {
        self.values.insert(placeholder.into(), value);
        self
    }

    /// Returns the item as an update leaves it, or as a failed condition found it.
    pub fn returning_item(mut self) -> Self {
        self.returning_item = true;
        self
    }

    fn on_refusal(&self) -> Option<ReturnValuesOnConditionCheckFailure> {
        self.returning_item
            .then_some(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

impl Write<Updating> {
    /// Makes the update. Returns the item if that was [asked for](Self::returning_item).
    ///
    /// # Errors
    ///
    /// If the condition fails, there is no answer, or the call is refused.
    pub async fn send(self) -> Result<Item, WriteError> {
        let update = self.table.client.update_item();
        let answer = update
            .set_return_values_on_condition_check_failure(self.on_refusal())
            .set_return_values(self.returning_item.then_some(ReturnValue::AllNew))
            .table_name(self.table.name)
            .set_key(Some(self.action.key))
            .update_expression(self.action.expression)
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values))
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
            Err(error) => {
                let refusal = match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => Some(refusal),
                    _ => None,
                };
                Err(WriteError::of_one(refusal, CallFault::of("UpdateItem", &error)))
            }
        }
    }

    /// Makes the update if its condition holds, and tells whether it did.
    ///
    /// # Errors
    ///
    /// If there is no answer, or the call is refused for another reason than the condition.
    pub async fn send_if(self) -> Result<bool, StoreFault> {
        match self.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.reasons.iter().any(refuses) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The update as a part of a transaction.
    #[expect(clippy::expect_used, reason = "all that the builder requires is set here")]
    pub fn in_transaction(self) -> TransactWriteItem {
        let update = Update::builder()
            .set_return_values_on_condition_check_failure(self.on_refusal())
            .table_name(self.table.name)
            .set_key(Some(self.action.key))
            .update_expression(self.action.expression)
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values));
        let update = update.build().expect("an update is complete");
        TransactWriteItem::builder().update(update).build()
    }
}

impl Write<Putting> {
    /// Puts the item.
    ///
    /// # Errors
    ///
    /// If the condition fails, there is no answer, or the call is refused.
    pub async fn send(self) -> Result<(), WriteError> {
        let put = self.table.client.put_item();
        let answer = put
            .set_return_values_on_condition_check_failure(self.on_refusal())
            .table_name(self.table.name)
            .set_item(Some(self.action.item))
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values))
            .send()
            .await;
        answer.map(drop).map_err(|error| {
            let refusal = match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refusal)) => Some(refusal),
                _ => None,
            };
            WriteError::of_one(refusal, CallFault::of("PutItem", &error))
        })
    }

    /// The item as a part of a transaction.
    #[expect(clippy::expect_used, reason = "all that the builder requires is set here")]
    pub fn in_transaction(self) -> TransactWriteItem {
        let put = Put::builder()
            .set_return_values_on_condition_check_failure(self.on_refusal())
            .table_name(self.table.name)
            .set_item(Some(self.action.item))
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values));
        let put = put.build().expect("a put is complete");
        TransactWriteItem::builder().put(put).build()
    }
}

impl Write<Deleting> {
    /// The deletion as a part of a transaction.
    #[expect(clippy::expect_used, reason = "all that the builder requires is set here")]
    pub fn in_transaction(self) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(self.table.name)
            .set_key(Some(self.action.key))
            .set_condition_expression(self.condition.map(str::to_owned))
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values));
        let delete = delete.build().expect("a deletion is complete");
        TransactWriteItem::builder().delete(delete).build()
    }
}

impl Write<Checking> {
    /// The check as a part of a transaction.
    #[expect(clippy::expect_used, reason = "all that the builder requires is set here")]
    pub fn in_transaction(self) -> TransactWriteItem {
        let check = ConditionCheck::builder()
            .table_name(self.table.name)
            .set_key(Some(self.action.key))
            .condition_expression(self.condition.unwrap_or_default())
            .set_expression_attribute_names(unless_empty(self.names))
            .set_expression_attribute_values(unless_empty(self.values));
        let check = check.build().expect("a check is complete");
        TransactWriteItem::builder().condition_check(check).build()
    }
}

/// DynamoDB refuses an empty map of names or values.
fn unless_empty<T>(map: HashMap<String, T>) -> Option<HashMap<String, T>> {
    (!map.is_empty()).then_some(map)
}

/// Writes that were not made.
#[derive(Debug)]
pub struct WriteError {
    reasons: Vec<CancellationReason>,
    fault: CallFault,
}

impl WriteError {
    fn of_one(refusal: Option<&ConditionalCheckFailedException>, fault: CallFault) -> Self {
        let reason = |refusal: &ConditionalCheckFailedException| {
            let reason = CancellationReason::builder().code(CONDITION_FAILED);
            reason.set_item(refusal.item().cloned()).build()
        };
        Self {
            reasons: refusal.map(reason).into_iter().collect(),
            fault,
        }
    }

    pub(super) fn of_transaction(error: &SdkError<TransactWriteItemsError>) -> Self {
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                cancelled.cancellation_reasons().to_vec()
            }
            _ => Vec::new(),
        };
        Self {
            reasons,
            fault: CallFault::of("TransactWriteItems", error),
        }
    }

    /// The reason of each write, in their order; empty if the call failed otherwise.
    pub fn reasons(&self) -> &[CancellationReason] {
        &self.reasons
    }
}

impl From<WriteError> for StoreFault {
    fn from(error: WriteError) -> Self {
        error.fault.into()
    }
}

/// Whether it was this write's condition that failed, and not another's or a conflict.
pub fn refuses(reason: &CancellationReason) -> bool {
    reason.code() == Some(CONDITION_FAILED)
}

/// Whether another transaction was writing the same item.
pub fn conflicts(reason: &CancellationReason) -> bool {
    reason.code() == Some("TransactionConflict")
}
