//! The ports of `confirm-contact` on the table in memory, which count the sign-ups that are confirmed.

use std::sync::{Arc, Mutex, MutexGuard};

use confirm_contact::{
    Clients, Codes, CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview,
    ReadStatus, StartConfirming, StoreFault, TakeTokens, TakeTry, TaskFault, Verifications,
};
use contracts::table::UserStatus;
use contracts::values::{ConfirmationScope, EmailConfirmed, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::limit::{Bucket, Empty};
use kit::{Clock, HasClock};
use simulation::Table;

#[derive(Debug, Clone)]
pub(crate) struct Memory(Arc<Mutex<Contents>>);

#[derive(Debug)]
pub(crate) struct Contents {
    /// The sign-up that is guessed at.
    pub(crate) table: Table,
    /// The buckets of the sources.
    limits: Table,
    pub(crate) now: Timestamp,
    /// How many codes were compared.
    pub(crate) compared: u64,
    /// How many tasks were completed.
    pub(crate) completed: u64,
}

impl Memory {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Contents {
            table: Table::default(),
            limits: Table::default(),
            now,
            compared: 0,
            completed: 0,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap()
    }
}

impl Clients for Memory {
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

impl HasClock for Memory {
    fn clock(&self) -> impl Clock {
        self.clone()
    }
}

impl Clock for Memory {
    fn now(&self) -> Timestamp {
        self.lock().now
    }
}

impl TakeTokens for Memory {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        Ok(self.lock().limits.take(bucket, now))
    }
}

impl FindLink for Memory {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        Ok(self.lock().table.find_link(link))
    }
}

impl ReadPreview for Memory {
    async fn preview(&self, user: &UserId, now: Timestamp) -> Result<Option<Preview>, StoreFault> {
        Ok(self.lock().table.preview(user, now))
    }
}

impl TakeTry for Memory {
    async fn take_try(&self, user: &UserId) -> Result<Option<Codes>, StoreFault> {
        let mut contents = self.lock();
        let codes = contents.table.take_try(user);
        contents.compared += u64::from(codes.is_some());
        Ok(codes)
    }
}

impl StartConfirming for Memory {
    async fn start(
        &self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        Ok(self.lock().table.begin(user, proof, scope, now))
    }
}

impl CompleteTask for Memory {
    async fn complete(&self, _: &TaskToken, _: &EmailConfirmed) -> Result<Completion, TaskFault> {
        self.lock().completed += 1;
        Ok(Completion::Completed)
    }
}

impl MarkSpent for Memory {
    async fn mark(&self, user: &UserId) -> Result<(), StoreFault> {
        self.lock().table.end_confirming(user);
        Ok(())
    }
}

impl ReadStatus for Memory {
    async fn status(&self, user: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        Ok(self.lock().table.status(user))
    }
}
