//! Task states: calls, callbacks and their time-outs.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::cursor::Cursor;
use super::events::{invoke_answer, is_lambda_invoke};
use super::fields::{self, within_limit};
use super::flow::{Deadline, FlowId, Phase, RunningTask};
use super::steps::StateResult;
use super::{
    AttemptStage, Command, Execution, Purpose, TaskCall, TaskEvent, TaskEventError, Timer, redacted,
    redacted_text,
};
use crate::definition::TaskNode;
use crate::failure::{Failure, ITEM_READER_FAILED};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::{Payload, TaskId, TaskToken};

/// The evaluated fields of a Task.
struct Request {
    arguments: Payload,
    credentials: Option<Payload>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

impl Execution {
    /// Makes an attempt: hands out the call and sets its timers.
    pub(super) fn start_task(&mut self, mut cursor: Cursor, task: &TaskNode) {
        let token = task.callback.then(|| TaskToken::generate(&mut self.random));
        let input = Arc::clone(&cursor.input);
        let request = self.evaluate_with(&mut cursor, token.as_ref(), None, |scope| {
            Ok(Request {
                arguments: match &task.arguments {
                    Some(template) => template.evaluate("Arguments", &scope)?,
                    None => input,
                },
                credentials: match &task.credentials {
                    Some(template) => Some(template.evaluate("Credentials", &scope)?),
                    None => None,
                },
                timeout: fields::number(task.timeout.as_ref(), &scope)?,
                heartbeat: fields::number(task.heartbeat.as_ref(), &scope)?,
            })
        });
        let request = request.and_then(|request| {
            within_limit(&request.arguments, &cursor.node.name)?;
            Ok(request)
        });
        match request {
            Ok(request) => self.call(cursor, task, token, request),
            Err(failure) => self.fail(cursor, failure),
        }
    }

    fn call(&mut self, mut cursor: Cursor, task: &TaskNode, token: Option<TaskToken>, request: Request) {
        self.note_scheduled(&mut cursor, task, &request);
        let flow = cursor.id;
        let id = TaskId::new(self.next_number());
        let mut deadline =
            |seconds: Option<u64>, timer| seconds.map(|seconds| self.deadline_in(seconds, timer));
        let timeout = deadline(request.timeout, Timer::TaskTimeout(flow));
        let heartbeat = deadline(request.heartbeat, Timer::Heartbeat(flow));
        if let Some(token) = &token {
            self.tokens.insert(token.clone(), Some(flow));
        }
        self.tasks.insert(id, flow);
        self.commands.push_back(Command::RunTask(TaskCall {
            id,
            execution_arn: Arc::clone(&self.identity.arn),
            state: Arc::clone(&cursor.node.name),
            resource: Arc::clone(&task.resource),
            arguments: request.arguments,
            credentials: request.credentials,
            task_token: token.clone(),
            retry_count: cursor.visit.retry_count,
            timeout: request.timeout.map(Duration::from_secs),
            heartbeat: request.heartbeat.map(Duration::from_secs),
            purpose: Purpose::Task,
        }));
        let task = RunningTask {
            id,
            token,
            timeout,
            heartbeat,
            stage: AttemptStage::Called,
        };
        self.park(cursor, Phase::Task(task));
    }

    fn deadline_in(&mut self, seconds: u64, timer: Timer) -> Deadline {
        let timer = self.set_timer(self.now.saturating_add_seconds(seconds), timer);
        Deadline { timer, seconds }
    }

    /// Gives a deadline all of its time again.
    pub(super) fn renew(&mut self, deadline: &mut Deadline, timer: Timer) {
        self.timers.remove(&deadline.timer);
        *deadline = self.deadline_in(deadline.seconds, timer);
    }

