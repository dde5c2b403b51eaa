//! The life of a state: entered, run, and exited or failed.
//!
//! The scheduler calls `enter_state`, which appends the `…StateEntered` event and begins a new visit, with all retries
//! unused. `run_state` then does the work of the state's type. A Pass, a Choice or a Succeed is done at once; a Wait, a
//! Task, a Parallel or a Map parks the flow until a timer, a task event or the last branch resumes it. A state that has its
//! result is exited: `exit_state`, or `exit_via` for a catcher or a rule of a Choice, evaluates `Assign` and `Output` and
//! appends `…StateExited`; `transition_to` then queues the next state, or ends the flow. A failure goes to `fail_state`
//! ([`error_handling`](super::error_handling)), which schedules a retry that calls `run_state` again, or exits to a
//! catcher, or calls `fail_flow`: the flow around it fails ([`fork`](super::fork)), or the execution.

use std::sync::Arc;

use super::cursor::Cursor;
use super::event_types::{entered, exited};
use super::fields::{self, Assigned};
use super::flow::{FlowId, Phase, Visit};
use super::{Execution, Status, Timer, numbers, redacted};
use crate::SharedValue;
use crate::definition::{StateKind, StateNode, Target, WaitNode};
use crate::failure::Failure;
use crate::history::{Details, EventType};
use crate::template::Template;

/// The exit of a state: its assignments, its output and its transition.
pub(super) struct Exit<'a> {
    pub(super) assign: &'a [(Arc<str>, Template)],
    pub(super) assign_field: &'a str,
    pub(super) output: Option<&'a Template>,
    pub(super) output_field: &'a str,
    pub(super) next: Target,
}

impl<'a> Exit<'a> {
    /// The exit by the state's own fields, not by a catcher or a rule of a Choice.
    pub(super) fn of(node: &'a StateNode) -> Self {
        Self {
            assign: &node.assign,
            assign_field: "Assign",
            output: node.output.as_ref(),
            output_field: "Output",
            next: node.next,
        }
    }
}

