//! Finds the link that was mailed for a user.
//!
//! A mail says whom it goes to, not which sign-up it is for, and one address may have signed up several times.
//! The table knows: each link's hash points to its user.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use contracts::table::{self, PK, pointer};
use contracts::values::{Cause, LinkToken, UserId};
use kit::aws::CallFault;
use kit::aws::dynamodb::{get_string, string};
use tokio::sync::Mutex;

use crate::outbox::{Mail, Outbox};
use crate::suite::Suite;

/// The mails of the outbox, sorted by user.
#[derive(Debug)]
pub(super) struct Postbox<'a> {
    outbox: &'a Outbox,
    store: &'a Client,
    table: &'static str,
    /// What every link begins with.
    prefix: String,
    sorted: Mutex<Sorted>,
}

#[derive(Debug, Default)]
struct Sorted {
    /// The number of the last mail that is.
    last: usize,
    /// The newest link of each user.
    links: HashMap<UserId, String>,
}

impl<'a> Postbox<'a> {
    pub(super) fn new(suite: &'a Suite) -> Self {
        Self {
            outbox: suite.outbox(),
            store: suite.store(),
            table: suite.table(),
            prefix: format!("{}/verify#", suite.url()),
            sorted: Mutex::default(),
        }
    }

    /// The newest link that was mailed for the user, if there is one.
    pub(super) async fn link_for(&self, user: &UserId) -> Result<Option<String>, Cause> {
        let mut sorted = self.sorted.lock().await;
        for mail in self.outbox.after(sorted.last) {
            if let Some(link) = self.link_in(&mail)
                && let Some(user) = self.user_of(link).await?
            {
                sorted.links.insert(user, link.to_owned());
            }
            sorted.last = mail.number;
        }
        Ok(sorted.links.get(user).cloned())
    }

    fn link_in<'m>(&self, mail: &'m Mail) -> Option<&'m str> {
        let rest = mail.text.get(mail.text.find(&self.prefix)?..)?;
        rest.split_whitespace().next()
    }

    async fn user_of(&self, link: &str) -> Result<Option<UserId>, Cause> {
        let Some(token) = link
            .strip_prefix(&self.prefix)
            .and_then(|token| token.parse::<LinkToken>().ok())
        else {
            return Ok(None);
        };
        let answer = self
            .store
            .get_item()
            .table_name(self.table)
            .key(PK, string(table::link_key(&token.hash())))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| CallFault::of("GetItem", &error))?;
        let user = answer
            .item()
            .and_then(|item| get_string(item, pointer::USER_ID)?.parse().ok());
        Ok(user)
    }
}
