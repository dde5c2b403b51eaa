//! Sign-ups in DynamoDB.

use aws_sdk_dynamodb::Client;
use contracts::table::{self, PK, UserStatus, user};
use contracts::values::{Timestamp, UserId};
use kit::aws::Fault;
use kit::aws::dynamodb::{Item, get_bool, get_number, get_string, string};

use crate::ports::{FindSignUp, SignUpRecord, StoreFault};

/// Sign-ups in DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoSignUps {
    client: Client,
    table: String,
}

/// The record cannot be read: another version wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the record has no status that is known here")]
struct UnknownStatus;

impl DynamoSignUps {
    /// The sign-ups in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }
}

impl FindSignUp for DynamoSignUps {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(PK, string(table::user_key(user)))
            .consistent_read(true)
            // What is not public does not even leave the table.
            .projection_expression("#status, #storedAt, #mailed, #windowEndsAt")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#storedAt", user::STORED_AT)
            .expression_attribute_names("#mailed", user::MAILED)
            .expression_attribute_names("#windowEndsAt", user::WINDOW_ENDS_AT)
            .send()
            .await
            .map_err(|error| StoreFault(Fault::of("GetItem", &error).into()))?;
        answer.item().map(record).transpose()
    }
}

fn record(item: &Item) -> Result<SignUpRecord, StoreFault> {
    let status = get_string(item, user::STATUS)
        .and_then(UserStatus::from_table)
        .ok_or_else(|| StoreFault(UnknownStatus.into()))?;
    let window_ends_at =
        get_number(item, user::WINDOW_ENDS_AT).and_then(|millis| Timestamp::from_epoch_millis(millis).ok());
    Ok(SignUpRecord {
        status,
        stored: item.contains_key(user::STORED_AT),
        mailed: get_bool(item, user::MAILED),
        window_ends_at,
    })
}
