//! The marks of text messages in DynamoDB.

use contracts::table::{self, SmsState, VerificationState, verification};
use contracts::values::{ConfirmationScope, Contact, Timestamp, UserId};
use kit::aws::dynamodb::{
    CancellationReason, InTransaction, Item, ReturnValue, ReturnValuesOnConditionCheckFailure, Table,
    UpdateBuilder, condition_failed, get_string, get_strings, names, number, string, strings,
};
use kit::limit::{Bucket, Level};

use crate::ports::{Claim, ClaimSms, DropPhone, Dropped, ReturnSms, StoreFault};

/// How often a write is tried while others write the same items in between.
const ATTEMPTS: usize = 4;

/// The marks of text messages in this table.
#[derive(Debug, Clone)]
pub struct DynamoSms(pub Table);

impl DynamoSms {
    /// Marks the newest text message of the sign-up as this, if it is that.
    fn mark_update(&self, user: &UserId, mark: SmsState, condition: &str) -> UpdateBuilder {
        self.0
            .build_update(table::verification_key(user), "SET #sms = :mark")
            .condition_expression(condition)
            .expression_attribute_names("#sms", verification::SMS)
            .expression_attribute_values(":mark", string(mark.as_str()))
    }

    /// The same, if the phone is to be confirmed and a code works that could be sent.
    fn sent_update(&self, user: &UserId, condition: &str) -> UpdateBuilder {
        let wanted = format!("#state = :open AND contains(#unconfirmed, :phone) AND {condition}");
        self.mark_update(user, SmsState::Sent, &wanted)
            .expression_attribute_names("#state", verification::STATE)
            .expression_attribute_names("#unconfirmed", verification::UNCONFIRMED)
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":phone", string(Contact::Phone.as_str()))
    }

    /// Claims a message that was given back, unless another call did.
    async fn claim_again(&self, user: &UserId) -> Result<Claim, StoreFault> {
        let update = self
            .sent_update(user, "#sms = :unsent")
            .expression_attribute_values(":unsent", string(SmsState::Unsent.as_str()));
        Ok(if self.0.try_update(update).await? {
            Claim::Claimed
        } else {
            Claim::NotNeeded
        })
    }
}

impl ClaimSms for DynamoSms {
    async fn claim(&self, user: &UserId, buckets: &[Bucket; 2], now: Timestamp) -> Result<Claim, StoreFault> {
        let [number, range] = buckets;
        let mut levels = [Level::Full; 2];
        for _ in 0..ATTEMPTS {
            let [of_number, of_range] = levels;
            let mark = self
                .sent_update(user, "attribute_not_exists(#sms)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
            let writes = [
                number.take_update(&self.0, of_number, now).in_transaction(),
                range.take_update(&self.0, of_range, now).in_transaction(),
                mark.in_transaction(),
            ];
            let Err(error) = self.0.transact(writes).await else {
                return Ok(Claim::Claimed);
            };
            let [tokens @ .., mark] = error.reasons() else {
                return Err(error.into());
            };
            if condition_failed(mark) {
                return if is_unsent(mark) {
                    self.claim_again(user).await
                } else {
                    Ok(Claim::NotNeeded)
                };
            }
            if !tokens.iter().any(condition_failed) {
                return Err(error.into());
            }
            for (index, ((token, bucket), level)) in tokens.iter().zip(buckets).zip(&mut levels).enumerate() {
                if condition_failed(token) {
                    match bucket.level(token.item(), now) {
                        Ok(found) => *level = found,
                        Err(_) => return Ok(Claim::UsedUp(index)),
                    }
                }
            }
        }
        Err(StoreFault(
            "other sign-ups text the same numbers at the same time".into(),
        ))
    }
}

fn is_unsent(mark: &CancellationReason) -> bool {
    let state = mark.item().and_then(|item| get_string(item, verification::SMS));
    state == Some(SmsState::Unsent.as_str())
}

impl ReturnSms for DynamoSms {
    async fn give_back(&self, user: &UserId) -> Result<(), StoreFault> {
        let update = self
            .mark_update(user, SmsState::Unsent, "#sms = :sent")
            .expression_attribute_values(":sent", string(SmsState::Sent.as_str()));
        // If the condition fails, another message was asked for meanwhile, which is not sent yet.
        self.0.try_update(update).await.map(drop)
    }
}

impl DropPhone for DynamoSms {
    async fn drop_phone(&self, user: &UserId, now: Timestamp) -> Result<Dropped, StoreFault> {
        let key = || table::verification_key(user);
        let both = || strings([Contact::Email.as_str(), Contact::Phone.as_str()]);
        let phone = || strings([Contact::Phone.as_str()]);
        let drop = self
            .0
            .build_update(key(), "DELETE #unconfirmed :phone")
            .condition_expression("#unconfirmed = :both")
            .set_expression_attribute_names(names([verification::UNCONFIRMED]))
            .expression_attribute_values(":phone", phone())
            .expression_attribute_values(":both", both())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let error = match self.0.send_update(drop, ReturnValue::None).await {
            Ok(_) => return Ok(Dropped::Unconfirmed),
            Err(error) if error.any_condition_failed() => error,
            Err(error) => return Err(error.into()),
        };
        let mut items = error.reasons().iter().filter_map(|reason| reason.item());
        if !items.any(phone_is_last) {
            return Ok(Dropped::Unconfirmed);
        }
        // The address is confirmed: without the phone, everything is. If the condition fails, the sign-up is over, or somebody else
        // completes it.
        let confirm = self
            .0
            .build_update(
                key(),
                "SET #state = :confirming, #confirmedAt = if_not_exists(#confirmedAt, :now), \
                 #scope = if_not_exists(#scope, :all)",
            )
            .condition_expression("#state = :open AND #windowEndsAt > :now AND #unconfirmed = :phone")
            .set_expression_attribute_names(names([
                verification::STATE,
                verification::CONFIRMED_AT,
                verification::SCOPE,
                verification::WINDOW_ENDS_AT,
                verification::UNCONFIRMED,
            ]))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(":all", string(ConfirmationScope::All.as_str()))
            .expression_attribute_values(":now", number(now.epoch_millis()))
            .expression_attribute_values(":phone", phone());
        Ok(if self.0.try_update(confirm).await? {
            Dropped::Confirmed
        } else {
            Dropped::Unconfirmed
        })
    }
}

fn phone_is_last(item: &Item) -> bool {
    let left = table::unconfirmed(get_strings(item, verification::UNCONFIRMED));
    left.into_iter().eq([Contact::Phone])
}
