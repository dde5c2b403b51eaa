//! Sign-ups in DynamoDB.

use contracts::table::{self, UserStatus, user};
use contracts::values::{Timestamp, UserId};
use kit::aws::dynamodb::{Item, Table, get_bool, get_number, parse};

use crate::ports::{FindSignUp, SignUpRecord, StoreFault};

/// The attributes that are read: only those that a public response depends on.
const ATTRIBUTES: [&str; 4] = [user::STATUS, user::STORED_AT, user::MAILED, user::WINDOW_ENDS_AT];

#[derive(Debug, Clone)]
pub struct DynamoSignUps(pub Table);

impl FindSignUp for DynamoSignUps {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        let item = self.0.get(table::user_key(user), &ATTRIBUTES).await?;
        item.as_ref().map(record).transpose()
    }
}

fn record(item: &Item) -> Result<SignUpRecord, StoreFault> {
    let window_ends_at =
        get_number(item, user::WINDOW_ENDS_AT).and_then(|millis| Timestamp::from_epoch_millis(millis).ok());
    Ok(SignUpRecord {
        status: parse(item, user::STATUS, UserStatus::from_table)?,
        stored: item.contains_key(user::STORED_AT),
        mailed: get_bool(item, user::MAILED),
        window_ends_at,
    })
}
