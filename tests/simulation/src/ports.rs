//! The functions' ports, in memory.
//!
//! Each call waits for a verdict of the run: that makes every call a point where other calls interleave, where a response can
//! be lost, and where the process can crash.

use std::future::{pending, poll_fn};
use std::task::Poll;

use contracts::values::Timestamp;
use kit::limit::{Bucket, Empty, TakeTokens};
use kit::{Clock, HasClock, StoreFault};

use crate::fault::{FunctionId, Operation};
use crate::state::{SharedState, State, Verdict};
use crate::trace::TraceEvent;
use crate::world::{WorkflowRequest, WorkflowService};

mod confirm_contact;
mod create_user;
mod get_user;
mod notify_webhook;
mod record_mail_event;
mod request_mail;
mod set_user_status;
mod store_user_data;
mod validate_contacts;
mod validate_email;

/// All ports of one function.
#[derive(Debug, Clone)]
pub(crate) struct Ports {
    shared: SharedState,
    function: FunctionId,
}

impl Ports {
    pub(crate) fn new(shared: &SharedState, function: FunctionId) -> Self {
        Self {
            shared: shared.clone(),
            function,
        }
    }

    /// Performs an operation, by the run's verdict. `act` returns the result with a word for the trace; `fault` is the result
    /// of a failed operation.
    async fn perform<T, E>(
        &self,
        operation: Operation,
        act: impl FnOnce(&mut State) -> (Result<T, E>, &'static str),
        fault: impl FnOnce() -> E,
    ) -> Result<T, E> {
        match self.ask(operation).await {
            Verdict::Do => self.act(operation, act),
            Verdict::Fail => Err(fault()),
            Verdict::DoAndFail => {
                // The caller does not learn the result.
                drop(self.act(operation, act));
                Err(fault())
            }
            Verdict::DoAndEnd => {
                drop(self.act(operation, act));
                pending().await
            }
        }
    }

    /// Leaves a request for whoever drives a world without Step Functions, to be taken before the verdict.
    async fn hand_over<E>(
        &self,
        operation: Operation,
        request: WorkflowRequest,
        fault: impl FnOnce() -> E,
    ) -> Result<(), E> {
        self.shared.lock().workflow_service = WorkflowService::Driver(Some(request));
        self.perform(operation, |_| (Ok(()), "handed over"), fault).await
    }

    fn has_step_functions(&self) -> bool {
        matches!(
            self.shared.lock().workflow_service,
            WorkflowService::StepFunctions
        )
    }

    /// An operation on the table.
    async fn table<T>(
        &self,
        operation: Operation,
        act: impl FnOnce(&mut State) -> (Option<T>, &'static str),
    ) -> Result<T, StoreFault> {
        let act = |state: &mut State| {
            let (result, word) = act(state);
            (result.ok_or_else(condition_failed), word)
        };
        self.perform(operation, act, unavailable).await
    }

    fn act<T>(&self, operation: Operation, act: impl FnOnce(&mut State) -> (T, &'static str)) -> T {
        let mut state = self.shared.lock();
        let sign_up = state.running.sign_up;
        let (result, word) = act(&mut state);
        state.note(Some(sign_up), TraceEvent::Did(self.function, operation, word));
        result
    }

    async fn ask(&self, operation: Operation) -> Verdict {
        let mut asked = false;
        poll_fn(|_| {
            let mut state = self.shared.lock();
            if asked {
                return state.verdict.take().map_or(Poll::Pending, Poll::Ready);
            }
            asked = true;
            state.pending_operation = Some(operation);
            Poll::Pending
        })
        .await
    }
}

impl TakeTokens for Ports {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        self.table(Operation::TakeToken, |state| {
            let taken = state.table.take(bucket, now);
            if taken.is_ok() {
                state.on_token_taken(bucket.limit(), now);
            }
            let word = if taken.is_ok() { "taken" } else { "empty" };
            (Some(taken), word)
        })
        .await
    }
}

impl HasClock for Ports {
    fn clock(&self) -> impl Clock {
        self.clone()
    }
}

impl Clock for Ports {
    fn now(&self) -> Timestamp {
        self.shared.lock().time_of(self.function)
    }
}

fn unavailable() -> StoreFault {
    StoreFault("as planned".into())
}

fn condition_failed() -> StoreFault {
    StoreFault("the condition failed".into())
}
