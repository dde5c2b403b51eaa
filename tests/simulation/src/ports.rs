//! The functions' ports, in memory.
//!
//! Each call waits for a verdict of the run: that makes every call a point where other calls interleave, where an answer can
//! be lost, and where the process can crash.

use std::future::{pending, poll_fn};
use std::task::Poll;

use contracts::values::Timestamp;
use kit::{Clock, HasClock, StoreFault};

use crate::fault::{Function, Operation};
use crate::state::{SharedState, State, Verdict};
use crate::trace::TraceEvent;

mod confirm_email;
mod create_user;
mod get_user;
mod notify_webhook;
mod set_user_status;
mod store_user_data;
mod validate_email;

/// All ports of one function.
#[derive(Debug, Clone)]
pub(crate) struct Ports {
    shared: SharedState,
    function: Function,
}

impl Ports {
    pub(crate) fn new(shared: &SharedState, function: Function) -> Self {
        Self {
            shared: shared.clone(),
            function,
        }
    }

    /// Does a step, by the run's verdict. `act` does it, and returns the result with a word for the timeline; `fault` is the
    /// result of a failed step.
    async fn step<T, E>(
        &self,
        step: Operation,
        act: impl FnOnce(&mut State) -> (Result<T, E>, &'static str),
        fault: impl FnOnce() -> E,
    ) -> Result<T, E> {
        match self.ask(step).await {
            Verdict::Do => self.act(step, act),
            Verdict::Fail => Err(fault()),
            Verdict::DoAndFail => {
                // The caller does not learn the result.
                drop(self.act(step, act));
                Err(fault())
            }
            Verdict::DoAndEnd => {
                drop(self.act(step, act));
                pending().await
            }
        }
    }

    /// A step on the table.
    async fn table<T>(
        &self,
        step: Operation,
        act: impl FnOnce(&mut State) -> (Option<T>, &'static str),
    ) -> Result<T, StoreFault> {
        let act = |state: &mut State| {
            let (answer, word) = act(state);
            (answer.ok_or_else(refused), word)
        };
        self.step(step, act, unavailable).await
    }

    fn act<T>(&self, step: Operation, act: impl FnOnce(&mut State) -> (T, &'static str)) -> T {
        let mut state = self.shared.lock();
        let sign_up = state.running.sign_up;
        let (answer, word) = act(&mut state);
        state.note(Some(sign_up), TraceEvent::Did(self.function, step, word));
        answer
    }

    async fn ask(&self, step: Operation) -> Verdict {
        let mut asked = false;
        poll_fn(|_| {
            let mut state = self.shared.lock();
            if asked {
                return state.verdict.take().map_or(Poll::Pending, Poll::Ready);
            }
            asked = true;
            state.pending_operation = Some(step);
            Poll::Pending
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

fn refused() -> StoreFault {
    StoreFault("the condition failed".into())
}
