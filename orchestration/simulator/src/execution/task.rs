//! Task states: calls, callbacks and their timeouts.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::cursor::Cursor;
use super::events::{invoke_response, is_lambda_invoke};
use super::fields::within_limit;
use super::flow::{Deadline, FlowId, Phase, RunningTask};
use super::lifecycle::StateResult;
use super::{
    AttemptStage, Command, Execution, Purpose, TaskCall, TaskEvent, TaskEventError, Timer, numbers, redacted,
    redacted_text,
};
use crate::definition::TaskNode;
use crate::failure::{Failure, ITEM_READER_FAILED};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::{SharedValue, TaskId, TaskToken};

/// The evaluated fields of a Task.
struct Request {
    arguments: SharedValue,
    credentials: Option<SharedValue>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

impl Execution {
    /// Starts an attempt: queues the call and sets its timers.
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
                timeout: numbers::TIMEOUT.optional(task.timeout.as_ref(), &scope)?,
                heartbeat: numbers::TIMEOUT.optional(task.heartbeat.as_ref(), &scope)?,
            })
        });
        let request = request.and_then(|request| {
            within_limit(&request.arguments, &cursor.node.name)?;
            Ok(request)
        });
        match request {
            Ok(request) => self.call(cursor, task, token, request),
            Err(failure) => self.fail_state(cursor, failure),
        }
    }

    fn call(&mut self, mut cursor: Cursor, task: &TaskNode, token: Option<TaskToken>, request: Request) {
        self.push_scheduled(&mut cursor, task, &request);
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

    pub(super) fn restart_deadline(&mut self, deadline: &mut Deadline, timer: Timer) {
        self.timers.remove(&deadline.timer);
        *deadline = self.deadline_in(deadline.seconds, timer);
    }

    fn push_scheduled(&mut self, cursor: &mut Cursor, task: &TaskNode, request: &Request) {
        let payload = redacted(&request.arguments);
        let credentials = request.credentials.clone();
        let Some(resource) = &task.integration else {
            let details = Details::LambdaScheduled {
                resource: Arc::clone(&task.resource),
                input: payload,
                timeout_seconds: request.timeout,
                credentials,
            };
            self.push_event(cursor, EventType::LambdaFunctionScheduled, details);
            self.push_event(cursor, EventType::LambdaFunctionStarted, Details::None);
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
        self.push_event(cursor, EventType::TaskScheduled, details);
        let resource = resource.clone();
        self.push_event(cursor, EventType::TaskStarted, Details::TaskStarted { resource });
    }

    /// Finds the task that an event is about, and applies the event.
    pub(super) fn apply_event(&mut self, event: TaskEvent) -> Result<(), TaskEventError> {
        if let Some(result) = self.forward_event(&event) {
            return result;
        }
        match event {
            TaskEvent::Succeeded { id, output } => {
                let cursor = self.task_by_id(id)?;
                let resource = cursor.node.task().map(|task| &*task.resource);
                let response = if resource.is_some_and(is_lambda_invoke) {
                    invoke_response(&output)
                } else {
                    output
                };
                self.handle_response(cursor, response);
            }
            TaskEvent::Responded { id, response } => {
                let cursor = self.task_by_id(id)?;
                self.handle_response(cursor, response);
            }
            TaskEvent::Submitted { id, response } => {
                let cursor = self.task_by_id(id)?;
                self.handle_submitted(cursor, &response.into());
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
                self.handle_heartbeat(cursor);
            }
        }
        Ok(())
    }

    /// Handles the response of an integration or an item reader.
    fn handle_response(&mut self, mut cursor: Cursor, response: Value) {
        match &cursor.phase {
            Phase::Reading { task, run_arn } => {
                let (task, run_arn) = (*task, Arc::clone(run_arn));
                self.end_reading(&mut cursor, task);
                self.handle_items(cursor, run_arn, response);
            }
            Phase::Task(task) if task.token.is_some() => {
                // From now on, only the token completes the task.
                self.tasks.remove(&task.id);
                self.push_submitted(&mut cursor, &response.into());
                self.put_back(cursor);
            }
            _ => self.task_succeeded(cursor, &response.into()),
        }
    }

    fn end_reading(&mut self, cursor: &mut Cursor, task: TaskId) {
        self.tasks.remove(&task);
        cursor.phase = Phase::Ready;
    }

    /// Handles `Submitted`; ignored for an item reader, which has no such stage.
    fn handle_submitted(&mut self, mut cursor: Cursor, response: &SharedValue) {
        if let Phase::Task(task) = &mut cursor.phase {
            task.stage = AttemptStage::Submitted;
            self.push_submitted(&mut cursor, response);
        }
        self.put_back(cursor);
    }

    /// Appends `TaskSubmitted`, except for a Lambda function that is called by its own ARN.
    fn push_submitted(&mut self, cursor: &mut Cursor, response: &SharedValue) {
        let integration = cursor.node.task().and_then(|task| task.integration.clone());
        if let Some(resource) = integration {
            let output = redacted(response);
            let details = Details::TaskOutput { resource, output };
            self.push_event(cursor, EventType::TaskSubmitted, details);
        }
    }

    /// Handles a heartbeat; ignored without `HeartbeatSeconds`.
    fn handle_heartbeat(&mut self, mut cursor: Cursor) {
        let id = cursor.id;
        if let Phase::Task(task) = &mut cursor.phase
            && let Some(heartbeat) = &mut task.heartbeat
        {
            self.restart_deadline(heartbeat, Timer::Heartbeat(id));
        }
        self.put_back(cursor);
    }

    /// Takes out the flow that runs the task.
    fn task_by_id(&mut self, id: TaskId) -> Result<Cursor, TaskEventError> {
        match self.tasks.get(&id) {
            Some(&flow) => Ok(self.take(flow)),
            None if id.number() <= self.last_number => Err(TaskEventError::TaskTimedOut),
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

    fn task_succeeded(&mut self, mut cursor: Cursor, result: &SharedValue) {
        let node = Arc::clone(&cursor.node);
        let task = node.running_task();
        if let Err(failure) = within_limit(result, &task.resource) {
            return self.task_failed(cursor, failure);
        }
        let running = cursor.take_task();
        self.end_attempt(&running);
        let output = redacted(result);
        if let Some(resource) = task.integration.clone() {
            let details = Details::TaskOutput { resource, output };
            self.push_event(&mut cursor, EventType::TaskSucceeded, details);
        } else {
            let details = Details::Output { output };
            self.push_event(&mut cursor, EventType::LambdaFunctionSucceeded, details);
        }
        self.exit_state(cursor, StateResult::Result(result));
    }

    fn task_failed(&mut self, mut cursor: Cursor, failure: Failure) {
        let task = cursor.take_task();
        self.end_attempt(&task);
        let types = (EventType::TaskFailed, EventType::LambdaFunctionFailed);
        self.push_failure(&mut cursor, types, &failure);
        self.fail_state(cursor, failure);
    }

    /// Fails an attempt whose result or heartbeat did not come in time.
    pub(super) fn time_out_task(&mut self, id: FlowId, failure: Failure) {
        let mut cursor = self.take(id);
        let task = cursor.take_task();
        self.cancel(&task);
        let types = (EventType::TaskTimedOut, EventType::LambdaFunctionTimedOut);
        self.push_failure(&mut cursor, types, &failure);
        self.fail_state(cursor, failure);
    }

    /// Appends the failure of an attempt: of the first type for an integration, of the second for a function.
    fn push_failure(
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
            self.push_event(cursor, of_integration, details);
        } else {
            let error = Some(error);
            self.push_event(cursor, of_function, Details::Failure { error, cause });
        }
    }

    /// Ends an attempt: its timers, its token and its id. Returns whether the call is still pending.
    fn end_attempt(&mut self, task: &RunningTask) -> bool {
        for deadline in task.timeout.iter().chain(&task.heartbeat) {
            self.timers.remove(&deadline.timer);
        }
        if let Some(token) = &task.token {
            let completes = self.tokens.get_mut(token);
            *completes.expect_invariant("every token of an attempt is in `tokens`") = None;
        }
        self.tasks.remove(&task.id).is_some()
    }

    pub(super) fn cancel(&mut self, task: &RunningTask) {
        if self.end_attempt(task) {
            self.commands.push_back(Command::CancelTask { id: task.id });
        }
    }

    pub(super) fn cancel_reading(&mut self, id: TaskId) {
        self.tasks.remove(&id);
        self.commands.push_back(Command::CancelTask { id });
    }
}
