//! An account from before the run.

use contracts::table::UserStatus;
use contracts::values::{EmailAddress, UserId};

use crate::inner::{Inner, START, timestamp};
use crate::plan::SignUp;
use crate::table::User;

/// Its id.
const ID: &str = "00000000000000000000000000000000";

impl Inner {
    /// Gives the first address to somebody.
    pub(crate) fn add_account(&mut self) {
        let address = SignUp::new(0).email().parse::<EmailAddress>();
        let (Ok(user), Ok(email)) = (ID.parse::<UserId>(), address) else {
            return;
        };
        let long_ago = Some(timestamp(START - 1_000_000));
        self.table
            .claims
            .insert(email.key().as_str().to_owned(), user.clone());
        let record = User {
            status: UserStatus::Verified,
            fingerprint: String::new(),
            accepted_at: timestamp(START - 1_000_000),
            stored_at: long_ago,
            held: false,
            mailed: true,
            window_ends_at: long_ago,
            ended_at: long_ago,
            expires_at: None,
            email: Some(email),
            name: None,
            phone: None,
            locale: None,
            campaign: None,
        };
        self.table.users.insert(user, record);
    }
}
