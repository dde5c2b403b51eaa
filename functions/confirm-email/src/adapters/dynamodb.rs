//! Verifications in DynamoDB.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use contracts::table::{self, PK, UserStatus, VerificationState, pointer, user, verification};
use contracts::values::{LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::aws::Fault;
use kit::aws::dynamodb::{get_string, number, string};

use crate::ports::{BeginConfirming, EndConfirming, FindVerification, ReadStatus, StoreFault};

/// Verifications in DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoVerifications {
    client: Client,
    table: String,
}

/// The item cannot be read: another version wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the item has no `{0}` that is known here")]
struct Unreadable(&'static str);

impl DynamoVerifications {
    /// The verifications in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// One attribute of one item, as it stands now.
    async fn read(&self, key: String, attribute: &'static str) -> Result<GetItemOutput, StoreFault> {
        self.client
            .get_item()
            .table_name(&self.table)
            .key(PK, string(key))
            .consistent_read(true)
            .projection_expression("#attribute")
            .expression_attribute_names("#attribute", attribute)
            .send()
            .await
            .map_err(|error| StoreFault(Fault::of("GetItem", &error).into()))
    }
}

impl FindVerification for DynamoVerifications {
    async fn find(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let answer = self.read(table::link_key(link), pointer::USER_ID).await?;
        let Some(item) = answer.item() else {
            return Ok(None);
        };
        let user = get_string(item, pointer::USER_ID).and_then(|id| id.parse().ok());
        user.map(Some).ok_or_else(|| unreadable(pointer::USER_ID))
    }
}

impl BeginConfirming for DynamoVerifications {
    async fn begin(&self, user: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(table::verification_key(user)))
            .update_expression("SET #state = :confirming")
            // TTL removes late, so the condition looks at the window itself. An attempt that was begun in time
            // may be finished later.
            .condition_expression("(#state = :open AND #windowEndsAt > :now) OR #state = :confirming")
            .expression_attribute_names("#state", verification::STATE)
            .expression_attribute_names("#windowEndsAt", verification::WINDOW_ENDS_AT)
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(":now", number(now.epoch_millis()))
            // The newest task token: each attempt of the task has its own.
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.as_service_error().is_some_and(condition_failed) => return Ok(None),
            Err(error) => return Err(StoreFault(Fault::of("UpdateItem", &error).into())),
        };
        let token = answer
            .attributes()
            .and_then(|item| get_string(item, verification::TASK_TOKEN));
        match token {
            Some(token) => Ok(Some(TaskToken::new(token))),
            None => Err(unreadable(verification::TASK_TOKEN)),
        }
    }
}

impl EndConfirming for DynamoVerifications {
    async fn end(&self, user: &UserId) -> Result<(), StoreFault> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(table::verification_key(user)))
            .update_expression("SET #state = :spent")
            .condition_expression("#state = :confirming")
            .expression_attribute_names("#state", verification::STATE)
            .expression_attribute_values(":spent", string(VerificationState::Spent.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            // It is spent already, or gone.
            Err(error) if error.as_service_error().is_some_and(condition_failed) => Ok(()),
            Err(error) => Err(StoreFault(Fault::of("UpdateItem", &error).into())),
        }
    }
}

impl ReadStatus for DynamoVerifications {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        let answer = self.read(table::user_key(user), user::STATUS).await?;
        let Some(item) = answer.item() else {
            return Ok(None);
        };
        let status = get_string(item, user::STATUS).and_then(UserStatus::from_table);
        status.map(Some).ok_or_else(|| unreadable(user::STATUS))
    }
}

fn condition_failed(error: &UpdateItemError) -> bool {
    error.is_conditional_check_failed_exception()
}

fn unreadable(attribute: &'static str) -> StoreFault {
    StoreFault(Unreadable(attribute).into())
}