    fn note_scheduled(&mut self, cursor: &mut Cursor, task: &TaskNode, request: &Request) {
        let payload = redacted(&request.arguments);
        let credentials = request.credentials.clone();
        let Some(resource) = &task.integration else {
            let details = Details::LambdaScheduled {
                resource: Arc::clone(&task.resource),
                input: payload,
                timeout_seconds: request.timeout,
                credentials,
            };
            self.note(cursor, EventType::LambdaFunctionScheduled, details);
            self.note(cursor, EventType::LambdaFunctionStarted, Details::None);
            return;
        };
        let details = Details::TaskScheduled {
            resource: resource.clone(),
            parameters: payload,
            region: Arc::clone(&self.identity.region),
            timeout_seconds: request.timeout,
            heartbeat_seconds: request.heartbeat,
            credentials,
        };
        self.note(cursor, EventType::TaskScheduled, details);
        let resource = resource.clone();
        self.note(cursor, EventType::TaskStarted, Details::TaskStarted { resource });
    }

    /// Finds the task that an event is about, and applies the event.
    pub(super) fn take_event(&mut self, event: TaskEvent) -> Result<(), TaskEventError> {
        if let Some(result) = self.take_child_event(&event) {
            return result;
        }
        match event {
            TaskEvent::Succeeded { id, output } => {
                let cursor = self.task_by_id(id)?;
                let resource = cursor.node.task().map(|task| &*task.resource);
                let answer = if resource.is_some_and(is_lambda_invoke) {
                    invoke_answer(&output)
                } else {
                    output
                };
                self.answered(cursor, answer);
            }
            TaskEvent::Answered { id, answer } => {
                let cursor = self.task_by_id(id)?;
                self.answered(cursor, answer);
            }
            TaskEvent::Submitted { id, answer } => {
                let cursor = self.task_by_id(id)?;
                self.submitted(cursor, &answer.into());
            }
            TaskEvent::Failed { id, error, cause } => {
                let mut cursor = self.task_by_id(id)?;
                if let Phase::Reading { .. } = cursor.phase {
                    self.end_reading(&mut cursor, id);
                    self.map_run_failed(cursor, Failure::new(ITEM_READER_FAILED, cause));
                } else {
                    self.task_failed(cursor, Failure::new(error, cause));
                }
            }
            TaskEvent::TokenSucceeded { token, output } => {
                let cursor = self.task_by_token(&token)?;
                self.task_succeeded(cursor, &output.into());
            }
            TaskEvent::TokenFailed { token, error, cause } => {
                let cursor = self.task_by_token(&token)?;
                self.task_failed(cursor, Failure::new(error, cause));
            }
            TaskEvent::TokenHeartbeat { token } => {
                let cursor = self.task_by_token(&token)?;
                self.heartbeat(cursor);
            }
        }
        Ok(())
    }

    /// The integration of a task, or an item reader, has answered.
    fn answered(&mut self, mut cursor: Cursor, answer: Value) {
        match &cursor.phase {
            Phase::Reading { task, run_arn } => {
                let (task, run_arn) = (*task, Arc::clone(run_arn));
                self.end_reading(&mut cursor, task);
                self.items_read(cursor, run_arn, answer);
            }
            Phase::Task(task) if task.token.is_some() => {
                // The integration's part is done, and only the token completes the task now.
                self.tasks.remove(&task.id);
                self.note_submitted(&mut cursor, &answer.into());
                self.put_back(cursor);
            }
            _ => self.task_succeeded(cursor, &answer.into()),
        }
    }

    fn end_reading(&mut self, cursor: &mut Cursor, task: TaskId) {
        self.tasks.remove(&task);
        cursor.phase = Phase::Ready;
    }

    /// An integration has taken a request. An item reader has no such answer.
    fn submitted(&mut self, mut cursor: Cursor, answer: &Payload) {
        if let Phase::Task(task) = &mut cursor.phase {
            task.stage = AttemptStage::Submitted;
            self.note_submitted(&mut cursor, answer);
        }
        self.put_back(cursor);
    }

    /// A Lambda function that is called by its own ARN has no such event.
    fn note_submitted(&mut self, cursor: &mut Cursor, answer: &Payload) {
        let integration = cursor.node.task().and_then(|task| task.integration.clone());
        if let Some(resource) = integration {
            let output = redacted(answer);
            let details = Details::TaskOutput { resource, output };
            self.note(cursor, EventType::TaskSubmitted, details);
        }
    }

    /// A task without `HeartbeatSeconds` may send heartbeats, too.
    fn heartbeat(&mut self, mut cursor: Cursor) {
        let id = cursor.id;
        if let Phase::Task(task) = &mut cursor.phase
            && let Some(heartbeat) = &mut task.heartbeat
        {
            self.renew(heartbeat, Timer::Heartbeat(id));
        }
        self.put_back(cursor);
    }

