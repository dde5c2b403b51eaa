//! Invocations of functions, with their bill.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{AbortHandle, Abortable};
use kit::Failure;
use serde_json::Value;
use simulation::{FunctionId, Operation, Step, Verdict, WorkflowRequest};

use super::{CallingFunction, Cloud};
use crate::clock::{MINUTE, Micros};
use crate::ledger::{Billed, Node};
use crate::parameters::{Item, Latency};
use crate::platform::{CRASHED, Output, Platform, Queue, RunningFunction, Topic};

/// The pauses before Lambda runs a failed event again.
///
/// Source: [How Lambda handles errors and retries with asynchronous
/// invocation](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
const EVENT_PAUSES: [Micros; 2] = [MINUTE, 2 * MINUTE];

/// A function that runs and is billed.
pub(crate) struct Running {
    cloud: Cloud,
    name: &'static str,
    since: Micros,
    for_functions: Waiting,
    for_services: Waiting,
    abort: AbortHandle,
    /// What a function left for its caller.
    left: RefCell<Option<WorkflowRequest>>,
}

/// The time in which at least one of several responses was awaited.
#[derive(Default)]
struct Waiting {
    /// How many are awaited now.
    responses: Rc<Cell<u32>>,
    since: Cell<Micros>,
    total: Cell<Micros>,
}

impl Waiting {
    async fn during<T>(&self, cloud: &Cloud, work: impl Future<Output = T>) -> T {
        if self.responses.get() == 0 {
            self.since.set(cloud.now());
        }
        self.responses.update(|responses| responses + 1);
        let result = work.await;
        self.responses.update(|responses| responses - 1);
        if self.responses.get() == 0 {
            self.total.update(|total| total + cloud.now() - self.since.get());
        }
        result
    }
}

impl Cloud {
    /// Runs a deployed function, which has been invoked. It goes on if its caller crashes.
    pub(crate) async fn execute(&self, name: &'static str, event: Value) -> Output {
        let (respond, response) = oneshot::channel();
        self.spawn(self.clone().run_function(name, event, respond));
        response.await.unwrap_or_else(|_| Err(crashed()))
    }

    async fn run_function(self, name: &'static str, event: Value, respond: oneshot::Sender<Output>) {
        let (abort, registration) = AbortHandle::new_pair();
        let running = Running {
            abort,
            ..Running::begin(&self, name)
        };
        let work = Abortable::new(self.composition().run(&running, event), registration);
        let result = work.await.unwrap_or_else(|_| Err(crashed()));
        running.end();
        // The caller may have crashed.
        let _ = respond.send(result);
    }

    /// Invokes a function on behalf of somebody who is not billed for waiting.
    pub(crate) async fn invoke(&self, from: Node, name: &'static str, event: Value) -> Output {
        self.ledger().names.insert((from, Node::Function(name)));
        self.take(Latency::Invoke).await;
        self.execute(name, event).await
    }

    /// Runs an accepted event, again if it fails, and keeps it in the end.
    async fn run_event(self, name: &'static str, event: Value) {
        self.take(Latency::InvokeEvent).await;
        for pause in EVENT_PAUSES.into_iter().map(Some).chain([None]) {
            if self.execute(name, event.clone()).await.is_ok() {
                return;
            }
            match pause {
                Some(pause) => self.sleep(pause).await,
                None => self.ledger().dead_letters += 1,
            }
        }
    }
}

impl Running {
    pub(crate) fn begin(cloud: &Cloud, name: &'static str) -> Self {
        Self {
            cloud: cloud.clone(),
            name,
            since: cloud.now(),
            for_functions: Waiting::default(),
            for_services: Waiting::default(),
            abort: AbortHandle::new_pair().0,
            left: RefCell::default(),
        }
    }

    /// Ends the invocation, and bills it.
    pub(crate) fn end(self) {
        self.cloud.ledger().invocations.push(Billed {
            duration: self.cloud.now() - self.since,
            waited_for_functions: self.for_functions.total.get(),
            waited_for_services: self.for_services.total.get(),
        });
    }

    /// Waits until a service has taken over.
    pub(crate) async fn wait_for_service(&self) {
        let taken_over = self.cloud.take(Latency::ServiceCall);
        self.for_services.during(&self.cloud, taken_over).await;
    }

    /// Performs an operation of the function's handler.
    async fn operate(&self, operation: Operation) -> Verdict {
        use Operation::{CompleteTask, StartSignUp};

        match operation {
            StartSignUp => {
                let machine = (Node::Function(self.name), Node::Service("SignUp"));
                self.cloud.ledger().names.insert(machine);
                let since = self.cloud.now();
                self.wait_for_service().await;
                self.cloud.0.start_call.set(self.cloud.now() - since);
                Verdict::Do
            }
            // By the task's token, which names nothing.
            CompleteTask => {
                self.wait_for_service().await;
                Verdict::Do
            }
            _ => self.cloud.operate(operation).await,
        }
    }

    /// Notes the use of something that has a price.
    pub(crate) fn count(&self, item: Item) {
        self.cloud.ledger().count(item, 1);
    }
}

impl RunningFunction for Running {
    type Platform = Cloud;

    fn name(&self) -> &'static str {
        self.name
    }

    fn platform(&self) -> &Cloud {
        &self.cloud
    }

    fn left(&self) -> &RefCell<Option<WorkflowRequest>> {
        &self.left
    }

    #[expect(
        clippy::expect_used,
        reason = "compositions deploy only these functions and their own"
    )]
    async fn own_handler(&self, event: Value) -> Output {
        let function = FunctionId::ALL
            .into_iter()
            .find(|function| function.name() == self.name);
        let function = function.expect("the function has a handler");
        let cloud = &self.cloud;
        cloud.take(Latency::Compute).await;
        cloud.set_time();
        let mut invocation = cloud.world().invoke(function, event);
        let mut verdict = None;
        loop {
            cloud.set_time();
            let step = invocation.step(verdict.take());
            cloud.carry_out_commands();
            let operation = match step {
                Step::Ended(result) => return result,
                Step::Operation(operation) => operation,
            };
            let decided = match cloud.world().take_request() {
                Some(request) => match cloud.composition().hand_over(self, request).await {
                    Ok(_) => Verdict::Do,
                    Err(_) => Verdict::Fail,
                },
                None => self.operate(operation).await,
            };
            verdict = Some(decided);
        }
    }

    async fn call(&self, name: &'static str, event: Value) -> Output {
        let invoked = self.cloud.invoke(Node::Function(self.name), name, event);
        self.cloud.0.callers.borrow_mut().functions.push(CallingFunction {
            abort: self.abort.clone(),
            responses: Rc::clone(&self.for_functions.responses),
        });
        self.for_functions.during(&self.cloud, invoked).await
    }

    async fn leave_event(&self, name: &'static str, event: Value) -> Result<(), Failure> {
        let known = (Node::Function(self.name), Node::Function(name));
        self.cloud.ledger().names.insert(known);
        self.wait_for_service().await;
        self.cloud.spawn(self.cloud.clone().run_event(name, event));
        Ok(())
    }

    async fn send(&self, queue: &'static Queue, message: Value) -> Result<(), Failure> {
        self.send_to(queue, message).await;
        Ok(())
    }

    async fn publish(&self, topic: &'static Topic, message: Value) -> Result<(), Failure> {
        self.publish_to(topic, message).await;
        Ok(())
    }
}

fn crashed() -> Failure {
    Failure {
        name: CRASHED.to_owned(),
        message: "the process crashed".to_owned(),
    }
}
