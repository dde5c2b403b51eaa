//! Accepted sign-ups in DynamoDB.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{CancellationReason, Put, TransactWriteItem};
use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use kit::aws::Fault;
use kit::aws::dynamodb::{Item, cancellation_reasons, get_number, get_string, number, refused, string};

use crate::fingerprint::{Fingerprint, RequestHash};
use crate::ports::{AcceptSignUp, Acceptance, Accepted, StoreFault};

/// How long an accepted record whose workflow never started is kept.
const KEEP_RECORD: Duration = Duration::from_hours(48);

/// How long an idempotency key is remembered: less than the record that it points to is kept.
const KEEP_REQUEST: Duration = Duration::from_hours(24);

/// How long to wait for a concurrent request of the same key, time after time.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(20),
    Duration::from_millis(60),
    Duration::from_millis(180),
];

/// An item is there only if this very request wrote it: its acknowledgement was lost.
const ABSENT_OR_MINE: &str =
    "attribute_not_exists(#pk) OR (#status = :pending AND #fingerprint = :fingerprint)";

/// A key is free if it was never used, if that was long ago, or if this very request used it.
const FREE_OR_MINE: &str = "attribute_not_exists(#pk) OR #expiresAt <= :now OR #userId = :userId";

/// Accepted sign-ups in DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoSignUps {
    client: Client,
    table: String,
}

/// The item cannot be read: another version wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the item has no `{0}` that is known here")]
struct Unreadable(&'static str);

impl DynamoSignUps {
    /// The sign-ups in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The accepted record. The address and all else that is personal stay out of it.
    fn record(acceptance: &Acceptance) -> Item {
        let expires_at = acceptance.at.plus(KEEP_RECORD).epoch_seconds();
        Item::from([
            (PK.to_owned(), string(table::user_key(&acceptance.user_id))),
            (user::STATUS.to_owned(), string(UserStatus::Pending.as_str())),
            (
                user::FINGERPRINT.to_owned(),
                string(acceptance.fingerprint.as_str()),
            ),
            (user::ACCEPTED_AT.to_owned(), number(acceptance.at.epoch_millis())),
            (EXPIRES_AT.to_owned(), number(expires_at)),
        ])
    }

    /// What an idempotency key points to.
    fn pointer(acceptance: &Acceptance, request: &RequestHash) -> Item {
        let expires_at = acceptance.at.plus(KEEP_REQUEST).epoch_seconds();
        Item::from([
            (PK.to_owned(), string(table::request_key(request.as_str()))),
            (pointer::USER_ID.to_owned(), string(acceptance.user_id.as_str())),
            (
                pointer::FINGERPRINT.to_owned(),
                string(acceptance.fingerprint.as_str()),
            ),
            (EXPIRES_AT.to_owned(), number(expires_at)),
        ])
    }

    async fn accept_once(&self, acceptance: &Acceptance) -> Result<Accepted, StoreFault> {
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(Self::record(acceptance)))
            .condition_expression(ABSENT_OR_MINE)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#fingerprint", user::FINGERPRINT)
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":fingerprint", string(acceptance.fingerprint.as_str()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Accepted::New),
            Err(error) => Err(StoreFault(Fault::of("PutItem", &error).into())),
        }
    }

    async fn accept_by_key(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<Accepted, StoreFault> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let answer = self
                .client
                .transact_write_items()
                .transact_items(put(self.put_record(acceptance)?))
                .transact_items(put(self.put_pointer(acceptance, request)?))
                .send()
                .await;
            let Err(error) = answer else {
                return Ok(Accepted::New);
            };
            let [_, taken] = cancellation_reasons(&error) else {
                return Err(StoreFault(Fault::of("TransactWriteItems", &error).into()));
            };
            if !refused(taken) && !conflicting(taken) {
                return Err(StoreFault(Fault::of("TransactWriteItems", &error).into()));
            }
            if let Some(before) = self.before(acceptance, request).await? {
                return Ok(before);
            }
            // The other request is not written yet, or its key ran out in between.
            match pauses.next() {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(StoreFault(Fault::of("TransactWriteItems", &error).into())),
            }
        }
    }

    fn put_record(&self, acceptance: &Acceptance) -> Result<Put, StoreFault> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(Self::record(acceptance)))
            .condition_expression(ABSENT_OR_MINE)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#fingerprint", user::FINGERPRINT)
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":fingerprint", string(acceptance.fingerprint.as_str()))
            .build()
            .map_err(StoreFault::of)
    }

    fn put_pointer(&self, acceptance: &Acceptance, request: &RequestHash) -> Result<Put, StoreFault> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(Self::pointer(acceptance, request)))
            .condition_expression(FREE_OR_MINE)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_names("#userId", pointer::USER_ID)
            .expression_attribute_values(":now", number(acceptance.at.epoch_seconds()))
            .expression_attribute_values(":userId", string(acceptance.user_id.as_str()))
            .build()
            .map_err(StoreFault::of)
    }

    /// What the key made before, unless that was so long ago that the key is free again.
    async fn before(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<Option<Accepted>, StoreFault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(PK, string(table::request_key(request.as_str())))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreFault(Fault::of("GetItem", &error).into()))?;
        let Some(item) = answer.item() else {
            return Ok(None);
        };
        // TTL removes late, so an item that is there may have run out.
        let expires_at = get_number(item, EXPIRES_AT).ok_or_else(|| unreadable(EXPIRES_AT))?;
        if expires_at <= acceptance.at.epoch_seconds() {
            return Ok(None);
        }
        let user_id = get_string(item, pointer::USER_ID).and_then(|id| id.parse().ok());
        let fingerprint = get_string(item, pointer::FINGERPRINT);
        Ok(Some(Accepted::Before {
            user_id: user_id.ok_or_else(|| unreadable(pointer::USER_ID))?,
            fingerprint: fingerprint
                .map(Fingerprint::from_table)
                .ok_or_else(|| unreadable(pointer::FINGERPRINT))?,
        }))
    }
}

impl AcceptSignUp for DynamoSignUps {
    async fn accept(&self, acceptance: &Acceptance) -> Result<Accepted, StoreFault> {
        match &acceptance.request {
            None => self.accept_once(acceptance).await,
            Some(request) => self.accept_by_key(acceptance, request).await,
        }
    }
}

fn put(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

/// Whether it was another transaction on the same item.
fn conflicting(reason: &CancellationReason) -> bool {
    reason.code() == Some("TransactionConflict")
}

fn unreadable(attribute: &'static str) -> StoreFault {
    StoreFault(Unreadable(attribute).into())
}
