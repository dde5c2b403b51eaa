//! The ports of `confirm-contact`.

use ::confirm_contact::{
    Codes, CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview,
    ReadStatus, StartConfirming, StoreFault, TakeTokens, TakeTry, TaskFault, Verifications,
};
use contracts::table::UserStatus;
use contracts::values::{ConfirmationScope, EmailConfirmed, LinkTokenHash, TaskToken, Timestamp, UserId};

use super::Ports;
use crate::fault::Operation;
use crate::world::WorkflowRequest;

impl ::confirm_contact::Clients for Ports {
    fn verifications(&self, _: String) -> impl Verifications {
        self.clone()
    }

    fn tokens(&self, _: String) -> impl TakeTokens {
        self.clone()
    }

    fn tasks(&self) -> impl CompleteTask {
        self.clone()
    }
}

impl FindLink for Ports {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        self.table(Operation::FindLink, |state| {
            let found = state.table.find_link(link);
            let word = if found.is_some() { "known" } else { "unknown" };
            (Some(found), word)
        })
        .await
    }
}

impl TakeTry for Ports {
    async fn take_try(&self, user: &UserId) -> Result<Option<Codes>, StoreFault> {
        self.table(Operation::TakeTry, |state| {
            let taken = state.table.take_try(user);
            if taken.is_some() {
                state.on_try_taken(user);
            } else {
                state.monitor.exhausted.insert(user.clone());
            }
            let word = if taken.is_some() {
                "a try is used"
            } else {
                "no try is left"
            };
            (Some(taken), word)
        })
        .await
    }
}

impl StartConfirming for Ports {
    async fn start(
        &self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        self.table(Operation::StartConfirming, |state| {
            let before = state.table.verifications.get(user).map(|found| found.state);
            let begun = state.table.begin(user, proof, scope, now);
            if let Some(confirmation) = &begun {
                state.on_confirmation(user, proof, scope, confirmation, before);
            }
            let word = match &begun {
                Some(Confirmation::Complete(_)) => "confirming",
                Some(Confirmation::Partial(_)) => "confirmed in part",
                None => "no use any more",
            };
            (Some(begun), word)
        })
        .await
    }
}

impl CompleteTask for Ports {
    async fn complete(&self, token: &TaskToken, output: &EmailConfirmed) -> Result<Completion, TaskFault> {
        let fault = || TaskFault::Unavailable {
            source: "as planned".into(),
        };
        if !self.has_step_functions() {
            let request = WorkflowRequest::Complete(token.clone(), output.clone());
            let handed_over = self.hand_over(Operation::CompleteTask, request, fault);
            return handed_over.await.map(|()| Completion::Completed);
        }
        self.perform(
            Operation::CompleteTask,
            |state| {
                let Ok(output) = serde_json::to_value(output) else {
                    let source = "the output is no JSON".into();
                    return (Err(TaskFault::Rejected { source }), "no JSON");
                };
                let now = state.time();
                let task = simulator::TaskToken::from(token.expose());
                let result = state.machines.send_task_success(&task, output, now);
                if result.is_err() {
                    return (Ok(Completion::NotWaiting), "nothing waits");
                }
                state.on_task_completed(token);
                (Ok(Completion::Completed), "completed")
            },
            fault,
        )
        .await
    }
}

impl ReadPreview for Ports {
    async fn preview(&self, user: &UserId, now: Timestamp) -> Result<Option<Preview>, StoreFault> {
        self.table(Operation::ReadPreview, |state| {
            let preview = state.table.preview(user, now);
            let word = if preview.is_some() { "shown" } else { "gone" };
            (Some(preview), word)
        })
        .await
    }
}

impl MarkSpent for Ports {
    async fn mark(&self, user: &UserId) -> Result<(), StoreFault> {
        self.table(Operation::MarkSpent, |state| {
            state.table.end_confirming(user);
            (Some(()), "spent")
        })
        .await
    }
}

impl ReadStatus for Ports {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        self.table(Operation::ReadStatus, |state| {
            let status = state.table.status(user);
            (Some(status), status.map_or("unknown", UserStatus::as_str))
        })
        .await
    }
}
