//! Suppressions and their marks in DynamoDB.

use contracts::table::{self, EXPIRES_AT, PK, VerificationState, suppression, verification};
use contracts::values::{RecipientHash, TaskToken, Timestamp, UserId};
use kit::aws::dynamodb::{ReturnValue, Table, names, number, parse, string};

use crate::ports::{MarkSignUp, StoreFault, SuppressAddress};

/// Suppressions in this table, and the marks of sign-ups.
#[derive(Debug, Clone)]
pub struct DynamoSuppressions(pub Table);

impl SuppressAddress for DynamoSuppressions {
    async fn suppress(&self, recipient: &RecipientHash, until: Timestamp) -> Result<(), StoreFault> {
        let update = self
            .0
            .build_update(
                table::suppression_key(recipient),
                "SET #until = :until, #expiresAt = :expiresAt",
            )
            .condition_expression("attribute_not_exists(#pk) OR #until < :until")
            .set_expression_attribute_names(names([PK, suppression::UNTIL, EXPIRES_AT]))
            .expression_attribute_values(":until", number(until.epoch_millis()))
            .expression_attribute_values(":expiresAt", number(until.epoch_seconds()));
        // If the condition fails, mails are suppressed for longer.
        self.0.try_update(update).await.map(drop)
    }
}

impl MarkSignUp for DynamoSuppressions {
    async fn mark(&self, user: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        let update = self
            .0
            .build_update(
                table::verification_key(user),
                "SET #suppressedAt = if_not_exists(#suppressedAt, :now)",
            )
            .condition_expression("#state = :open")
            .set_expression_attribute_names(names([verification::SUPPRESSED_AT, verification::STATE]))
            .expression_attribute_values(":now", number(now.epoch_millis()))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()));
        match self.0.send_update(update, ReturnValue::AllNew).await {
            Ok(item) => {
                let task = parse(&item, verification::TASK_TOKEN, |token| {
                    Some(TaskToken::new(token))
                })?;
                Ok(Some(task))
            }
            Err(error) if error.any_condition_failed() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
