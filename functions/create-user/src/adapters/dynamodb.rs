//! Accepted sign-ups in DynamoDB.

use std::time::Duration;

use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use kit::aws::dynamodb::{
    InTransaction, PutBuilder, Table, get_number, is_in_conflict, is_refused, known, names, number, parse,
    string,
};

use crate::fingerprint::{Fingerprint, RequestHash};
use crate::ports::{AcceptSignUp, Acceptance, Accepted, StoreFault};

/// How long an accepted record whose workflow never started is kept.
const KEEP_RECORD: Duration = Duration::from_hours(48);

/// How long an idempotency key is remembered: less than the record that it points to is kept.
const KEEP_REQUEST: Duration = Duration::from_hours(24);

/// The pauses between looks for a concurrent request with the same key.
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

#[derive(Debug, Clone)]
pub struct DynamoSignUps(pub Table);

impl DynamoSignUps {
    /// The accepted record. The address and all other personal data stay out of it.
    fn record(&self, acceptance: &Acceptance) -> PutBuilder {
        let pending = || string(UserStatus::Pending.as_str());
        let fingerprint = || string(acceptance.fingerprint.as_str());
        let expires_at = acceptance.at.plus(KEEP_RECORD).epoch_seconds();
        self.0
            .put(table::user_key(&acceptance.user_id))
            .item(user::STATUS, pending())
            .item(user::FINGERPRINT, fingerprint())
            .item(user::ACCEPTED_AT, number(acceptance.at.epoch_millis()))
            .item(EXPIRES_AT, number(expires_at))
            .condition_expression(ABSENT_OR_MINE)
            .set_expression_attribute_names(names([PK, user::STATUS, user::FINGERPRINT]))
            .expression_attribute_values(":pending", pending())
            .expression_attribute_values(":fingerprint", fingerprint())
    }

    /// What an idempotency key points to.
    fn pointer(&self, acceptance: &Acceptance, request: &RequestHash) -> PutBuilder {
        let user_id = || string(acceptance.user_id.as_str());
        let expires_at = acceptance.at.plus(KEEP_REQUEST).epoch_seconds();
        self.0
            .put(table::request_key(request.as_str()))
            .item(pointer::USER_ID, user_id())
            .item(pointer::FINGERPRINT, string(acceptance.fingerprint.as_str()))
            .item(EXPIRES_AT, number(expires_at))
            .condition_expression(FREE_OR_MINE)
            .set_expression_attribute_names(names([PK, EXPIRES_AT, pointer::USER_ID]))
            .expression_attribute_values(":now", number(acceptance.at.epoch_seconds()))
            .expression_attribute_values(":userId", user_id())
    }

    async fn accept_by_key(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<Accepted, StoreFault> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let record = self.record(acceptance).in_transaction();
            let pointer = self.pointer(acceptance, request).in_transaction();
            let Err(error) = self.0.transact([record, pointer]).await else {
                return Ok(Accepted::New);
            };
            let taken = matches!(error.reasons(), [_, taken] if is_refused(taken) || is_in_conflict(taken));
            if !taken {
                return Err(error.into());
            }
            if let Some(before) = self.before(acceptance, request).await? {
                return Ok(before);
            }
            // The other request is not written yet, or its key expired in between.
            match pauses.next() {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error.into()),
            }
        }
    }

    /// The sign-up that the key made before, unless that was so long ago that the key is free again.
    async fn before(
        &self,
        acceptance: &Acceptance,
        request: &RequestHash,
    ) -> Result<Option<Accepted>, StoreFault> {
        let key = table::request_key(request.as_str());
        let Some(item) = self.0.get(key, &[]).await? else {
            return Ok(None);
        };
        // TTL removes late, so an item that is there may have expired.
        if known(get_number(&item, EXPIRES_AT), EXPIRES_AT)? <= acceptance.at.epoch_seconds() {
            return Ok(None);
        }
        Ok(Some(Accepted::Before {
            user_id: parse(&item, pointer::USER_ID, |id| id.parse().ok())?,
            fingerprint: parse(&item, pointer::FINGERPRINT, |text| {
                Some(Fingerprint::from_table(text))
            })?,
        }))
    }
}

impl AcceptSignUp for DynamoSignUps {
    async fn accept(&self, acceptance: &Acceptance) -> Result<Accepted, StoreFault> {
        match &acceptance.request {
            None => {
                self.0.send_put(self.record(acceptance)).await?;
                Ok(Accepted::New)
            }
            Some(request) => self.accept_by_key(acceptance, request).await,
        }
    }
}
