//! Verifications in DynamoDB.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use contracts::table::{
    self, MAX_CODE_TRIES, NEWEST_CODES, PK, UserStatus, VerificationState, reference, user, verification,
};
use contracts::values::{
    CodeHash, ConfirmationScope, Contact, EmailConfirmed, LinkTokenHash, TaskToken, Timestamp, UserId,
};
use kit::aws::dynamodb::{
    AttributeValue, Item, ReturnValue, ReturnValuesOnConditionCheckFailure, Table, UpdateBuilder, get_number,
    get_string, get_strings, names, number, parse, require, string, strings,
};

use crate::ports::{
    Codes, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview, ReadStatus, StartConfirming,
    StartedConfirmation, StoreFault, TakeTry,
};

#[derive(Debug, Clone)]
pub struct DynamoVerifications(pub Table);

/// How often a confirmation is tried while other contacts of the sign-up are confirmed in between.
const ATTEMPTS: usize = 4;

impl DynamoVerifications {
    /// Sets the state to `confirming` and records what is confirmed, if no other contact is to be confirmed: the address alone
    /// needs none.
    fn confirming_update(
        &self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> UpdateBuilder {
        // TTL deletion is delayed, so the condition checks the window itself. A confirmation that started in time may finish after
        // the window.
        const OPEN: &str = "#state = :open AND #windowEndsAt > :now";
        const NO_OTHER: &str = "(attribute_not_exists(#unconfirmed) OR #unconfirmed = :contact)";
        const SET: &str = "SET #state = :confirming, #confirmedAt = if_not_exists(#confirmedAt, :now), \
                           #scope = if_not_exists(#scope, :scope)";

        let attributes = [
            verification::STATE,
            verification::CONFIRMED_AT,
            verification::SCOPE,
            verification::WINDOW_ENDS_AT,
        ];
        let update = self.update(user, proof, SET, attributes, now);
        let update = update
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(":scope", string(scope.as_str()));
        match scope {
            ConfirmationScope::All => update
                .condition_expression(format!("({OPEN} AND {NO_OTHER}) OR #state = :confirming"))
                .expression_attribute_names("#unconfirmed", verification::UNCONFIRMED)
                .expression_attribute_values(":contact", contact(proof)),
            ConfirmationScope::Address => {
                update.condition_expression(format!("({OPEN}) OR #state = :confirming"))
            }
        }
    }

    /// Removes the contact from those that are to be confirmed, if they still are these.
    fn partial_update(
        &self,
        user: &UserId,
        proof: Proof,
        seen: &BTreeSet<Contact>,
        now: Timestamp,
    ) -> UpdateBuilder {
        let attributes = [
            verification::STATE,
            verification::UNCONFIRMED,
            verification::WINDOW_ENDS_AT,
        ];
        self.update(user, proof, "DELETE #unconfirmed :contact", attributes, now)
            .condition_expression("#state = :open AND #windowEndsAt > :now AND #unconfirmed = :seen")
            .expression_attribute_values(":contact", contact(proof))
            .expression_attribute_values(":seen", strings(seen.iter().map(|contact| contact.as_str())))
    }

    /// An update of an open verification, which gives the try of a code back.
    fn update<const N: usize>(
        &self,
        user: &UserId,
        proof: Proof,
        expression: &str,
        attributes: [&'static str; N],
        now: Timestamp,
    ) -> UpdateBuilder {
        let key = table::verification_key(user);
        let update = match proof {
            Proof::Link => self
                .0
                .build_update(key, expression)
                .set_expression_attribute_names(names(attributes)),
            Proof::Code(_) => self
                .0
                .build_update(key, format!("{expression} ADD #codeTries :minusOne"))
                .set_expression_attribute_names(names(
                    attributes.into_iter().chain([verification::CODE_TRIES]),
                ))
                .expression_attribute_values(":minusOne", number(-1)),
        };
        update
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":now", number(now.epoch_millis()))
    }
}

/// The set of the proven contact.
fn contact(proof: Proof) -> AttributeValue {
    strings([proof.contact().as_str()])
}

impl FindLink for DynamoVerifications {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let item = self.0.get(table::link_key(link), &[reference::USER_ID]).await?;
        item.map(|item| parse(&item, reference::USER_ID, |id| id.parse().ok()))
            .transpose()
    }
}

