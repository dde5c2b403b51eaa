//! One run: a discrete-event simulation of the real handlers, the emitted machine and the people of a scenario.

use std::collections::BTreeMap;
use std::sync::Arc;

use contracts::values::UserId;
use serde_json::Value;
use simulator::{Command, EpochMillis, ExecutionArn, TaskId};

use crate::fault::{Fault, FaultPoint, FunctionId};
use crate::invariants::{Invariant, Violation};
use crate::scenario::Scenario;
use crate::state::{START, SharedState, State};
use crate::trace::TraceEvent;

pub(crate) mod definition;
pub(crate) mod handlers;
mod invocations;
mod mail_events;
pub(crate) mod people;
mod tasks;
mod texts;

use invocations::{Caller, Invocation};
use people::Action;

/// A run with more events does not terminate.
const MAX_EVENTS: usize = 200_000;

/// The result of a run.
#[derive(Debug)]
pub struct Run {
    /// The first violation.
    pub violation: Option<Violation>,
    /// The rendered trace; empty unless the scenario renders it.
    pub trace: String,
    /// An order-sensitive, time-independent hash of the trace.
    pub trace_hash: u64,
    /// The number of executions that were started.
    pub executions: u64,
    /// The number of injected faults by kind, in the order of [`Fault::KINDS`].
    pub faults: [u64; Fault::KINDS.len()],
    /// The number of operations that failed because of an outage.
    pub outages: u64,
    /// The number of codes that were compared, without those that were right.
    pub codes_compared: i64,
    /// The fault points that the run reached, in order.
    pub reached: Vec<FaultPoint>,
    /// All responses to people.
    pub responses: Vec<Response>,
}

/// A response to a person. User ids are replaced by their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The number of the sign-up.
    pub sign_up: u8,
    /// Milliseconds after the run's start.
    pub at: i64,
    /// The kind of request.
    pub request: &'static str,
    /// Status, headers and body.
    pub text: String,
}

#[derive(Debug)]
enum ScheduledEvent {
    /// A person does something.
    Person(u8, Action),
    /// The pending operation of an invocation is due.
    Operation(usize),
    /// The pending operation of an invocation that timed out takes effect.
    DelayedEffect(usize),
    /// A task succeeds, or fails with this error.
    TaskResult(ExecutionArn, TaskId, Result<Value, String>),
    /// A function is invoked with this payload, and nobody waits for the result. The trace has the text.
    UnawaitedCall(FunctionId, u8, Option<usize>, Value, &'static str),
    /// The queue delivers the event of a mail, for this time.
    MailEvent(u8, Value, u8),
    /// New versions are deployed.
    Deployment,
    /// Somebody starts an execution that has no sign-up.
    StartWithoutSignUp,
    /// An operator stops an execution and redrives it.
    Redrive(u8),
}

struct Simulation {
    shared: SharedState,
    scenario: Arc<Scenario>,
    handlers: handlers::Handlers,
    invocations: Vec<Invocation>,
    /// The event queue, ordered by time and then by insertion.
    queue: BTreeMap<(i64, u64), ScheduledEvent>,
    scheduled: u64,
    responses: Vec<Response>,
    /// The sign-ups whose click is scheduled.
    clicks_scheduled: Vec<u8>,
    /// The sign-ups whose entry of a texted code is scheduled.
    texts_scheduled: Vec<u8>,
}

/// Runs a scenario to its end, or to the first violation.
pub fn run(scenario: &Scenario) -> Run {
    Simulation::new(&Arc::new(scenario.clone())).run()
}

impl Simulation {
    fn new(scenario: &Arc<Scenario>) -> Self {
        let machines = definition::machines(scenario.seed, definition::Version::at_start(scenario));
        let shared = SharedState::new(State::new(Arc::clone(scenario), machines));
        let handlers = handlers::Handlers::new(&shared);
        let mut simulation = Self {
            shared,
            scenario: Arc::clone(scenario),
            handlers,
            invocations: Vec::new(),
            queue: BTreeMap::new(),
            scheduled: 0,
            responses: Vec::new(),
            clicks_scheduled: Vec::new(),
            texts_scheduled: Vec::new(),
        };
        for sign_up in &scenario.sign_ups {
            let action = Action::SignUp {
                attempts_left: sign_up.max_attempts,
            };
            simulation.schedule(sign_up.at, ScheduledEvent::Person(sign_up.number, action));
        }
        if let Some(at) = scenario.deployed_at {
            simulation.schedule(at, ScheduledEvent::Deployment);
        }
        if let Some(at) = scenario.unknown_execution_at {
            simulation.schedule(at, ScheduledEvent::StartWithoutSignUp);
        }
        if let Some((number, at)) = scenario.redrive {
            simulation.schedule(at, ScheduledEvent::Redrive(number));
        }
        if scenario.has_account {
            simulation.shared.lock().add_account();
        }
        simulation
    }

    fn schedule(&mut self, at: i64, event: ScheduledEvent) {
        self.scheduled += 1;
        self.queue.insert((at, self.scheduled), event);
    }

