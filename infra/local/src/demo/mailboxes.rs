//! The tokens of the links that were mailed to each user.
//!
//! A mail names its recipient, not its sign-up, and one address may have several sign-ups. The table has an item for
//! each link, whose key is the hash of the link's token, and which refers to the user.

use std::collections::HashMap;

use contracts::table::{self, reference};
use contracts::values::{Cause, LinkToken, UserId};
use kit::aws::dynamodb::get_string;
use tokio::sync::Mutex;

use super::item;
use crate::outbox::Mail;
use crate::server::LocalServer;

#[derive(Debug)]
pub(super) struct Mailboxes<'a> {
    server: &'a LocalServer,
    /// The part of a link before its token.
    prefix: String,
    sorted: Mutex<Sorted>,
}

#[derive(Debug, Default)]
struct Sorted {
    /// The number of the newest sorted mail.
    last: usize,
    /// The token of the newest link of each user.
    tokens: HashMap<UserId, LinkToken>,
}

impl<'a> Mailboxes<'a> {
    pub(super) fn new(server: &'a LocalServer) -> Self {
        Self {
            server,
            prefix: format!("{}/verify#", server.url()),
            sorted: Mutex::default(),
        }
    }

    /// The token of the newest link that was mailed for the user, if there is one.
    pub(super) async fn token_for(&self, user: &UserId) -> Result<Option<LinkToken>, Cause> {
        let mut sorted = self.sorted.lock().await;
        for mail in self.server.outbox().after(sorted.last) {
            if let Some(token) = self.token_in(&mail)
                && let Some(user) = self.user_of(&token).await?
            {
                sorted.tokens.insert(user, token);
            }
            sorted.last = mail.number;
        }
        Ok(sorted.tokens.get(user).cloned())
    }

    fn token_in(&self, mail: &Mail) -> Option<LinkToken> {
        let (_, rest) = mail.text.split_once(&self.prefix)?;
        rest.split_whitespace().next()?.parse().ok()
    }

    async fn user_of(&self, token: &LinkToken) -> Result<Option<UserId>, Cause> {
        let item = item(self.server, table::link_key(&token.hash())).await?;
        Ok(item.and_then(|item| get_string(&item, reference::USER_ID)?.parse().ok()))
    }
}