impl TakeTry for DynamoVerifications {
    async fn take_try(&self, user: &UserId) -> Result<Option<Codes>, StoreFault> {
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
            Ok(item) => Ok(Some(Codes {
                email: newest(&item, verification::CODES),
                phone: newest(&item, verification::PHONE_CODES),
            })),
            Err(error) if error.any_condition_failed() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The codes that are compared: those of the newest attempts, so that the chance of a guess has a bound.
fn newest(item: &Item, name: &str) -> Vec<CodeHash> {
    let entries = get_strings(item, name).into_iter().flatten();
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
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        for _ in 0..ATTEMPTS {
            let update = self
                .confirming_update(user, proof, scope, now)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
            // The item has the newest task token: each attempt of the task has its own.
            let error = match self.0.send_update(update, ReturnValue::AllNew).await {
                Ok(item) => return started(&item).map(|started| Some(Confirmation::Complete(started))),
                Err(error) => error,
            };
            if !error.any_condition_failed() {
                return Err(error.into());
            }
            let found = error.reasons().iter().find_map(|reason| reason.item());
            let Some(found) = found.filter(|item| is_open(item, now)) else {
                return Ok(None);
            };
            let seen = table::unconfirmed(get_strings(found, verification::UNCONFIRMED));
            if self
                .0
                .try_update(self.partial_update(user, proof, &seen, now))
                .await?
            {
                let left = seen.into_iter().filter(|contact| *contact != proof.contact());
                return Ok(Some(Confirmation::Partial(left.collect())));
            }
        }
        Err(StoreFault(
            "other contacts of the sign-up are confirmed at the same time".into(),
        ))
    }
}

/// Whether links and codes of the verification work, and none has completed it.
fn is_open(item: &Item, now: Timestamp) -> bool {
    get_string(item, verification::STATE) == Some(VerificationState::Open.as_str())
        && time(item, verification::WINDOW_ENDS_AT).is_ok_and(|end| end > now)
}

fn started(item: &Item) -> Result<StartedConfirmation, StoreFault> {
    let task = parse(item, verification::TASK_TOKEN, |token| {
        Some(TaskToken::new(token))
    })?;
    let confirmed_at = time(item, verification::CONFIRMED_AT)?;
    let scope = parse(item, verification::SCOPE, |scope| scope.parse().ok())?;
    let output = EmailConfirmed {
        confirmed_at,
        scope: Some(scope),
    };
    Ok(StartedConfirmation { task, output })
}

fn time(item: &Item, name: &'static str) -> Result<Timestamp, StoreFault> {
    let time = get_number(item, name).and_then(|millis| Timestamp::from_epoch_millis(millis).ok());
    require(time, name)
}

impl ReadPreview for DynamoVerifications {
    async fn preview(&self, user: &UserId, now: Timestamp) -> Result<Option<Preview>, StoreFault> {
        const OF_USER: [&str; 4] = [user::STATUS, user::ACCEPTED_AT, user::NAME, user::PHONE];
        const OF_VERIFICATION: [&str; 2] = [verification::STATE, verification::WINDOW_ENDS_AT];

        let sign_up = self.0.get(table::user_key(user), &OF_USER).await?;
        let verification = self
            .0
            .get(table::verification_key(user), &OF_VERIFICATION)
            .await?;
        let (Some(sign_up), Some(verification)) = (sign_up, verification) else {
            return Ok(None);
        };
        let awaiting =
            parse(&sign_up, user::STATUS, UserStatus::from_table)? == UserStatus::AwaitingVerification;
        let state = get_string(&verification, verification::STATE);
        let works = match state {
            Some(state) if state == VerificationState::Open.as_str() => {
                time(&verification, verification::WINDOW_ENDS_AT)? > now
            }
            Some(state) => state == VerificationState::Confirming.as_str(),
            None => false,
        };
        if !(awaiting && works) {
            return Ok(None);
        }
        let text = |name| get_string(&sign_up, name);
        Ok(Some(Preview {
            requested_at: time(&sign_up, user::ACCEPTED_AT)?,
            name: text(user::NAME).and_then(|name| name.parse().ok()),
            phone: text(user::PHONE).and_then(|phone| phone.parse().ok()),
        }))
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