    /// Takes out the flow whose task has that id.
    fn task_by_id(&mut self, id: TaskId) -> Result<Cursor, TaskEventError> {
        match self.tasks.get(&id) {
            Some(&flow) => Ok(self.take(flow)),
            None if id.number() <= self.issued => Err(TaskEventError::TaskTimedOut),
            None => Err(TaskEventError::TaskDoesNotExist),
        }
    }

    /// Takes out the flow whose task the token completes.
    fn task_by_token(&mut self, token: &TaskToken) -> Result<Cursor, TaskEventError> {
        match self.tokens.get(token) {
            Some(&Some(flow)) => Ok(self.take(flow)),
            Some(None) => Err(TaskEventError::TaskTimedOut),
            None if token.is_well_formed() => Err(TaskEventError::TaskDoesNotExist),
            None => Err(TaskEventError::InvalidToken),
        }
    }

    fn task_succeeded(&mut self, mut cursor: Cursor, result: &Payload) {
        let node = Arc::clone(&cursor.node);
        let task = node.running_task();
        if let Err(failure) = within_limit(result, &task.resource) {
            return self.task_failed(cursor, failure);
        }
        let running = cursor.take_task();
        self.close(&running);
        let output = redacted(result);
        if let Some(resource) = task.integration.clone() {
            let details = Details::TaskOutput { resource, output };
            self.note(&mut cursor, EventType::TaskSucceeded, details);
        } else {
            let details = Details::Output { output };
            self.note(&mut cursor, EventType::LambdaFunctionSucceeded, details);
        }
        self.leave(cursor, StateResult::Result(result));
    }

    fn task_failed(&mut self, mut cursor: Cursor, failure: Failure) {
        let task = cursor.take_task();
        self.close(&task);
        let types = (EventType::TaskFailed, EventType::LambdaFunctionFailed);
        self.note_failure(&mut cursor, types, &failure);
        self.fail(cursor, failure);
    }

    /// No result, or no heartbeat, of a task came in time.
    pub(super) fn time_out(&mut self, id: FlowId, error: &str) {
        let mut cursor = self.take(id);
        let task = cursor.take_task();
        self.cancel(&task);
        let failure = Failure::named(error);
        let types = (EventType::TaskTimedOut, EventType::LambdaFunctionTimedOut);
        self.note_failure(&mut cursor, types, &failure);
        self.fail(cursor, failure);
    }

    /// Records the failure of an attempt: as the first type for an integration, as the second for a function.
    fn note_failure(
        &mut self,
        cursor: &mut Cursor,
        (of_integration, of_function): (EventType, EventType),
        failure: &Failure,
    ) {
        let error = failure.error_name();
        let cause = failure.cause.clone().map(redacted_text);
        let integration = cursor.node.running_task().integration.clone();
        if let Some(resource) = integration {
            let details = Details::TaskFailure {
                resource,
                error,
                cause,
            };
            self.note(cursor, of_integration, details);
        } else {
            let error = Some(error);
            self.note(cursor, of_function, Details::Failure { error, cause });
        }
    }

    /// Ends an attempt: its timers, its token, and its id. Says whether its integration has yet to answer.
    fn close(&mut self, task: &RunningTask) -> bool {
        for deadline in task.timeout.iter().chain(&task.heartbeat) {
            self.timers.remove(&deadline.timer);
        }
        if let Some(token) = &task.token {
            let completes = self.tokens.get_mut(token);
            *completes.invariant("every token that was issued is known") = None;
        }
        self.tasks.remove(&task.id).is_some()
    }

    /// Ends an attempt whose answer nobody waits for any more.
    pub(super) fn cancel(&mut self, task: &RunningTask) {
        if self.close(task) {
            self.commands.push_back(Command::CancelTask { id: task.id });
        }
    }

    /// The same for the call of an item reader.
    pub(super) fn cancel_reading(&mut self, id: TaskId) {
        self.tasks.remove(&id);
        self.commands.push_back(Command::CancelTask { id });
    }
}
