//! Task states: calls, callbacks and their time-outs.

use std::sync::Arc;
use std::time::Duration;

use super::events::{invoke_answer, is_lambda_invoke};
use super::fields::{self, within_limit};
use super::flow::{Flow, FlowId, Phase, RunningTask};
use super::steps::Outcome;
use super::{Command, Execution, Purpose, TaskCall, TaskError, TaskEvent, Timer, redacted, redacted_text};
use crate::definition::{Kind, Program, StateNode, TaskNode};
use crate::failure::Failure;
use crate::history::{Details, EventType};
use crate::{Payload, TaskId, TaskToken};

/// What an attempt is made with.
struct Request {
    arguments: Payload,
    credentials: Option<Payload>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

impl Execution {
    /// Makes an attempt: hands out the call and sets its timers.
    pub(super) fn start_task(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        task: &TaskNode,
    ) {
        let token = task.callback.then(|| TaskToken::generate(&mut self.random));
        let input = Arc::clone(&flow.input);
        let request = self.evaluate(&mut flow, node, token.as_ref(), None, |scope, world| {
            Ok(Request {
                arguments: match &task.arguments {
                    Some(template) => template.evaluate("Arguments", &scope, world)?,
                    None => input,
                },
                credentials: match &task.credentials {
                    Some(template) => Some(template.evaluate("Credentials", &scope, world)?),
                    None => None,
                },
                timeout: fields::number(task.timeout.as_ref(), &scope, world)?,
                heartbeat: fields::number(task.heartbeat.as_ref(), &scope, world)?,
            })
        });
        let request = request.and_then(|request| {
            within_limit(&request.arguments, &node.name)?;
            Ok(request)
        });
        match request {
            Ok(request) => self.call(id, flow, node, task, token, request),
            Err(failure) => self.fail(program, id, flow, node, failure),
        }
    }

    fn call(
        &mut self,
        flow_id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        task: &TaskNode,
        token: Option<TaskToken>,
        request: Request,
    ) {
        self.note_scheduled(&mut flow, task, &request);
        let id = TaskId::new(self.next_number());
        let timeout = request.timeout.map(|seconds| {
            (
                self.set_timer(
                    self.now.saturating_add_seconds(seconds),
                    Timer::TaskTimeout(flow_id),
                ),
                seconds,
            )
        });
        let heartbeat = request.heartbeat.map(|seconds| {
            (
                self.set_timer(
                    self.now.saturating_add_seconds(seconds),
                    Timer::Heartbeat(flow_id),
                ),
                seconds,
            )
        });
        if let Some(token) = &token {
            self.tokens.insert(token.clone(), Some(id));
        }
        self.tasks.insert(id, flow_id);
        self.commands.push_back(Command::RunTask(TaskCall {
            id,
            execution_arn: Arc::clone(&self.identity.arn),
            state: Arc::clone(&node.name),
            resource: Arc::clone(&task.resource),
            arguments: request.arguments,
            credentials: request.credentials,
            task_token: token.clone(),
            retry_count: flow.visit.retry_count,
            timeout: request.timeout.map(Duration::from_secs),
            heartbeat: request.heartbeat.map(Duration::from_secs),
            purpose: Purpose::Task,
        }));
        flow.phase = Phase::Task(RunningTask {
            id,
            token,
            timeout,
            heartbeat,
            submitted: false,
        });
        self.flows.insert(flow_id, flow);
    }