/// The value that `Assign` and `Output` can read beside the input.
#[derive(Clone, Copy)]
pub(super) enum StateResult<'a> {
    /// Nothing: a state that does no work passes on its input.
    None,
    /// `$states.result`.
    Result(&'a SharedValue),
    /// `$states.errorOutput`.
    Error(&'a SharedValue),
}

impl Execution {
    /// Enters the state that a ready flow is at; a state that is redriven is not entered again.
    pub(super) fn enter_state(&mut self, id: FlowId) {
        let mut cursor = self.take(id);
        if matches!(cursor.phase, Phase::Stopped) && !matches!(cursor.node.kind, StateKind::Fail(_)) {
            return self.run_state(cursor);
        }
        cursor.stopped_fork = None;
        cursor.visit = Visit {
            entered_at: self.now,
            entered_event: 0,
            before_entered: cursor.last_event,
            retry_count: 0,
            retries: vec![0; cursor.node.retry.len()],
        };
        let details = Details::StateEntered {
            name: Arc::clone(&cursor.node.name),
            input: redacted(&cursor.input),
        };
        let entered = entered(&cursor.node.kind);
        self.push_event(&mut cursor, entered, details);
        cursor.visit.entered_event = cursor.last_event;
        self.run_state(cursor);
    }

    /// Does the work of the entered state; for a Task, a Parallel or a Map, starts an attempt.
    pub(super) fn run_state(&mut self, mut cursor: Cursor) {
        let node = Arc::clone(&cursor.node);
        match &node.kind {
            StateKind::Pass | StateKind::Succeed => self.exit_state(cursor, StateResult::None),
            StateKind::Choice(choice) => self.choose(cursor, choice),
            StateKind::Wait(wait) => self.start_wait(cursor, wait),
            StateKind::Task(task) => self.start_task(cursor, task),
            StateKind::Parallel { arguments, branches } => {
                self.start_parallel(cursor, arguments.as_ref(), branches);
            }
            StateKind::Map(map) => match &map.distributed {
                Some(distributed) => self.start_map_run(cursor, map, distributed),
                None => self.start_map(cursor, map),
            },
            StateKind::Fail(fail) => {
                let result = self.evaluate(&mut cursor, |scope| {
                    let error = fields::string(fail.error.as_ref(), "Error", &scope)?;
                    let cause = fields::string(fail.cause.as_ref(), "Cause", &scope)?;
                    Ok(Failure::of(error, cause))
                });
                let failure = result.unwrap_or_else(|failure| failure);
                self.fail_flow(cursor, failure);
            }
        }
    }

    /// Exits a state by its own fields.
    pub(super) fn exit_state(&mut self, cursor: Cursor, result: StateResult<'_>) {
        let node = Arc::clone(&cursor.node);
        self.exit_via(cursor, result, &Exit::of(&node));
    }

    /// Exits a state; if an expression of the exit fails, the state fails.
    pub(super) fn exit_via(&mut self, mut cursor: Cursor, result: StateResult<'_>, exit: &Exit<'_>) {
        match self.exit_values(&mut cursor, result, exit) {
            Ok((output, assigned)) => {
                if !assigned.is_empty() {
                    self.count_stored(&mut cursor, &assigned);
                    let variables = Arc::make_mut(&mut cursor.variables);
                    variables.extend(assigned.iter().cloned());
                }
                let details = Details::StateExited {
                    name: Arc::clone(&cursor.node.name),
                    output: redacted(&output),
                    assigned: assigned
                        .into_iter()
                        .map(|(name, value)| (name, redacted(&value)))
                        .collect(),
                };
                let exited = exited(&cursor.node.kind);
                self.push_event(&mut cursor, exited, details);
                self.transition_to(cursor, exit.next, output);
            }
            // A failure in a catcher is neither retried nor caught.
            Err(failure) if matches!(result, StateResult::Error(_)) => self.fail_flow(cursor, failure),
            Err(failure) => self.fail_state(cursor, failure),
        }
    }

    fn exit_values(
        &mut self,
        cursor: &mut Cursor,
        result: StateResult<'_>,
        exit: &Exit<'_>,
    ) -> Result<(SharedValue, Assigned), Failure> {
        let unchanged = match result {
            StateResult::None => Arc::clone(&cursor.input),
            StateResult::Result(payload) | StateResult::Error(payload) => Arc::clone(payload),
        };
        if exit.output.is_none() && exit.assign.is_empty() {
            return Ok((unchanged, Vec::new()));
        }
        let (output, assigned) = self.evaluate(cursor, |scope| {
            let scope = match result {
                StateResult::None => scope,
                StateResult::Result(result) => scope.with_result(result),
                StateResult::Error(error) => scope.with_error_output(error),
            };
            let output = match exit.output {
                Some(template) => template.evaluate(exit.output_field, &scope)?,
                None => unchanged,
            };
            Ok((
                output,
                fields::assignments(exit.assign, exit.assign_field, &scope)?,
            ))
        })?;
        fields::within_limit(&output, &cursor.node.name)?;
        if !assigned.is_empty() {
            self.within_variable_limits(cursor, &assigned)?;
        }
        Ok((output, assigned))
    }

    /// Queues the next state, or ends the flow.
    fn transition_to(&mut self, mut cursor: Cursor, next: Target, output: SharedValue) {
        match (next, cursor.parent) {
            (Target::State(state), _) => {
                cursor.state = state;
                cursor.input = output;
                self.ready.push_back(cursor.id);
                self.park(cursor, Phase::Ready);
            }
            (Target::End, Some(parent)) => {
                self.stored_bytes -= cursor.stored_bytes;
                self.branch_succeeded(parent, cursor.last_event, output);
            }
            (Target::End, None) => {
                let details = Details::Output {
                    output: redacted(&output),
                };
                self.push_execution_event(cursor.last_event, EventType::ExecutionSucceeded, details);
                self.end(Status::Succeeded { output });
            }
        }
    }

    /// Ends a flow with a failure that nothing in it retries or catches.
    pub(super) fn fail_flow(&mut self, mut cursor: Cursor, mut failure: Failure) {
        cursor.phase = Phase::Stopped;
        let last_event = cursor.last_event;
        match cursor.parent {
            // The end of the execution saves it, with the forks around it.
            Some(_) if failure.is_terminal() => self.put_back(cursor),
            Some(parent) => {
                self.stored_bytes -= cursor.stored_bytes;
                return self.branch_failed(parent, cursor, failure);
            }
            None => self.saved_for_redrive = Some(Box::new(cursor.into_flow())),
        }
        failure.cause = failure.cause.map(super::redacted_text);
        self.fail_execution(last_event, &failure);
    }

    fn start_wait(&mut self, mut cursor: Cursor, wait: &WaitNode) {
        let now = self.now;
        let until = self.evaluate(&mut cursor, |scope| match wait {
            WaitNode::Seconds(seconds) => {
                Ok(now.saturating_add_seconds(numbers::WAIT.required(seconds, &scope)?))
            }
            WaitNode::Timestamp(timestamp) => fields::timestamp(timestamp, "Timestamp", &scope),
        });
        match until {
            Ok(until) if until <= now => self.exit_state(cursor, StateResult::None),
            Ok(until) => {
                self.set_timer(until, Timer::Wait(cursor.id));
                self.park(cursor, Phase::Waiting);
            }
            Err(failure) => self.fail_state(cursor, failure),
        }
    }

    pub(super) fn end_wait(&mut self, id: FlowId) {
        let cursor = self.take(id);
        self.exit_state(cursor, StateResult::None);
    }
}