    fn now(&self) -> i64 {
        self.shared.lock().now
    }

    fn run(mut self) -> Run {
        let mut events = 0;
        while self.handle_next() {
            events += 1;
            let mut state = self.shared.lock();
            state.check_continuously();
            if events > MAX_EVENTS {
                let found = format!("{MAX_EVENTS} events, and no end");
                state.monitor.violate(Invariant::Terminates, found);
            }
            if state.monitor.violation.is_some() {
                break;
            }
        }
        let mut state = self.shared.lock();
        state.check_final_state();
        Run {
            violation: state.monitor.violation.take(),
            trace_hash: state.trace.hash(),
            executions: state.workflows.len() as u64,
            faults: state.fault_counts,
            outages: state.outages,
            codes_compared: state.monitor.tries.values().sum(),
            reached: std::mem::take(&mut state.reached),
            trace: if self.scenario.render_trace {
                state.trace.render()
            } else {
                String::new()
            },
            responses: self.responses,
        }
    }

    /// Advances the virtual time to the next event or timer and handles it. Returns false if there is none.
    fn handle_next(&mut self) -> bool {
        self.take_commands();
        let timer = self.shared.lock().machines.next_timer();
        let timer = timer.map(|due| due.as_millis() - START);
        // An event at the very time of a timer has priority: a completion at the deadline is in time.
        if let Some(next) = self.queue.first_entry()
            && timer.is_none_or(|timer| next.key().0 <= timer)
        {
            let ((at, _), event) = next.remove_entry();
            self.advance(at);
            self.dispatch(event);
            return true;
        }
        let Some(timer) = timer else { return false };
        self.advance(timer);
        let now = EpochMillis::new(START + timer);
        self.shared.lock().machines.advance(now);
        true
    }

    fn advance(&mut self, at: i64) {
        let mut state = self.shared.lock();
        state.now = state.now.max(at);
    }

    fn dispatch(&mut self, event: ScheduledEvent) {
        match event {
            ScheduledEvent::Person(sign_up, action) => self.act(sign_up, action),
            ScheduledEvent::Operation(index) => self.perform(index),
            ScheduledEvent::DelayedEffect(index) => self.perform_delayed(index),
            ScheduledEvent::TaskResult(arn, id, result) => self.complete_task(&arn, id, result),
            ScheduledEvent::UnawaitedCall(function, sign_up, user, payload, text) => {
                self.call(function, sign_up, user, payload, Caller::Nobody, text);
            }
            ScheduledEvent::MailEvent(sign_up, body, delivery) => {
                self.deliver_event(sign_up, &body, delivery);
            }
            ScheduledEvent::Deployment => self.deploy(),
            ScheduledEvent::StartWithoutSignUp => self.shared.lock().start_without_sign_up(),
            ScheduledEvent::Redrive(sign_up) => self.redrive(sign_up),
        }
    }

    fn deploy(&mut self) {
        let mut state = self.shared.lock();
        state.note(
            None,
            TraceEvent::Global("new versions of all functions and of the machine are deployed"),
        );
        definition::deploy(&mut state.machines, self.scenario.contacts);
        drop(state);
        // The functions start again with nothing in memory.
        self.handlers = handlers::Handlers::new(&self.shared);
    }

    #[expect(
        clippy::expect_used,
        reason = "a running execution can be stopped and redriven"
    )]
    fn redrive(&mut self, sign_up: u8) {
        let mut state = self.shared.lock();
        let now = state.time();
        let of_sign_up = |user: &UserId| state.owners.get(user) == Some(&sign_up);
        let found = state.workflows.iter().find(|(user, _)| of_sign_up(user));
        let Some(arn) = found.map(|(_, arn)| arn.clone()) else {
            return;
        };
        let execution = state.machines.describe(&arn);
        if !execution.is_ok_and(|execution| execution.status.is_running()) {
            return;
        }
        state.note(
            Some(sign_up),
            TraceEvent::Request("an operator stops the execution and redrives it"),
        );
        state.count_disruption(sign_up);
        state
            .machines
            .stop_execution(&arn, now, None, None)
            .expect("a running execution can be stopped");
        state
            .machines
            .redrive_execution(&arn, now)
            .expect("a stopped execution can be redriven");
    }

    /// Carries out the commands of the executions.
    fn take_commands(&mut self) {
        loop {
            let command = self.shared.lock().machines.poll_command();
            match command {
                Some((arn, Command::RunTask(call))) => self.run_task(&arn, &call),
                Some((_, Command::CancelTask { .. })) => {}
                None => break,
            }
        }
        let mut state = self.shared.lock();
        while let Some(arn) = state.machines.poll_ended() {
            let found = state.workflows.iter().find(|(_, found)| **found == arn);
            let sign_up = found.and_then(|(user, _)| state.owners.get(user)).copied();
            let status = state
                .machines
                .describe(&arn)
                .map_or("unknown", |found| found.status.name());
            state.note(sign_up, TraceEvent::ExecutionEnded(status));
        }
    }
}
