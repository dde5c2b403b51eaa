//! Entering and leaving states.

use std::sync::Arc;

use super::flow::{Flow, FlowId, Parent, Phase, Visit};
use super::{Execution, Status, Timer, fields, redacted};
use crate::Payload;
use crate::definition::{Kind, Program, StateNode, Target, WaitNode};
use crate::failure::Failure;
use crate::history::{Details, EventType, Place};
use crate::template::Template;

/// How a state is left: with these assignments and this output, to there.
pub(super) struct Exit<'a> {
    pub(super) assign: &'a [(Arc<str>, Template)],
    pub(super) assign_field: &'a str,
    pub(super) output: Option<&'a Template>,
    pub(super) output_field: &'a str,
    pub(super) next: Target,
}

impl<'a> Exit<'a> {
    /// The one that the state itself describes.
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

/// What a state has come to, for the fields that are evaluated when it is left.
#[derive(Clone, Copy)]
pub(super) enum Outcome<'a> {
    /// It did no work: its output is its input.
    Nothing,
    /// `$states.result`.
    Result(&'a Payload),
    /// `$states.errorOutput`.
    Error(&'a Payload),
}

impl Execution {
    /// Enters the state that a flow stands before.
    pub(super) fn enter(&mut self, program: &Program, id: FlowId) {
        let Some(mut flow) = self.flows.remove(&id) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        if matches!(flow.phase, Phase::Stopped) && !matches!(node.kind, Kind::Fail(_)) {
            return self.begin(program, id, flow, node);
        }
        flow.stopped = None;
        flow.visit = Visit {
            state: Arc::clone(&node.name),
            entered_at: self.now,
            entered_event: 0,
            before_entered: flow.last_event,
            retry_count: 0,
            retries: vec![0; node.retry.len()],
        };
        let details = Details::StateEntered {
            name: Arc::clone(&node.name),
            input: redacted(&flow.input),
        };
        self.note(&mut flow, entered(&node.kind), details);
        flow.visit.entered_event = flow.last_event;
        self.begin(program, id, flow, node);
    }

    /// Does what a state does once it is entered.
    fn begin(&mut self, program: &Program, id: FlowId, mut flow: Flow, node: &StateNode) {
        match &node.kind {
            Kind::Pass | Kind::Succeed => self.leave(program, id, flow, node, Outcome::Nothing),
            Kind::Choice(choice) => self.choose(program, id, flow, node, choice),
            Kind::Wait(wait) => self.begin_wait(program, id, flow, node, wait),
            Kind::Task(_) | Kind::Parallel { .. } | Kind::Map(_) => self.attempt(program, id, flow, node),
            Kind::Fail(fail) => {
                let result = self.evaluate(&mut flow, node, None, None, |scope, world| {
                    Ok(Failure {
                        error: fields::text(fail.error.as_ref(), "Error", &scope, world)?,
                        cause: fields::text(fail.cause.as_ref(), "Cause", &scope, world)?,
                    })
                });
                let failure = result.unwrap_or_else(|failure| failure);
                self.give_up(program, flow, failure);
            }
        }
    }

    /// Begins an attempt of a state that does work.
    pub(super) fn attempt(&mut self, program: &Program, id: FlowId, flow: Flow, node: &StateNode) {
        match &node.kind {
            Kind::Task(task) => self.start_task(program, id, flow, node, task),
            Kind::Parallel { arguments, branches } => {
                self.start_parallel(program, id, flow, node, arguments.as_ref(), branches);
            }
            Kind::Map(map) => self.start_map(program, id, flow, node, map),
            Kind::Choice(_) | Kind::Pass | Kind::Wait(_) | Kind::Succeed | Kind::Fail(_) => {}
        }
    }

    /// Leaves a state in the way that it describes itself.
    pub(super) fn leave(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: Flow,
        node: &StateNode,
        outcome: Outcome<'_>,
    ) {
        self.exit(program, id, flow, node, outcome, &Exit::of(node));
    }

    /// Leaves a state; if an expression fails on the way out, so does the state.
    pub(super) fn exit(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        outcome: Outcome<'_>,
        exit: &Exit<'_>,
    ) {
        match self.exit_values(&mut flow, node, outcome, exit) {
            Ok((output, assigned)) => {
                if !assigned.is_empty() {
                    self.count_stored(&mut flow, &assigned);
                    let variables = Arc::make_mut(&mut flow.variables);
                    variables.extend(
                        assigned
                            .iter()
                            .map(|(name, value)| (Arc::clone(name), Arc::clone(value))),
                    );
                }
                let details = Details::StateExited {
                    name: Arc::clone(&node.name),
                    output: redacted(&output),
                    assigned: assigned
                        .into_iter()
                        .map(|(name, value)| (name, redacted(&value)))
                        .collect(),
                };
                if let Some(exited) = exited(&node.kind) {
                    self.note(&mut flow, exited, details);
                }
                self.depart(program, id, flow, exit.next, output);
            }
            // What fails in a Catch is not caught by it, nor tried again.
            Err(failure) if matches!(outcome, Outcome::Error(_)) => self.give_up(program, flow, failure),
            Err(failure) => self.fail(program, id, flow, node, failure),
        }
    }

    #[expect(clippy::type_complexity, reason = "a name would say less than the two parts")]
    fn exit_values(
        &mut self,
        flow: &mut Flow,
        node: &StateNode,
        outcome: Outcome<'_>,
        exit: &Exit<'_>,
    ) -> Result<(Payload, Vec<(Arc<str>, Payload)>), Failure> {
        let unchanged = match outcome {
            Outcome::Nothing => Arc::clone(&flow.input),
            Outcome::Result(payload) | Outcome::Error(payload) => Arc::clone(payload),
        };
        if exit.output.is_none() && exit.assign.is_empty() {
            return Ok((unchanged, Vec::new()));
        }
        let (output, assigned) = self.evaluate(flow, node, None, None, |scope, world| {
            let scope = match outcome {
                Outcome::Nothing => scope,
                Outcome::Result(result) => scope.with_result(result),
                Outcome::Error(error) => scope.with_error_output(error),
            };
            let output = match exit.output {
                Some(template) => template.evaluate(exit.output_field, &scope, world)?,
                None => unchanged,
            };
            Ok((
                output,
                fields::assignments(exit.assign, exit.assign_field, &scope, world)?,
            ))
        })?;
        fields::within_limit(&output, &node.name)?;
        if !assigned.is_empty() {
            self.within_variable_limits(flow, node, &assigned)?;
        }
        Ok((output, assigned))
    }

    /// Goes on to the next state, or ends the flow.
    fn depart(&mut self, program: &Program, id: FlowId, mut flow: Flow, next: Target, output: Payload) {
        match next {
            Target::State(state) => {
                flow.state = state;
                flow.input = output;
                flow.phase = Phase::Ready;
                self.flows.insert(id, flow);
                self.ready.push_back(id);
            }
            Target::End => {
                if let Some(parent) = flow.parent {
                    self.stored_bytes -= flow.stored_bytes;
                    return self.part_succeeded(program, parent, flow.last_event, output);
                }
                let details = Details::Output {
                    output: redacted(&output),
                };
                self.record(
                    flow.last_event,
                    EventType::ExecutionSucceeded,
                    details,
                    Place::default(),
                );
                self.end(Status::Succeeded { output });
            }
        }
    }

    /// Ends a flow with a failure that nothing in it answers to.
    pub(super) fn give_up(&mut self, program: &Program, mut flow: Flow, failure: Failure) {
        flow.phase = Phase::Stopped;
        let last_event = flow.last_event;
        match flow.parent {
            Some(parent) if failure.is_terminal() => self.put_back(parent, flow),
            Some(parent) => {
                self.stored_bytes -= flow.stored_bytes;
                self.part_failed(program, parent, flow, failure);
                return;
            }
            None => self.stopped = Some(Box::new(flow)),
        }
        let cause = failure.cause.map(super::redacted_text);
        self.fail_execution(last_event, &Failure { cause, ..failure });
    }

    /// Puts a part of a group back where it was, for the end of the execution to find.
    fn put_back(&mut self, parent: Parent, part: Flow) {
        if let Some(around) = self.flows.get(&parent.flow)
            && let Phase::Group(group) = &around.phase
            && let Some(id) = group.running.get(&parent.index).copied()
        {
            self.flows.insert(id, part);
        }
    }

    fn begin_wait(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        wait: &WaitNode,
    ) {
        let now = self.now;
        let until = self.evaluate(&mut flow, node, None, None, |scope, world| match wait {
            WaitNode::Seconds(seconds) => {
                let seconds = fields::number(Some(seconds), &scope, world)?.unwrap_or(0);
                Ok(now.saturating_add_seconds(seconds))
            }
            WaitNode::Timestamp(timestamp) => fields::time(timestamp, "Timestamp", &scope, world),
        });
        match until {
            Ok(until) if until <= now => self.leave(program, id, flow, node, Outcome::Nothing),
            Ok(until) => {
                self.set_timer(until, Timer::Wait(id));
                flow.phase = Phase::Waiting;
                self.flows.insert(id, flow);
            }
            Err(failure) => self.fail(program, id, flow, node, failure),
        }
    }

    /// A Wait's time has come.
    pub(super) fn end_wait(&mut self, program: &Program, id: FlowId) {
        let Some(flow) = self.flows.remove(&id) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        self.leave(program, id, flow, node, Outcome::Nothing);
    }
}

fn entered(kind: &Kind) -> EventType {
    match kind {
        Kind::Task(_) => EventType::TaskStateEntered,
        Kind::Parallel { .. } => EventType::ParallelStateEntered,
        Kind::Map(_) => EventType::MapStateEntered,
        Kind::Choice(_) => EventType::ChoiceStateEntered,
        Kind::Pass => EventType::PassStateEntered,
        Kind::Wait(_) => EventType::WaitStateEntered,
        Kind::Succeed => EventType::SucceedStateEntered,
        Kind::Fail(_) => EventType::FailStateEntered,
    }
}

fn exited(kind: &Kind) -> Option<EventType> {
    match kind {
        Kind::Task(_) => Some(EventType::TaskStateExited),
        Kind::Parallel { .. } => Some(EventType::ParallelStateExited),
        Kind::Map(_) => Some(EventType::MapStateExited),
        Kind::Choice(_) => Some(EventType::ChoiceStateExited),
        Kind::Pass => Some(EventType::PassStateExited),
        Kind::Wait(_) => Some(EventType::WaitStateExited),
        Kind::Succeed => Some(EventType::SucceedStateExited),
        Kind::Fail(_) => None,
    }
}
