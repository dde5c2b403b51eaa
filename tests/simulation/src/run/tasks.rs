//! The tasks of executions: invocations of functions, and their results.

use contracts::values::UserId;
use serde_json::Value;
use simulator::{ExecutionArn, TaskCall, TaskEvent, TaskId};

use super::invocations::{Caller, RESPONSE_LATENCY};
use super::{ScheduledEvent, Simulation};
use crate::fault::{Fault, FunctionId, Operation, Service};
use crate::rng::latency;
use crate::trace::TraceEvent;

/// The functions that tasks invoke.
const FUNCTIONS: [(FunctionId, Operation); 5] = [
    (FunctionId::StoreUserData, Operation::CallStoreUserData),
    (FunctionId::ValidateEmail, Operation::CallValidateEmail),
    (FunctionId::ValidateContacts, Operation::CallValidateContacts),
    (FunctionId::SetUserStatus, Operation::CallSetUserStatus),
    (FunctionId::NotifyWebhook, Operation::CallNotifyWebhook),
];

impl Simulation {
    /// Invokes the function of a task, with the fault that the scenario injects there.
    #[expect(
        clippy::expect_used,
        reason = "every task of the sign-up is one of a function, for a user"
    )]
    pub(super) fn run_task(&mut self, arn: &ExecutionArn, call: &TaskCall) {
        let (function, operation) = FUNCTIONS
            .into_iter()
            .find(|(function, _)| Some(function.name()) == call.function())
            .expect("a task invokes one of these functions");
        let user = user(call).expect("the payload of a task has a user id");
        let payload = call.payload().clone();
        let (sign_up, index, point, fault, down, now) = {
            let mut state = self.shared.lock();
            if let Some(token) = &call.task_token {
                state
                    .monitor
                    .tasks
                    .insert(token.expose().to_owned(), user.clone());
            }
            state.on_task(function, &user);
            // An execution that was started by hand has no sign-up; it shares the faults of the first.
            let sign_up = state.owners.get(&user).copied().unwrap_or(0);
            let index = state.owners.get_index_of(&user);
            let point = state.next_point(sign_up, operation);
            let fault = self.scenario.fault(point);
            let down = fault.is_none() && state.is_down(Service::Lambda, sign_up);
            if let Some(fault) = fault {
                state.count_fault(sign_up, fault);
                state.note(Some(sign_up), TraceEvent::CallFault(function, fault));
            }
            if down {
                state.note(Some(sign_up), TraceEvent::Outage(function, operation));
            }
            (sign_up, index, point, fault, down, state.now)
        };
        let (arn, id) = (arn.clone(), call.id);
        let text = if call.retry_count == 0 {
            "is called"
        } else {
            "is called again"
        };
        let failed_with = |error: &str| ScheduledEvent::TaskResult(arn.clone(), id, Err(error.to_owned()));
        match fault {
            _ if down || fault == Some(Fault::Throttled) => {
                self.schedule(
                    now + RESPONSE_LATENCY,
                    failed_with("Lambda.TooManyRequestsException"),
                );
            }
            Some(Fault::LostResponse) => {
                let caller = Caller::FailedTask(arn, id);
                self.call(function, sign_up, index, payload, caller, text);
            }
            Some(Fault::TimeoutBeforeEffect) => {
                self.schedule(
                    now + RESPONSE_LATENCY,
                    failed_with("Lambda.ClientExecutionTimeoutException"),
                );
                let at = now + 1_000 + latency(!self.scenario.seed, point) * 100;
                self.schedule(
                    at,
                    ScheduledEvent::UnawaitedCall(function, sign_up, index, payload, "is called late"),
                );
            }
            Some(Fault::DuplicateCall) => {
                let at = now + latency(!self.scenario.seed, point);
                let text = "is called a second time";
                let duplicate =
                    ScheduledEvent::UnawaitedCall(function, sign_up, index, payload.clone(), text);
                self.schedule(at, duplicate);
                self.call(function, sign_up, index, payload, Caller::Task(arn, id), text);
            }
            _ => self.call(function, sign_up, index, payload, Caller::Task(arn, id), text),
        }
    }

    /// Delivers the result of a task to its execution.
    pub(super) fn complete_task(&mut self, arn: &ExecutionArn, id: TaskId, result: Result<Value, String>) {
        let event = match result {
            Ok(output) => TaskEvent::Succeeded { id, output },
            Err(error) => TaskEvent::Failed {
                id,
                error,
                cause: String::new(),
            },
        };
        let mut state = self.shared.lock();
        let now = state.time();
        // As on AWS, a result is ignored if the task has timed out meanwhile.
        let _ = state.machines.handle(arn, now, event);
    }
}

fn user(call: &TaskCall) -> Option<UserId> {
    call.payload().get("userId")?.as_str()?.parse().ok()
}
