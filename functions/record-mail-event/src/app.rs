//! The use case, generic over its ports.

use contracts::values::{Cause, UserId};
use kit::{Clock, QueueFunction};

use crate::event::MailEvent;
use crate::ports::{EndWait, Ended, MarkSignUp, StoreFault, SuppressAddress, TaskFault};

/// Ends sign-ups whose mails bounce, and suppresses further mails.
#[derive(Debug)]
pub struct App<S, T, C> {
    store: S,
    tasks: T,
    clock: C,
}

impl<S, T, C> App<S, T, C> {
    pub fn new(store: S, tasks: T, clock: C) -> Self {
        Self { store, tasks, clock }
    }
}

/// The event is not recorded yet.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("the store cannot be used right now")]
    StoreUnavailable(#[source] Cause),
    #[error("the workflow cannot be reached right now")]
    WorkflowUnavailable(#[source] Cause),
}

impl<S, T, C> QueueFunction for App<S, T, C>
where
    S: SuppressAddress + MarkSignUp,
    T: EndWait,
    C: Clock,
{
    type Message = MailEvent;
    type Error = RecordError;

    /// Events come late, twice, or not at all, so each step is safe to repeat, and none needs another event.
    async fn handle(&self, event: MailEvent) -> Result<(), RecordError> {
        let Some(mail) = event.tags.mail() else {
            tracing::info!("the mail is none of a sign-up");
            return Ok(());
        };
        let now = self.clock.now();
        // First, so that nothing is mailed any more, whatever becomes of the rest.
        if let Some(recipient) = event.tags.recipient() {
            let until = now.plus(event.event.suppression());
            let suppressed = self.store.suppress(&recipient, until).await;
            suppressed.map_err(unavailable)?;
        }
        let user = mail.user();
        let marked = self.store.mark(user, now).await;
        let Some(task) = marked.map_err(unavailable)? else {
            tracing::info!(%user, event = ?event.event, "recorded after the end of the sign-up");
            return Ok(());
        };
        ended(user, self.tasks.end(&task).await, &event)
    }
}

fn ended(user: &UserId, ended: Result<Ended, TaskFault>, event: &MailEvent) -> Result<(), RecordError> {
    match ended {
        Ok(ended) => {
            tracing::info!(%user, event = ?event.event, ?ended, "recorded");
            Ok(())
        }
        Err(TaskFault::Unavailable { source }) => Err(RecordError::WorkflowUnavailable(source)),
        // Another try would be rejected as well. The mark stays.
        Err(fault @ TaskFault::Rejected { .. }) => {
            tracing::error!(%user, error = kit::chain(&fault), "SendTaskFailure was rejected permanently");
            Ok(())
        }
    }
}

fn unavailable(StoreFault(source): StoreFault) -> RecordError {
    RecordError::StoreUnavailable(source)
}
