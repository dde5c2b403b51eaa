//! Verifications in DynamoDB.

use std::cmp::Reverse;

use contracts::table::{
    self, MAX_CODE_TRIES, NEWEST_CODES, PK, UserStatus, VerificationState, reference, user, verification,
};
use contracts::values::{CodeHash, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::aws::dynamodb::{Item, ReturnValue, Table, UpdateBuilder, names, number, parse, string};

use crate::ports::{FindLink, MarkSpent, Proof, ReadStatus, StartConfirming, StoreFault, TakeTry};

#[derive(Debug, Clone)]
pub struct DynamoVerifications(pub Table);

impl DynamoVerifications {
    /// An update that sets the state to `:confirming`, and gives the try of a code back.
    fn confirming_update(&self, user: &UserId, proof: Proof) -> UpdateBuilder {
        let key = table::verification_key(user);
        let (state, window) = (verification::STATE, verification::WINDOW_ENDS_AT);
        match proof {
            Proof::Link => self
                .0
                .build_update(key, "SET #state = :confirming")
                .set_expression_attribute_names(names([state, window])),
            Proof::Code => self
                .0
                .build_update(key, "SET #state = :confirming ADD #codeTries :minusOne")
                .set_expression_attribute_names(names([state, window, verification::CODE_TRIES]))
                .expression_attribute_values(":minusOne", number(-1)),
        }
    }
}

impl FindLink for DynamoVerifications {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let item = self.0.get(table::link_key(link), &[reference::USER_ID]).await?;
        item.map(|item| parse(&item, reference::USER_ID, |id| id.parse().ok()))
            .transpose()
    }
}

impl TakeTry for DynamoVerifications {
    async fn take_try(&self, user: &UserId) -> Result<Option<Vec<CodeHash>>, StoreFault> {
        let update = self
            .0
            .build_update(table::verification_key(user), "ADD #codeTries :one")
            .condition_expression(
                "attribute_exists(#pk) AND (attribute_not_exists(#codeTries) OR #codeTries < :max)",
            )
            .set_expression_attribute_names(names([PK, verification::CODE_TRIES]))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":max", number(MAX_CODE_TRIES));
        match self.0.send_update(update, ReturnValue::AllNew).await {
            Ok(item) => Ok(Some(newest_codes(&item))),
            Err(error) if error.any_condition_failed() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The codes that are compared: those of the newest attempts, so that the chance of a guess has a bound.
fn newest_codes(item: &Item) -> Vec<CodeHash> {
    let entries = item.get(verification::CODES).and_then(|codes| codes.as_ss().ok());
    let entries = entries.into_iter().flatten();
    let mut codes: Vec<_> = entries
        .filter_map(|entry| table::parse_code_entry(entry))
        .collect();
    codes.sort_by_key(|(attempt, _)| Reverse(*attempt));
    codes.truncate(NEWEST_CODES);
    codes.into_iter().map(|(_, code)| code).collect()
}

impl StartConfirming for DynamoVerifications {
    async fn start(
        &self,
        user: &UserId,
        proof: Proof,
        now: Timestamp,
    ) -> Result<Option<TaskToken>, StoreFault> {
        let update = self
            .confirming_update(user, proof)
            // TTL deletion is delayed, so the condition checks the window itself. A confirmation that started in time may
            // finish after the window.
            .condition_expression("(#state = :open AND #windowEndsAt > :now) OR #state = :confirming")
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(":now", number(now.epoch_millis()));
        // The item has the newest task token: each attempt of the task has its own.
        match self.0.send_update(update, ReturnValue::AllNew).await {
            Ok(item) => parse(&item, verification::TASK_TOKEN, |token| {
                Some(TaskToken::new(token))
            })
            .map(Some),
            Err(error) if error.any_condition_failed() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl MarkSpent for DynamoVerifications {
    async fn mark(&self, user: &UserId) -> Result<(), StoreFault> {
        let update = self
            .0
            .build_update(table::verification_key(user), "SET #state = :spent")
            .condition_expression("#state = :confirming")
            .set_expression_attribute_names(names([verification::STATE]))
            .expression_attribute_values(":spent", string(VerificationState::Spent.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()));
        // If the condition fails, the verification is already spent or deleted.
        self.0.try_update(update).await.map(drop)
    }
}

impl ReadStatus for DynamoVerifications {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        let item = self.0.get(table::user_key(user), &[user::STATUS]).await?;
        item.map(|item| parse(&item, user::STATUS, UserStatus::from_table))
            .transpose()
    }
}
