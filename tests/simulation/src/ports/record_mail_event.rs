//! The ports of `record-mail-event`.

use ::record_mail_event::{EndWait, Ended, MarkSignUp, StoreFault, SuppressAddress, TaskFault};
use contracts::values::{AddressSuppressed, ErrorName, RecipientHash, TaskToken, Timestamp, UserId};

use super::Ports;
use crate::fault::Operation;

impl ::record_mail_event::Clients for Ports {
    fn suppressions(&self, _: String) -> impl SuppressAddress + MarkSignUp {
        self.clone()
    }

    fn tasks(&self) -> impl EndWait {
        self.clone()
    }
}

impl SuppressAddress for Ports {
    async fn suppress(&self, recipient: &RecipientHash, until: Timestamp) -> Result<(), StoreFault> {
        self.table(Operation::SuppressAddress, |state| {
            state.table.suppress(recipient, until);
            state.on_suppressed();
            (Some(()), "suppressed")
        })
        .await
    }
}

impl MarkSignUp for Ports {
    async fn mark(&self, user: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        self.table(Operation::MarkSignUp, |state| {
            let task = state.table.mark_suppressed(user, now);
            if task.is_some() {
                state.on_marked(user);
            }
            let word = if task.is_some() {
                "marked"
            } else {
                "confirmed or ended"
            };
            (Some(task), word)
        })
        .await
    }
}

impl EndWait for Ports {
    async fn end(&self, task: &TaskToken) -> Result<Ended, TaskFault> {
        self.perform(
            Operation::EndWait,
            |state| {
                let now = state.time();
                let token = simulator::TaskToken::from(task.expose());
                let failed = state
                    .machines
                    .send_task_failure(&token, AddressSuppressed::NAME, "", now);
                match failed {
                    Ok(()) => (Ok(Ended::Ended), "ended"),
                    Err(_) => (Ok(Ended::NotWaiting), "nothing waits"),
                }
            },
            || TaskFault::Unavailable {
                source: "as planned".into(),
            },
        )
        .await
    }
}
