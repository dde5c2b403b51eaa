//! The ports that lead to the executions, and the clock that all share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use asl::{Function, Timestamp};
use confirm_email::{
    BeginConfirming, CompleteTask, Completion, DynamoVerifications, EndConfirming, FindVerification,
    ReadStatus, StoreFault, TaskFault,
};
use contracts::sign_up::{SignUp, SignUpInput};
use contracts::table::UserStatus;
use contracts::values::{EmailConfirmed, LinkTokenHash, TaskToken, UserId};
use create_user::{StartFault, StartSignUp};
use kit::Clock;
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
pub(super) struct Starts(pub(super) Handle);

impl StartSignUp for Starts {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        let json = serde_json::to_value(input).unwrap();
        match self.0.start_execution(SignUp::NAME, input.user_id.as_str(), json) {
            Ok(_) | Err(RequestError::ExecutionAlreadyExists { .. }) => Ok(()),
            Err(error) => Err(StartFault(error.into())),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Completions(pub(super) Handle);

impl CompleteTask for Completions {
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

/// The store of the function that confirms, which can be told to take the process down before a verification is closed.
#[derive(Debug, Clone)]
pub(crate) struct Crashing {
    store: DynamoVerifications,
    at_end: Arc<AtomicBool>,
}

impl Crashing {
    pub(super) fn new(store: DynamoVerifications) -> Self {
        Self {
            store,
            at_end: Arc::default(),
        }
    }

    /// The next time that a verification is to be closed, the process dies instead.
    pub(crate) fn once_before_the_end(&self) {
        self.at_end.store(true, Ordering::SeqCst);
    }
}

impl FindVerification for Crashing {
    async fn find(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        self.store.find(link).await
    }
}

impl BeginConfirming for Crashing {
    async fn begin(&self, user: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        self.store.begin(user, now).await
    }
}

impl EndConfirming for Crashing {
    async fn end(&self, user: &UserId) -> Result<(), StoreFault> {
        assert!(!self.at_end.swap(false, Ordering::SeqCst), "told to crash");
        self.store.end(user).await
    }
}

impl ReadStatus for Crashing {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        self.store.status(user).await
    }
}
