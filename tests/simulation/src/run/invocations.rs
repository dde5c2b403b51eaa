//! Invocations: futures of handlers, polled from one operation to the next.

use std::future::Future;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use serde_json::Value;
use simulator::{ExecutionArn, TaskId};

use super::mail_events::has_failures;
use super::people::Action;
use super::{ScheduledEvent, Simulation};
use crate::fault::{Fault, FaultPoint, FunctionId, Operation, Service};
use crate::rng::latency;
use crate::state::{MailRefusal, Running, Verdict};
use crate::trace::TraceEvent;

/// The latency of a function's response, in milliseconds.
pub(super) const RESPONSE_LATENCY: i64 = 3;

type Work = Pin<Box<dyn Future<Output = Result<Value, kit::Failure>> + Send>>;

pub(super) struct Invocation {
    /// The handler's future, until it ends or its process dies.
    work: Option<Work>,
    running: Running,
    caller: Caller,
    /// The fault point of the pending operation.
    point: Option<FaultPoint>,
}

/// Who waits for the result of an invocation.
#[derive(Debug)]
pub(super) enum Caller {
    Task(ExecutionArn, TaskId),
    /// A task for which the call fails, whatever the function's result is.
    FailedTask(ExecutionArn, TaskId),
    Person(Action),
    /// The queue, with the message and how often it was received.
    Queue(Value, u8),
    Nobody,
}

#[expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "events refer to invocations that were made, and to operations that are pending"
)]
impl Simulation {
    /// Invokes a function.
    pub(super) fn call(
        &mut self,
        function: FunctionId,
        sign_up: u8,
        user: Option<usize>,
        payload: Value,
        caller: Caller,
        text: &'static str,
    ) {
        let handler = self.handlers.of(function);
        let started_at = {
            let mut state = self.shared.lock();
            state.note(Some(sign_up), TraceEvent::Called(function, text));
            state.now
        };
        let choice = match &caller {
            Caller::Person(action) => action.choice(),
            _ => None,
        };
        let invocation = Invocation {
            work: Some(Box::pin(async move { handler.invoke(payload).await })),
            running: Running {
                invocation: self.invocations.len(),
                function,
                sign_up,
                user,
                started_at,
                choice,
            },
            caller,
            point: None,
        };
        self.invocations.push(invocation);
        self.poll(self.invocations.len() - 1);
    }

