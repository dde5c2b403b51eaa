//! Starting conditions: an existing account, and an execution without a sign-up.

use asl::Function as _;
use contracts::sign_up::SignUp as Workflow;
use contracts::table::UserStatus;
use contracts::values::{EmailAddress, UserId};
use serde_json::json;

use crate::scenario::SignUp;
use crate::state::{START, State, timestamp};
use crate::table::User;
use crate::trace::TraceEvent;

/// The id of the existing account.
const ACCOUNT: &str = "00000000000000000000000000000000";

/// An id that `create-user` never accepted.
const UNKNOWN: &str = "ffffffffffffffffffffffffffffffff";

impl State {
    /// Starts the workflow for a sign-up that is not in the table.
    #[expect(
        clippy::expect_used,
        reason = "the machine is registered and the name is free"
    )]
    pub(crate) fn start_without_sign_up(&mut self) {
        let now = self.time();
        let input = json!({"userId": UNKNOWN, "email": "nobody@example.org"});
        self.note(
            None,
            TraceEvent::Global("an execution is started by hand for a sign-up that was never accepted"),
        );
        self.machines
            .start_execution(Workflow::NAME, UNKNOWN, input, now)
            .expect("an execution for an unknown sign-up starts");
    }

    /// Adds a verified account that has the first address.
    #[expect(clippy::expect_used, reason = "the id and the address are constants")]
    pub(crate) fn add_account(&mut self) {
        let user: UserId = ACCOUNT.parse().expect("the id of the account is well formed");
        let address = SignUp::new(0).email();
        let email: EmailAddress = address.parse().expect("the first address is well formed");
        let long_ago = timestamp(START - 1_000_000);
        self.table
            .claims
            .insert(email.hash().as_str().to_owned(), user.clone());
        let record = User {
            status: UserStatus::Verified,
            fingerprint: String::new(),
            accepted_at: long_ago,
            stored_at: Some(long_ago),
            held: false,
            mailed: true,
            window_ends_at: Some(long_ago),
            ended_at: Some(long_ago),
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
