//! What a composition needs of what it runs on: the modelled cloud, or AWS.

use std::cell::RefCell;
use std::future::Future;

use contracts::values::Timestamp;
use kit::Failure;
use serde_json::Value;
use simulation::WorkflowRequest;

use crate::clock::{MILLISECOND, Micros};

/// The result of an invocation.
pub type Output = Result<Value, Failure>;

/// The pauses before a function calls another again.
const CALL_PAUSES: [Micros; 2] = [100 * MILLISECOND, 200 * MILLISECOND];

/// A queue with its consumer and a dead-letter queue.
#[derive(Debug)]
pub struct Queue {
    pub name: &'static str,
    /// The function that is invoked with each message, as `{"message": …}`.
    pub consumer: &'static str,
    /// How long a message stays invisible after its consumer took it, and failed.
    pub visibility_timeout: Micros,
}

/// A topic with the queues that are subscribed to it.
#[derive(Debug)]
pub struct Topic {
    pub name: &'static str,
    pub subscribers: &'static [&'static Queue],
}

/// The platform, as code outside of functions sees it.
pub trait Platform: Clone + 'static {
    /// A request to the HTTP API: a function answers it.
    fn request(&self, name: &'static str, event: Value) -> impl Future<Output = Output>;

    /// A function is invoked by code on the person's device.
    fn call_from_client(&self, name: &'static str, event: Value) -> impl Future<Output = Output>;

    /// Runs work beside what the caller does.
    fn spawn(&self, work: impl Future<Output = ()> + 'static);

    /// The time as the functions see it.
    fn timestamp(&self) -> Timestamp;

    /// Waits, without a bill.
    fn sleep(&self, time: Micros) -> impl Future<Output = ()>;
}

/// A deployed function that runs: its own handler, and what the platform offers to the code around it.
pub trait RunningFunction: 'static {
    type Platform: Platform;

    fn name(&self) -> &'static str;

    fn platform(&self) -> &Self::Platform;

    /// What the handler asked of a workflow, if [`Composition::hand_over`](crate::Composition::hand_over) left it for the
    /// function's caller.
    fn left(&self) -> &RefCell<Option<WorkflowRequest>>;

    /// Runs the function's own handler, which knows nothing of the composition.
    fn own_handler(&self, event: Value) -> impl Future<Output = Output>;

    /// Calls another function and waits for its response: this is what is billed twice.
    fn call(&self, name: &'static str, event: Value) -> impl Future<Output = Output>;

    /// Leaves an event to Lambda, which invokes another function with it.
    fn leave_event(&self, name: &'static str, event: Value) -> impl Future<Output = Result<(), Failure>>;

    /// Sends a message to a queue.
    fn send(&self, queue: &'static Queue, message: Value) -> impl Future<Output = Result<(), Failure>>;

    /// Publishes a message to a topic.
    fn publish(&self, topic: &'static Topic, message: Value) -> impl Future<Output = Result<(), Failure>>;

    /// Calls another function, again if the failure may pass.
    fn call_persistently(&self, name: &'static str, event: Value) -> impl Future<Output = Output> {
        async move {
            for pause in CALL_PAUSES {
                match self.call(name, event.clone()).await {
                    Err(failure) if is_transient(&failure.name) => self.platform().sleep(pause).await,
                    result => return result,
                }
            }
            self.call(name, event).await
        }
    }
}

/// The error of an invocation whose process ended.
pub const CRASHED: &str = "Runtime.ExitError";

/// Whether a failure may pass.
pub(crate) fn is_transient(name: &str) -> bool {
    name.ends_with("Unavailable") || name == CRASHED
}

/// The status of a function's response; 502 if it failed, as API Gateway answers then.
pub fn status(response: &Output) -> u64 {
    const BAD_GATEWAY: u64 = 502;

    let status = response
        .as_ref()
        .ok()
        .and_then(|response| response.get("statusCode"));
    status.and_then(Value::as_u64).unwrap_or(BAD_GATEWAY)
}
