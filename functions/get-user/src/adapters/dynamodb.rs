//! Sign-ups in DynamoDB.

use contracts::table::{self, UserStatus, user, verification};
use contracts::values::{Timestamp, UserId};
use kit::aws::dynamodb::{Item, Table, get_bool, get_number, parse};

use crate::ports::{FindSignUp, Mails, SignUpRecord, StoreFault};

/// The attributes that are read: only those that a public response depends on.
const ATTRIBUTES: [&str; 6] = [
    user::STATUS,
    user::STORED_AT,
    user::MAILED,
    user::WINDOW_ENDS_AT,
    verification::LAST_MAIL_AT,
    verification::MAIL_REQUESTS,
];

#[derive(Debug, Clone)]
pub struct DynamoSignUps(pub Table);

impl FindSignUp for DynamoSignUps {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        let keys = [table::user_key(user), table::verification_key(user)];
        let [found, verification] = self.0.get_each(keys, &ATTRIBUTES).await?;
        found.map(|item| record(&item, verification.as_ref())).transpose()
    }
}

fn record(item: &Item, verification: Option<&Item>) -> Result<SignUpRecord, StoreFault> {
    Ok(SignUpRecord {
        status: parse(item, user::STATUS, UserStatus::from_table)?,
        stored: item.contains_key(user::STORED_AT),
        mailed: get_bool(item, user::MAILED),
        window_ends_at: time(item, user::WINDOW_ENDS_AT),
        mails: verification.and_then(mails),
    })
}

fn mails(verification: &Item) -> Option<Mails> {
    Some(Mails {
        last_at: time(verification, verification::LAST_MAIL_AT)?,
        requests: get_number(verification, verification::MAIL_REQUESTS).unwrap_or(0),
    })
}

fn time(item: &Item, name: &str) -> Option<Timestamp> {
    Timestamp::from_epoch_millis(get_number(item, name)?).ok()
}
