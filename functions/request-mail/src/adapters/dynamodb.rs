//! Requests for mails in DynamoDB.

use contracts::table::{self, MAIL_PAUSE_MILLIS, MAX_MAIL_REQUESTS, PK, UserStatus, user, verification};
use contracts::values::{TaskToken, Timestamp, UserId};
use kit::aws::dynamodb::{
    Item, ReturnValue, ReturnValuesOnConditionCheckFailure, Table, get_number, names, number, parse,
};

use crate::ports::{FindSignUp, MailRequest, SignUpRecord, StoreFault, TakeMail};

#[derive(Debug, Clone)]
pub struct DynamoMailRequests(pub Table);

impl FindSignUp for DynamoMailRequests {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        const ATTRIBUTES: [&str; 2] = [user::STATUS, user::WINDOW_ENDS_AT];

        let item = self.0.get(table::user_key(user), &ATTRIBUTES).await?;
        let record = |item: Item| {
            Ok(SignUpRecord {
                status: parse(&item, user::STATUS, UserStatus::from_table)?,
                window_ends_at: time(&item, user::WINDOW_ENDS_AT),
            })
        };
        item.map(record).transpose()
    }
}

impl TakeMail for DynamoMailRequests {
    async fn take(&self, user: &UserId, now: Timestamp) -> Result<MailRequest, StoreFault> {
        let update = self
            .0
            .build_update(
                table::verification_key(user),
                "SET #lastMailAt = :now REMOVE #mailGranted, #sms ADD #mailRequests :one",
            )
            .condition_expression(
                "attribute_exists(#pk) \
                 AND (attribute_not_exists(#lastMailAt) OR #lastMailAt <= :minuteAgo) \
                 AND (attribute_not_exists(#mailRequests) OR #mailRequests < :max)",
            )
            .set_expression_attribute_names(names([
                PK,
                verification::LAST_MAIL_AT,
                verification::MAIL_REQUESTS,
                verification::MAIL_GRANTED,
                verification::SMS,
            ]))
            .expression_attribute_values(":now", number(now.epoch_millis()))
            .expression_attribute_values(":minuteAgo", number(now.epoch_millis() - MAIL_PAUSE_MILLIS))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":max", number(MAX_MAIL_REQUESTS))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match self.0.send_update(update, ReturnValue::AllNew).await {
            Ok(item) => {
                let task = parse(&item, verification::TASK_TOKEN, |token| {
                    Some(TaskToken::new(token))
                })?;
                Ok(MailRequest::Taken(task))
            }
            Err(error) if error.any_condition_failed() => {
                let found = error.reasons().iter().find_map(|reason| reason.item());
                Ok(found.map_or(MailRequest::NotMailed, refused))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Why a verification allows no mail now.
fn refused(item: &Item) -> MailRequest {
    let requests = get_number(item, verification::MAIL_REQUESTS).unwrap_or(0);
    match time(item, verification::LAST_MAIL_AT) {
        Some(last) if requests < MAX_MAIL_REQUESTS => MailRequest::TooSoon { last },
        _ => MailRequest::UsedUp,
    }
}

fn time(item: &Item, name: &str) -> Option<Timestamp> {
    Timestamp::from_epoch_millis(get_number(item, name)?).ok()
}
