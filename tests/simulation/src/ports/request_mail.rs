//! The ports of `request-mail`.

use ::request_mail::{
    Asked, FindSignUp, MailRequest, MailRequests, RequestMail, SignUpRecord, StoreFault, TakeMail,
    TakeTokens, TaskFault,
};
use contracts::values::{ErrorName, ResendRequested, TaskToken, Timestamp, UserId};

use super::Ports;
use crate::fault::Operation;

impl ::request_mail::Clients for Ports {
    fn mail_requests(&self, _: String) -> impl MailRequests {
        self.clone()
    }

    fn tokens(&self, _: String) -> impl TakeTokens {
        self.clone()
    }

    fn tasks(&self) -> impl RequestMail {
        self.clone()
    }
}

impl FindSignUp for Ports {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.table(Operation::FindForMail, |state| {
            let found = state.table.find_for_mail(user);
            let word = if found.is_some() { "known" } else { "unknown" };
            (Some(found), word)
        })
        .await
    }
}

impl TakeMail for Ports {
    async fn take(&self, user: &UserId, now: Timestamp) -> Result<MailRequest, StoreFault> {
        self.table(Operation::TakeMail, |state| {
            let taken = state.table.take_mail(user, now);
            let word = match taken {
                MailRequest::Taken(_) => "taken",
                MailRequest::TooSoon { .. } => "too soon",
                MailRequest::UsedUp => "used up",
                MailRequest::NotMailed => "not mailed",
            };
            if matches!(taken, MailRequest::Taken(_)) {
                state.on_mail_taken(user);
            }
            (Some(taken), word)
        })
        .await
    }
}

impl RequestMail for Ports {
    async fn request(&self, task: &TaskToken) -> Result<Asked, TaskFault> {
        self.perform(
            Operation::RequestMail,
            |state| {
                let now = state.time();
                let token = simulator::TaskToken::from(task.expose());
                let failed = state
                    .machines
                    .send_task_failure(&token, ResendRequested::NAME, "", now);
                state.on_mail_asked(task, failed.is_ok());
                match failed {
                    Ok(()) => (Ok(Asked::Asked), "asked"),
                    Err(_) => (Ok(Asked::NotWaiting), "nothing waits"),
                }
            },
            || TaskFault::Unavailable {
                source: "as planned".into(),
            },
        )
        .await
    }
}