    /// Polls an invocation until its next operation, or to its end.
    fn poll(&mut self, index: usize) {
        let invocation = &mut self.invocations[index];
        let running = invocation.running;
        self.shared.lock().begin(running);
        let work = invocation.work.as_mut().expect("the invocation has not ended");
        match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                invocation.work = None;
                self.finish(index, result);
            }
            Poll::Pending => {
                let mut state = self.shared.lock();
                if let Some(operation) = state.pending_operation.take() {
                    let point = state.next_point(running.sign_up, operation);
                    let at = state.now + latency(self.scenario.seed, point);
                    drop(state);
                    invocation.point = Some(point);
                    self.schedule(at, ScheduledEvent::Operation(index));
                } else {
                    // Its process died or timed out in the last operation.
                    drop(state);
                    invocation.work = None;
                }
            }
        }
        self.schedule_clicks();
        self.schedule_texts();
        self.schedule_mail_events();
    }

    /// Performs the pending operation, with the fault that the scenario injects there.
    pub(super) fn perform(&mut self, index: usize) {
        let invocation = &mut self.invocations[index];
        let point = invocation.point.take().expect("an operation is pending");
        let Running {
            function,
            sign_up,
            started_at,
            ..
        } = invocation.running;
        let fault = self.scenario.fault(point);
        let mut state = self.shared.lock();
        if let Some(fault) = fault {
            state.count_fault(sign_up, fault);
            state.note(Some(sign_up), TraceEvent::Fault(function, point.operation, fault));
        }
        let timeout_at = started_at + function.timeout();
        let verdict = match fault {
            None if state.is_down(point.operation.service(), sign_up) => {
                state.note(Some(sign_up), TraceEvent::Outage(function, point.operation));
                // A service that is down throttles some calls, and fails others so that nobody knows whether they had an effect.
                if point.operation == Operation::SendSms && latency(self.scenario.seed, point) % 2 == 0 {
                    state.text_fault = Some(Fault::TextLost);
                }
                Verdict::Fail
            }
            None => {
                if point.operation == Operation::SendMail && state.is_down(Service::MailQuota, sign_up) {
                    state.mail_refusal = Some(MailRefusal::QuotaUsedUp);
                }
                Verdict::Do
            }
            Some(Fault::HttpStatus(status)) => {
                state.error_status = Some(status);
                Verdict::Do
            }
            Some(Fault::MailRejected) => {
                state.mail_refusal = Some(MailRefusal::Rejected);
                Verdict::Do
            }
            Some(Fault::MailRateExceeded) => {
                state.mail_refusal = Some(MailRefusal::RateExceeded);
                Verdict::Do
            }
            Some(Fault::MailQuotaUsedUp) => {
                state.mail_refusal = Some(MailRefusal::QuotaUsedUp);
                Verdict::Do
            }
            Some(fault @ (Fault::NumberRefused | Fault::TextLost | Fault::TextLate | Fault::TextDoubled)) => {
                state.text_fault = Some(fault);
                Verdict::Do
            }
            Some(Fault::Throttled | Fault::DuplicateCall) => Verdict::Fail,
            Some(Fault::LostResponse) => Verdict::DoAndFail,
            Some(Fault::CrashBefore) => {
                let at = state.now + RESPONSE_LATENCY;
                drop(state);
                invocation.work = None;
                return self.fail(index, at, "Runtime.ExitError");
            }
            Some(Fault::CrashAfter | Fault::TimeoutAfterEffect) => Verdict::DoAndEnd,
            Some(Fault::TimeoutBeforeEffect) => {
                drop(state);
                let after = latency(!self.scenario.seed, point) * 10;
                self.schedule(timeout_at + after, ScheduledEvent::DelayedEffect(index));
                return self.fail(index, timeout_at, "Sandbox.Timedout");
            }
        };
        state.verdict = Some(verdict);
        let now = state.now;
        drop(state);
        self.poll(index);
        match fault {
            Some(Fault::CrashAfter) => self.fail(index, now + RESPONSE_LATENCY, "Lambda.Unknown"),
            Some(Fault::TimeoutAfterEffect) => self.fail(index, timeout_at, "Sandbox.Timedout"),
            _ => {}
        }
    }

    /// Performs the pending operation of an invocation that timed out.
    pub(super) fn perform_delayed(&mut self, index: usize) {
        let Running {
            function, sign_up, ..
        } = self.invocations[index].running;
        let mut state = self.shared.lock();
        state.verdict = Some(Verdict::DoAndEnd);
        state.note(
            Some(sign_up),
            TraceEvent::Called(function, "has a delayed effect:"),
        );
        drop(state);
        self.poll(index);
    }

    /// Fails an invocation: its caller gets the error at this time.
    fn fail(&mut self, index: usize, at: i64, error: &str) {
        let invocation = &mut self.invocations[index];
        let sign_up = invocation.running.sign_up;
        match replace(&mut invocation.caller, Caller::Nobody) {
            Caller::Task(arn, id) | Caller::FailedTask(arn, id) => {
                self.schedule(at, ScheduledEvent::TaskResult(arn, id, Err(error.to_owned())));
            }
            // API Gateway responds for a function that died.
            Caller::Person(action) => self.respond_with_error(sign_up, action, at),
            Caller::Queue(body, delivery) => self.return_message(sign_up, body, delivery),
            Caller::Nobody => {}
        }
    }

    fn finish(&mut self, index: usize, result: Result<Value, kit::Failure>) {
        let invocation = &mut self.invocations[index];
        let Running {
            function,
            sign_up,
            user,
            ..
        } = invocation.running;
        let task = match replace(&mut invocation.caller, Caller::Nobody) {
            Caller::Person(action) => {
                let response = result.expect("the handlers of the API respond to every request");
                return self.respond(sign_up, action, &response);
            }
            Caller::Task(arn, id) => Some((arn, id, None)),
            Caller::FailedTask(arn, id) => Some((arn, id, Some("Lambda.ServiceException"))),
            Caller::Queue(body, delivery) => {
                if !result.as_ref().is_ok_and(|response| !has_failures(response)) {
                    self.return_message(sign_up, body, delivery);
                }
                None
            }
            Caller::Nobody => None,
        };
        let mut state = self.shared.lock();
        let text = if result.is_ok() { "success" } else { "error" };
        state.note(Some(sign_up), TraceEvent::Ended(function, text));
        match &result {
            Ok(output) => {
                let text = output.to_string();
                state.check_for_personal_data(&text);
                state.check_for_numbers(&text);
                state.check_refused_number_is_dropped();
            }
            Err(failure) => {
                state.check_for_personal_data(&failure.message);
                state.check_for_numbers(&failure.message);
                state.on_task_failure(user, &failure.name);
            }
        }
        let at = state.now + RESPONSE_LATENCY;
        drop(state);
        if let Some((arn, id, lost)) = task {
            let result = match lost {
                Some(error) => Err(error.to_owned()),
                None => result.map_err(|failure| failure.name),
            };
            self.schedule(at, ScheduledEvent::TaskResult(arn, id, result));
        }
    }
}
