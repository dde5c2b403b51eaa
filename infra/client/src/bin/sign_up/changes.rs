//! Polling of a sign-up's status.

use std::collections::BTreeSet;
use std::time::Duration;

use client::{Client, ClientError, Contact, Status, Steps, User, UserId};
use tokio::time::sleep;

/// The first and the maximum interval between two polls. It doubles until there is a change.
const INTERVALS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(4));

/// The changes of a sign-up.
pub(crate) struct Changes<'a> {
    client: &'a Client,
    id: &'a UserId,
    last: Option<(Status, Steps, BTreeSet<Contact>)>,
    interval: Duration,
}

impl<'a> Changes<'a> {
    pub(crate) fn new(client: &'a Client, id: &'a UserId) -> Self {
        Self {
            client,
            id,
            last: None,
            interval: INTERVALS.0,
        }
    }

    /// The sign-up now, and then once it has changed. Can be cancelled.
    pub(crate) async fn next(&mut self) -> Result<User, ClientError> {
        loop {
            if self.last.is_some() {
                sleep(self.interval).await;
            }
            let user = self.client.user(self.id).await?;
            let state = Some((user.status, user.steps, user.unconfirmed.clone()));
            if self.last != state {
                self.last = state;
                self.interval = INTERVALS.0;
                return Ok(user);
            }
            self.interval = (self.interval * 2).min(INTERVALS.1);
        }
    }

    /// Polls at short intervals again: something has happened.
    pub(crate) fn hurry(&mut self) {
        self.interval = INTERVALS.0;
    }
}