    fn note_scheduled(&mut self, flow: &mut Flow, task: &TaskNode, request: &Request) {
        let payload = redacted(&request.arguments);
        let credentials = request.credentials.clone();
        let Some(resource) = &task.integration else {
            let details = Details::LambdaScheduled {
                resource: Arc::clone(&task.resource),
                input: payload,
                timeout_seconds: request.timeout,
                credentials,
            };
            self.note(flow, EventType::LambdaFunctionScheduled, details);
            self.note(flow, EventType::LambdaFunctionStarted, Details::None);
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
        self.note(flow, EventType::TaskScheduled, details);
        let details = Details::TaskStarted {
            resource: resource.clone(),
        };
        self.note(flow, EventType::TaskStarted, details);
    }

    /// Finds the task that an event is about, and lets it happen.
    pub(super) fn take_event(&mut self, program: &Program, event: TaskEvent) -> Result<(), TaskError> {
        if let Some(result) = self.take_child_event(program, &event) {
            return result;
        }
        let event = match self.take_items(program, event) {
            Ok(()) => return Ok(()),
            Err(event) => *event,
        };
        match event {
            TaskEvent::Succeeded { id, output } => self.answered(program, id, output.into(), true),
            TaskEvent::Answered { id, answer } => self.answered(program, id, answer.into(), false),
            TaskEvent::Submitted { id, answer } => self.submitted(program, id, &answer.into()),
            TaskEvent::Failed { id, error, cause } => {
                let (flow_id, flow) = self.task_by_id(id)?;
                self.task_failed(program, flow_id, flow, Failure::new(error, cause));
                Ok(())
            }
            TaskEvent::TokenSucceeded { token, output } => {
                let (flow_id, flow) = self.task_by_token(&token)?;
                self.task_succeeded(program, flow_id, flow, &output.into());
                Ok(())
            }
            TaskEvent::TokenFailed { token, error, cause } => {
                let (flow_id, flow) = self.task_by_token(&token)?;
                self.task_failed(program, flow_id, flow, Failure::new(error, cause));
                Ok(())
            }
            TaskEvent::TokenHeartbeat { token } => self.beat(&token),
        }
    }

    fn answered(
        &mut self,
        program: &Program,
        id: TaskId,
        output: Payload,
        wraps: bool,
    ) -> Result<(), TaskError> {
        let (flow_id, mut flow) = self.task_by_id(id)?;
        let Some((_, task)) = task_node(program, &flow) else {
            return Err(TaskError::TaskDoesNotExist);
        };
        let answer = if wraps && is_lambda_invoke(&task.resource) {
            invoke_answer(&output)
        } else {
            output
        };
        if task.callback {
            self.note_submitted(&mut flow, task, &answer);
            // The integration's part is done, and only the token completes the task now.
            self.tasks.remove(&id);
            self.flows.insert(flow_id, flow);
        } else {
            self.task_succeeded(program, flow_id, flow, &answer);
        }
        Ok(())
    }

    fn submitted(&mut self, program: &Program, id: TaskId, answer: &Payload) -> Result<(), TaskError> {
        let (flow_id, mut flow) = self.task_by_id(id)?;
        if let Some((_, task)) = task_node(program, &flow) {
            self.note_submitted(&mut flow, task, answer);
        }
        if let Phase::Task(task) = &mut flow.phase {
            task.submitted = true;
        }
        self.flows.insert(flow_id, flow);
        Ok(())
    }

    fn note_submitted(&mut self, flow: &mut Flow, task: &TaskNode, answer: &Payload) {
        if let Some(resource) = &task.integration {
            let details = Details::TaskOutput {
                resource: resource.clone(),
                output: redacted(answer),
            };
            self.note(flow, EventType::TaskSubmitted, details);
        }
    }

    fn beat(&mut self, token: &TaskToken) -> Result<(), TaskError> {
        let (flow_id, mut flow) = self.task_by_token(token)?;
        if let Phase::Task(task) = &mut flow.phase
            && let Some((key, seconds)) = task.heartbeat
        {
            self.clear_timer(Some(key));
            let due = self.now.saturating_add_seconds(seconds);
            task.heartbeat = Some((self.set_timer(due, Timer::Heartbeat(flow_id)), seconds));
        }
        self.flows.insert(flow_id, flow);
        Ok(())
    }

    /// Takes out the flow whose task has that id.
    fn task_by_id(&mut self, id: TaskId) -> Result<(FlowId, Flow), TaskError> {
        let Some(&flow_id) = self.tasks.get(&id) else {
            return Err(if id.number() <= self.issued {
                TaskError::TaskTimedOut
            } else {
                TaskError::TaskDoesNotExist
            });
        };
        self.flows
            .remove(&flow_id)
            .map(|flow| (flow_id, flow))
            .ok_or(TaskError::TaskDoesNotExist)
    }

    /// Takes out the flow whose task the token completes.
    fn task_by_token(&mut self, token: &TaskToken) -> Result<(FlowId, Flow), TaskError> {
        let task = match self.tokens.get(token) {
            None if token.is_well_formed() => return Err(TaskError::TaskDoesNotExist),
            None => return Err(TaskError::InvalidToken),
            Some(None) => return Err(TaskError::TaskTimedOut),
            Some(Some(task)) => *task,
        };
        let flow_id = self
            .flows
            .iter()
            .find(|(_, flow)| matches!(&flow.phase, Phase::Task(running) if running.id == task))
            .map(|(id, _)| *id)
            .ok_or(TaskError::TaskTimedOut)?;
        self.flows
            .remove(&flow_id)
            .map(|flow| (flow_id, flow))
            .ok_or(TaskError::TaskTimedOut)
    }

    fn task_succeeded(&mut self, program: &Program, id: FlowId, mut flow: Flow, result: &Payload) {
        let Some((node, task)) = task_node(program, &flow) else {
            return;
        };
        if let Err(failure) = within_limit(result, &task.resource) {
            return self.task_failed(program, id, flow, failure);
        }
        self.close_task(&mut flow);
        let output = redacted(result);
        match &task.integration {
            Some(resource) => {
                let resource = resource.clone();
                self.note(
                    &mut flow,
                    EventType::TaskSucceeded,
                    Details::TaskOutput { resource, output },
                );
            }
            None => self.note(
                &mut flow,
                EventType::LambdaFunctionSucceeded,
                Details::Output { output },
            ),
        }
        self.leave(program, id, flow, node, Outcome::Result(result));
    }

    fn task_failed(&mut self, program: &Program, id: FlowId, mut flow: Flow, failure: Failure) {
        let Some((node, task)) = task_node(program, &flow) else {
            return;
        };
        self.close_task(&mut flow);
        let types = (EventType::TaskFailed, EventType::LambdaFunctionFailed);
        self.note_failure(&mut flow, task, types, &failure);
        self.fail(program, id, flow, node, failure);
    }

    /// A task gave no answer, or no sign of life, in time.
    pub(super) fn time_out(&mut self, program: &Program, id: FlowId, error: &str) {
        let Some(mut flow) = self.flows.remove(&id) else {
            return;
        };
        let Some((node, task)) = task_node(program, &flow) else {
            return;
        };
        if let Some(id) = self.close_task(&mut flow) {
            self.commands.push_back(Command::CancelTask { id });
        }
        let failure = Failure::named(error);
        let types = (EventType::TaskTimedOut, EventType::LambdaFunctionTimedOut);
        self.note_failure(&mut flow, task, types, &failure);
        self.fail(program, id, flow, node, failure);
    }

    /// Records how an attempt ended badly: as the first type for an integration, as the second for a function.
    fn note_failure(
        &mut self,
        flow: &mut Flow,
        task: &TaskNode,
        (of_integration, of_function): (EventType, EventType),
        failure: &Failure,
    ) {
        let error = failure.error_name();
        let cause = failure.cause.clone().map(redacted_text);
        match task.integration.clone() {
            Some(resource) => self.note(
                flow,
                of_integration,
                Details::TaskFailure {
                    resource,
                    error,
                    cause,
                },
            ),
            None => self.note(
                flow,
                of_function,
                Details::Failure {
                    error: Some(error),
                    cause,
                },
            ),
        }
    }

    /// Ends an attempt: its timers, its token, and its id. Gives the id if its integration has not answered.
    pub(super) fn close_task(&mut self, flow: &mut Flow) -> Option<TaskId> {
        let Phase::Task(task) = std::mem::replace(&mut flow.phase, Phase::Ready) else {
            return None;
        };
        self.clear_timer(task.timeout.map(|(key, _)| key));
        self.clear_timer(task.heartbeat.map(|(key, _)| key));
        if let Some(completes) = task.token.as_ref().and_then(|token| self.tokens.get_mut(token)) {
            *completes = None;
        }
        self.tasks.remove(&task.id).map(|_| task.id)
    }
}

fn task_node<'a>(program: &'a Program, flow: &Flow) -> Option<(&'a StateNode, &'a TaskNode)> {
    let node = program.node(flow.level, flow.state)?;
    match &node.kind {
        Kind::Task(task) => Some((node, task)),
        _ => None,
    }
}
