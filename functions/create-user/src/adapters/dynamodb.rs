//! Accepted sign-ups in DynamoDB.

use std::time::Duration;

use contracts::table::{self, EXPIRES_AT, PK, UserStatus, reference, user};
use kit::aws::dynamodb::{
    InTransaction, PutBuilder, Table, condition_failed, get_number, is_in_conflict, names, number, parse,
    require, string,
};

use crate::fingerprint::{Fingerprint, RequestHash};
use crate::ports::{AcceptResult, AcceptSignUp, Acceptance, StoreFault};

/// How long a record is stored if its workflow never starts.
const RECORD_RETENTION: Duration = Duration::from_hours(48);

/// How long an idempotency key is stored: shorter than the record that it refers to.
const KEY_RETENTION: Duration = Duration::from_hours(24);

/// The pauses between reads for a concurrent request with the same key.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(20),
    Duration::from_millis(60),
    Duration::from_millis(180),
];

/// The item is absent, or an earlier attempt of the same request wrote it.
const ABSENT_OR_MINE: &str =
    "attribute_not_exists(#pk) OR (#status = :pending AND #fingerprint = :fingerprint)";

/// The key was never used, has expired, or was used by an earlier attempt of the same request.
const FREE_OR_MINE: &str = "attribute_not_exists(#pk) OR #expiresAt <= :now OR #userId = :userId";

#[derive(Debug, Clone)]
pub struct DynamoSignUps(pub Table);

impl DynamoSignUps {
    /// The accepted record. It contains no personal data.
    fn record_put(&self, acceptance: &Acceptance) -> PutBuilder {
        let pending = || string(UserStatus::Pending.as_str());
        let fingerprint = || string(acceptance.fingerprint.as_str());
        let expires_at = acceptance.at.plus(RECORD_RETENTION).epoch_seconds();
        self.0
            .build_put(table::user_key(&acceptance.user_id))
            .item(user::STATUS, pending())
            .item(user::FINGERPRINT, fingerprint())
            .item(user::ACCEPTED_AT, number(acceptance.at.epoch_millis()))
            .item(EXPIRES_AT, number(expires_at))
            .condition_expression(ABSENT_OR_MINE)
            .set_expression_attribute_names(names([PK, user::STATUS, user::FINGERPRINT]))
            .expression_attribute_values(":pending", pending())
            .expression_attribute_values(":fingerprint", fingerprint())
    }

    /// The reference from an idempotency key to its sign-up.
    fn key_put(&self, acceptance: &Acceptance, request: &RequestHash) -> PutBuilder {
        let user_id = || string(acceptance.user_id.as_str());
        let expires_at = acceptance.at.plus(KEY_RETENTION).epoch_seconds();
        self.0
            .build_put(table::request_key(request.as_str()))
            .item(reference::USER_ID, user_id())
            .item(reference::FINGERPRINT, string(acceptance.fingerprint.as_str()))
            .item(EXPIRES_AT, number(expires_at))
            .condition_expression(FREE_OR_MINE)
            .set_expression_attribute_names(names([PK, EXPIRES_AT, reference::USER_ID]))
            .expression_attribute_values(":now", number(acceptance.at.epoch_seconds()))
            .expression_attribute_values(":userId", user_id())
    }

    async fn accept_by_key(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<AcceptResult, StoreFault> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let record = self.record_put(acceptance).in_transaction();
            let key = self.key_put(acceptance, request).in_transaction();
            let Err(error) = self.0.transact([record, key]).await else {
                return Ok(AcceptResult::New);
            };
            let used = matches!(error.reasons(), [_, key] if condition_failed(key) || is_in_conflict(key));
            if !used {
                return Err(error.into());
            }
            if let Some(before) = self.sign_up_of(acceptance, request).await? {
                return Ok(before);
            }
            // The other request is not written yet, or its key expired in between.
            match pauses.next() {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error.into()),
            }
        }
    }

    /// The sign-up of the key, unless the key has expired.
    async fn sign_up_of(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<Option<AcceptResult>, StoreFault> {
        let key = table::request_key(request.as_str());
        let Some(item) = self.0.get(key, &[]).await? else {
            return Ok(None);
        };
        // TTL deletion is delayed, so an item that still exists may have expired.
        if require(get_number(&item, EXPIRES_AT), EXPIRES_AT)? <= acceptance.at.epoch_seconds() {
            return Ok(None);
        }
        Ok(Some(AcceptResult::Before {
            user_id: parse(&item, reference::USER_ID, |id| id.parse().ok())?,
            fingerprint: parse(&item, reference::FINGERPRINT, |text| {
                Some(Fingerprint::from_table(text))
            })?,
        }))
    }
}

impl AcceptSignUp for DynamoSignUps {
    async fn accept(&self, acceptance: &Acceptance) -> Result<AcceptResult, StoreFault> {
        match &acceptance.request {
            None => {
                self.0.send_put(self.record_put(acceptance)).await?;
                Ok(AcceptResult::New)
            }
            Some(request) => self.accept_by_key(acceptance, request).await,
        }
    }
}
