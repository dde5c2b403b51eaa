//! Ports on the simulated executions, and the shared virtual clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use asl::Timestamp;
use confirm_contact::{
    Codes, CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview,
    ReadStatus, StartConfirming, StoreFault, TakeTry, TaskFault,
};
use contracts::sign_up::SignUpInput;
use contracts::table::UserStatus;
use contracts::values::{
    AddressSuppressed, ConfirmationScope, EmailConfirmed, ErrorName, LinkTokenHash, ResendRequested,
    TaskToken, UserId,
};
use create_user::{StartFault, StartSignUp};
use kit::Clock;
use record_mail_event::{EndWait, Ended};
use request_mail::{Asked, RequestMail};
use simulator::RequestError;
use simulator::virtual_time::{Handle, VirtualClock};

#[derive(Debug, Clone)]
pub(super) struct TestClock(pub(super) VirtualClock);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch_millis(self.0.now().as_millis()).unwrap()
    }
}

#[derive(Debug, Clone)]
pub(super) struct SimulatedStart {
    pub(super) executions: Handle,
    /// The name of the machine.
    pub(super) machine: String,
}

impl StartSignUp for SimulatedStart {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        let json = serde_json::to_value(input).unwrap();
        let name = input.user_id.as_str();
        match self.executions.start_execution(&self.machine, name, json) {
            Ok(_) | Err(RequestError::ExecutionAlreadyExists { .. }) => Ok(()),
            Err(error) => Err(StartFault(error.into())),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct SimulatedCallbacks(pub(super) Handle);

impl CompleteTask for SimulatedCallbacks {
    async fn complete(&self, token: &TaskToken, output: &EmailConfirmed) -> Result<Completion, TaskFault> {
        let token = simulator::TaskToken::from(token.expose());
        match self
            .0
            .send_task_success(&token, serde_json::to_value(output).unwrap())
        {
            Ok(()) => Ok(Completion::Completed),
            Err(_) => Ok(Completion::NotWaiting),
        }
    }
}

impl RequestMail for SimulatedCallbacks {
    async fn request(&self, task: &TaskToken) -> Result<Asked, request_mail::TaskFault> {
        let token = simulator::TaskToken::from(task.expose());
        match self.0.send_task_failure(&token, ResendRequested::NAME, "") {
            Ok(()) => Ok(Asked::Asked),
            Err(_) => Ok(Asked::NotWaiting),
        }
    }
}

impl EndWait for SimulatedCallbacks {
    async fn end(&self, task: &TaskToken) -> Result<Ended, record_mail_event::TaskFault> {
        let token = simulator::TaskToken::from(task.expose());
        match self.0.send_task_failure(&token, AddressSuppressed::NAME, "") {
            Ok(()) => Ok(Ended::Ended),
            Err(_) => Ok(Ended::NotWaiting),
        }
    }
}

/// A scripted crash of `ConfirmContact`'s process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crash(Arc<AtomicBool>);

impl Crash {
    /// Crashes after the task is completed, before the link is marked as spent.
    pub(crate) fn before_marking_link_spent(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// `ConfirmContact`'s store, with a scripted crash.
pub(super) struct CrashingVerifications<S> {
    pub(super) store: S,
    pub(super) crash: Crash,
}

impl<S: FindLink> FindLink for CrashingVerifications<S> {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        self.store.user_of(link).await
    }
}

impl<S: TakeTry> TakeTry for CrashingVerifications<S> {
    async fn take_try(&self, user: &UserId) -> Result<Option<Codes>, StoreFault> {
        self.store.take_try(user).await
    }
}

impl<S: StartConfirming> StartConfirming for CrashingVerifications<S> {
    async fn start(
        &self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        self.store.start(user, proof, scope, now).await
    }
}

impl<S: ReadPreview> ReadPreview for CrashingVerifications<S> {
    async fn preview(&self, user: &UserId, now: Timestamp) -> Result<Option<Preview>, StoreFault> {
        self.store.preview(user, now).await
    }
}

impl<S: MarkSpent> MarkSpent for CrashingVerifications<S> {
    async fn mark(&self, user: &UserId) -> Result<(), StoreFault> {
        assert!(!self.crash.0.swap(false, Ordering::SeqCst), "injected crash");
        self.store.mark(user).await
    }
}

impl<S: ReadStatus> ReadStatus for CrashingVerifications<S> {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        self.store.status(user).await
    }
}
