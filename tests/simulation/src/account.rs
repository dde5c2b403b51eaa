//! Who is there without having signed up: an account from before the run, and a workflow that nobody has asked for.

use asl::Function as _;
use contracts::sign_up::SignUp as Workflow;
use contracts::table::UserStatus;
use contracts::values::{EmailAddress, UserId};
use serde_json::json;

use crate::inner::{Inner, START, timestamp};
use crate::journal::What;
use crate::plan::SignUp;
use crate::table::User;

/// The account's id.
const ID: &str = "00000000000000000000000000000000";

/// The id that nobody has accepted.
const UNKNOWN: &str = "ffffffffffffffffffffffffffffffff";

impl Inner {
    /// Starts the workflow for a sign-up that is not recorded.
    pub(crate) fn start_unknown(&mut self) {
        let now = self.time();
        let input = json!({"userId": UNKNOWN, "email": "nobody@example.org"});
        self.note(
            None,
            What::Everybody("a sign-up that nobody has accepted is started by hand"),
        );
        // Its name is taken by nobody else.
        let _ = self.machines.start_execution(Workflow::NAME, UNKNOWN, input, now);
    }

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
