//! What workflows have done.

use serde_json::Value;
use simulator::{ExecutionArn, TaskCall, TaskEvent, TaskId};

use super::{Event, For, HOP, World, call_step, user_of};
use crate::chance::latency;
use crate::fault::{Fault, Function, Service};
use crate::journal::What;

impl World {
    /// A workflow wants a function to be called.
    pub(super) fn run_task(&mut self, arn: &ExecutionArn, call: &TaskCall) {
        let function = Function::ALL
            .into_iter()
            .find(|function| Some(function.name()) == call.function());
        let (Some(function), Some(user)) = (function, user_of(call)) else {
            return;
        };
        let payload = call.payload().clone();
        let (sign_up, index, point, fault, down, now) = {
            let mut inner = self.shared.lock();
            if let Some(token) = &call.task_token {
                inner.watch.tasks.insert(token.expose().to_owned(), user.clone());
            }
            let sign_up = inner.owners.get(&user).copied().unwrap_or_default();
            let index = inner.owners.get_index_of(&user);
            let point = inner.next_point(sign_up, call_step(function));
            let fault = self.plan.fault(point);
            let down = fault.is_none() && inner.is_down(Service::Lambda, sign_up);
            if let Some(fault) = fault {
                inner.count(sign_up, fault);
                inner.note(Some(sign_up), What::CallBroke(function, fault));
            }
            (sign_up, index, point, fault, down, inner.now)
        };
        let task = || (arn.clone(), call.id);
        let failed = |error| {
            let (arn, id) = task();
            Event::Answer(arn, id, Err((error, String::new())))
        };
        let words = if call.retry_count == 0 {
            "is called"
        } else {
            "is called again"
        };
        let (arn, id) = task();
        match fault {
            _ if down => {
                self.shared
                    .lock()
                    .note(Some(sign_up), What::Down(function, point.step));
                self.plan_for(now + HOP, failed("Lambda.TooManyRequestsException"));
            }
            Some(Fault::Throttled) => {
                self.plan_for(now + HOP, failed("Lambda.TooManyRequestsException"));
            }
            Some(Fault::LostAnswer) => {
                self.call(function, sign_up, index, payload, For::TaskInVain(arn, id), words);
            }
            Some(Fault::Late) => {
                self.plan_for(now + HOP, failed("Lambda.ClientExecutionTimeoutException"));
                let after = 1_000 + latency(!self.plan.seed, point) * 100;
                self.plan_for(now + after, Event::Stray(function, sign_up, index, payload));
            }
            Some(Fault::Twice) => {
                let after = latency(!self.plan.seed, point);
                self.plan_for(
                    now + after,
                    Event::Stray(function, sign_up, index, payload.clone()),
                );
                self.call(function, sign_up, index, payload, For::Task(arn, id), words);
            }
            _ => self.call(function, sign_up, index, payload, For::Task(arn, id), words),
        }
    }

    /// A function's answer reaches its workflow.
    pub(super) fn answer_task(
        &mut self,
        arn: &ExecutionArn,
        id: TaskId,
        result: Result<Value, (&'static str, String)>,
    ) {
        let event = match result {
            Ok(output) => TaskEvent::Succeeded { id, output },
            Err((platform, declared)) => {
                let error = if declared.is_empty() {
                    platform.to_owned()
                } else {
                    declared
                };
                TaskEvent::Failed {
                    id,
                    error,
                    cause: String::new(),
                }
            }
        };
        let mut inner = self.shared.lock();
        let now = inner.time();
        // An answer that nobody waits for any more is dropped, as on AWS.
        let _ = inner.machines.handle(arn, now, event);
    }
}
