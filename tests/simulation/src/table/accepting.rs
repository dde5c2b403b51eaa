//! The table operation of `create-user`.

use std::time::Duration;

use contracts::table::UserStatus;
use create_user::{AcceptResult, Acceptance, Fingerprint};

use super::{Request, Table, User};

const KEEP_RECORD: Duration = Duration::from_hours(48);
const KEEP_REQUEST: Duration = Duration::from_hours(24);

impl Table {
    /// Accepts the sign-up, unless its idempotency key was used before; `None` if the condition fails.
    pub fn accept(&mut self, acceptance: &Acceptance) -> Option<AcceptResult> {
        let key = acceptance
            .request
            .as_ref()
            .map(|request| request.as_str().to_owned());
        if let Some(request) = key.as_ref().and_then(|key| self.requests.get(key))
            && request.expires_at > acceptance.at.epoch_seconds()
            && request.user != acceptance.user_id
        {
            return Some(AcceptResult::Before {
                user_id: request.user.clone(),
                fingerprint: Fingerprint::from_table(&request.fingerprint),
            });
        }
        let fingerprint = acceptance.fingerprint.as_str().to_owned();
        if let Some(found) = self.users.get(&acceptance.user_id)
            && !(found.status == UserStatus::Pending && found.fingerprint == fingerprint)
        {
            return None;
        }
        if let Some(key) = key {
            let request = Request {
                user: acceptance.user_id.clone(),
                fingerprint: fingerprint.clone(),
                expires_at: acceptance.at.plus(KEEP_REQUEST).epoch_seconds(),
            };
            self.requests.insert(key, request);
        }
        let record = User {
            status: UserStatus::Pending,
            fingerprint,
            accepted_at: acceptance.at,
            stored_at: None,
            held: false,
            mailed: false,
            window_ends_at: None,
            ended_at: None,
            expires_at: Some(acceptance.at.plus(KEEP_RECORD).epoch_seconds()),
            email: None,
            name: None,
            phone: None,
            locale: None,
            campaign: None,
        };
        self.users.insert(acceptance.user_id.clone(), record);
        Some(AcceptResult::New)
    }
}
