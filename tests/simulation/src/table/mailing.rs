//! The table operations of `request-mail`.

use contracts::table::{MAIL_PAUSE_MILLIS, MAX_MAIL_REQUESTS};
use contracts::values::{Timestamp, UserId};
use request_mail::{MailRequest, SignUpRecord};

use super::Table;

impl Table {
    /// What the public status of the user's sign-up depends on.
    pub fn find_for_mail(&self, user: &UserId) -> Option<SignUpRecord> {
        self.users.get(user).map(|user| SignUpRecord {
            status: user.status,
            window_ends_at: user.window_ends_at,
        })
    }

    /// Uses up one of the user's mails, unless the last one is too fresh or none is left.
    pub fn take_mail(&mut self, user: &UserId, now: Timestamp) -> MailRequest {
        let Some(found) = self.verifications.get_mut(user) else {
            return MailRequest::NotMailed;
        };
        let requests = found.mail_requests.unwrap_or(0);
        if requests >= MAX_MAIL_REQUESTS {
            return MailRequest::UsedUp;
        }
        if found.last_mail_at.epoch_millis() > now.epoch_millis() - MAIL_PAUSE_MILLIS {
            return MailRequest::TooSoon {
                last: found.last_mail_at,
            };
        }
        found.last_mail_at = now;
        found.mail_granted = false;
        found.sms = None;
        found.mail_requests = Some(requests + 1);
        MailRequest::Taken(found.task_token.clone())
    }
}
