//! The functions in memory, one operation at a time, for harnesses with time and faults of their own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use confirm_contact::Proof;
use contracts::notify_webhook::{Delivery, EventKind};
use contracts::sign_up::SignUpInput;
use contracts::table::UserStatus;
use contracts::values::{ConfirmationCode, ConfirmationScope, Contact, EmailConfirmed, TaskToken, UserId};
use kit::{Failure, Handler};
use serde_json::Value;
use simulator::{EpochMillis, StateMachines};

use crate::contacts::Contacts;
use crate::fault::{FunctionId, Operation};
use crate::invariants::Violation;
use crate::run::definition;
use crate::run::handlers::Handlers;
use crate::scenario::{Scenario, SignUp};
use crate::state::{Running, SharedState, State, Verdict};

/// The functions of one person's sign-up, on ports in memory. Whoever drives it sets the time, and decides how each operation
/// ends.
#[derive(Debug)]
pub struct World {
    shared: SharedState,
    handlers: Handlers,
}

/// A request that a function makes to the service that runs the workflow.
#[derive(Debug, Clone)]
pub enum WorkflowRequest {
    /// From `CreateUser`.
    Start(SignUpInput),
    /// From `ConfirmContact`.
    Complete(TaskToken, EmailConfirmed),
}

/// What runs the workflow.
#[derive(Debug)]
pub(crate) enum WorkflowService {
    StepFunctions,
    /// The driver of the world, with the request that it has not taken yet.
    Driver(Option<WorkflowRequest>),
}

/// An invocation of a function, from operation to operation.
pub struct Invocation {
    shared: SharedState,
    running: Running,
    work: Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send>>,
}

/// Where an invocation stops.
#[derive(Debug)]
pub enum Step {
    /// At an operation that waits for a verdict.
    Operation(Operation),
    Ended(Result<Value, Failure>),
}

impl fmt::Debug for Invocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Invocation({})", self.running.function.name())
    }
}

impl World {
    /// A world in which the emitted state machine runs: the driver carries out the commands of [`World::machines`].
    pub fn with_step_functions(seed: u64) -> Self {
        Self::new(seed, WorkflowService::StepFunctions)
    }

    /// A world without Step Functions: the driver takes what the functions ask of a workflow; see [`World::take_request`].
    pub fn without_step_functions(seed: u64) -> Self {
        Self::new(seed, WorkflowService::Driver(None))
    }

    fn new(seed: u64, workflow_service: WorkflowService) -> Self {
        let scenario = Scenario {
            sign_ups: vec![SignUp::new(0)],
            render_trace: false,
            ..Scenario::empty(seed)
        };
        let mut state = State::new(
            Arc::new(scenario),
            definition::machines(seed, definition::Version::Current(Contacts::Email)),
        );
        state.workflow_service = workflow_service;
        let shared = SharedState::new(state);
        let handlers = Handlers::new(&shared);
        Self { shared, handlers }
    }

    /// Sets the time, in milliseconds after the start.
    pub fn set_time(&self, now: i64) {
        self.shared.lock().now = now;
    }

    /// Uses the executions and their clock.
    pub fn machines<T>(&self, act: impl FnOnce(&mut StateMachines, EpochMillis) -> T) -> T {
        let mut state = self.shared.lock();
        let now = state.time();
        act(&mut state.machines, now)
    }

    /// Invokes a function; nothing runs before the first step.
    pub fn invoke(&self, function: FunctionId, event: Value) -> Invocation {
        let handler: Handler = self.handlers.of(function);
        let state = self.shared.lock();
        let running = Running {
            invocation: 0,
            function,
            sign_up: 0,
            user: (!state.owners.is_empty()).then_some(0),
            started_at: state.now,
            // Who confirms enters a code.
            choice: (function == FunctionId::ConfirmContact)
                .then_some((Proof::Code(Contact::Email), ConfirmationScope::All)),
        };
        Invocation {
            shared: self.shared.clone(),
            running,
            work: Box::pin(async move { handler.invoke(event).await }),
        }
    }

    /// The request of the operation `StartSignUp` or `CompleteTask` that waits for a verdict, without Step Functions.
    pub fn take_request(&self) -> Option<WorkflowRequest> {
        match &mut self.shared.lock().workflow_service {
            WorkflowService::StepFunctions => None,
            WorkflowService::Driver(request) => request.take(),
        }
    }

    /// The user that the sign-up became.
    pub fn user(&self) -> Option<UserId> {
        let state = self.shared.lock();
        state.owner(Some(0)).cloned()
    }

    pub fn status(&self) -> Option<UserStatus> {
        let state = self.shared.lock();
        state.table.status(state.owner(Some(0))?)
    }

    /// The delivery of the webhook, as it is recorded.
    pub fn delivery(&self) -> Option<Delivery> {
        let state = self.shared.lock();
        let user = state.owner(Some(0))?.clone();
        state.table.deliveries.get(&(user, EventKind::SignedUp))?.status
    }

    /// The code of the newest mail.
    pub fn mailed_code(&self) -> Option<ConfirmationCode> {
        let state = self.shared.lock();
        state.mailbox.code(0, true).map(|(_, code)| code.clone())
    }

    /// The first violation of an invariant that is checked at single operations.
    pub fn violation(&self) -> Option<Violation> {
        self.shared.lock().monitor.violation.clone()
    }
}

impl Invocation {
    /// Runs to the next operation or to the end. Each operation before it needs a verdict.
    pub fn step(&mut self, verdict: Option<Verdict>) -> Step {
        {
            let mut state = self.shared.lock();
            state.running = self.running;
            state.verdict = verdict;
        }
        let work = self.work.as_mut();
        match work.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Step::Ended(result),
            Poll::Pending => Step::Operation(self.operation()),
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "a function in memory waits only for verdicts, and no verdict here ends it"
    )]
    fn operation(&self) -> Operation {
        let operation = self.shared.lock().pending_operation.take();
        operation.expect("an operation is pending")
    }
}
