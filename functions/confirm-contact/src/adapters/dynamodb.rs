//! Verifications in DynamoDB.

use contracts::table::{self, UserStatus, VerificationState, reference, user, verification};
use contracts::values::{LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::aws::dynamodb::{ReturnValue, Table, names, number, parse, string};

use crate::ports::{FindLink, MarkSpent, ReadStatus, StartConfirming, StoreFault};

#[derive(Debug, Clone)]
pub struct DynamoVerifications(pub Table);

impl FindLink for DynamoVerifications {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let item = self.0.get(table::link_key(link), &[reference::USER_ID]).await?;
        item.map(|item| parse(&item, reference::USER_ID, |id| id.parse().ok()))
            .transpose()
    }
}

impl StartConfirming for DynamoVerifications {
    async fn start(&self, user: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        let update = self
            .0
            .build_update(table::verification_key(user), "SET #state = :confirming")
            // TTL deletion is delayed, so the condition checks the window itself. A confirmation that started in time may
            // finish after the window.
            .condition_expression("(#state = :open AND #windowEndsAt > :now) OR #state = :confirming")
            .set_expression_attribute_names(names([verification::STATE, verification::WINDOW_ENDS_AT]))
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
