//! The state of a run that all functions share through their ports.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, HashKey, Timestamp, UserId};
use indexmap::IndexMap;
use simulator::{EpochMillis, ExecutionArn, StateMachines};

use crate::Table;
use crate::fault::{Fault, FaultPoint, FunctionId, Operation, Service};
use crate::invariants::Monitor;
use crate::mailbox::Mailbox;
use crate::phones::Phones;
use crate::run::handlers::KEY;
use crate::scenario::{Scenario, SignUp};
use crate::trace::{Trace, TraceEntry, TraceEvent};
use crate::world::WorkflowService;

/// The virtual time at which every run starts.
pub(crate) const START: i64 = 1_767_268_800_000;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) scenario: Arc<Scenario>,
    /// Milliseconds after the start.
    pub(crate) now: i64,
    pub(crate) table: Table,
    pub(crate) machines: StateMachines,
    pub(crate) mailbox: Mailbox,
    pub(crate) phones: Phones,
    /// The key that the functions hash codes with.
    pub(crate) code_key: HashKey,
    pub(crate) monitor: Monitor,
    pub(crate) trace: Trace,
    /// The sign-up that each user id was accepted for.
    pub(crate) owners: IndexMap<UserId, u8>,
    /// How often each operation was reached for each sign-up.
    counts: BTreeMap<(u8, u8), u8>,
    /// The invocation that is being polled.
    pub(crate) running: Running,
    /// The operation that it requests.
    pub(crate) pending_operation: Option<Operation>,
    /// The decision on that operation.
    pub(crate) verdict: Option<Verdict>,
    /// The status that the webhook's endpoint responds with instead of success.
    pub(crate) error_status: Option<u16>,
    /// What happens to the text message that is being sent.
    pub(crate) text_fault: Option<Fault>,
    /// Why the mail service does not take the mail.
    pub(crate) mail_refusal: Option<MailRefusal>,
    /// The number of injected faults by kind.
    pub(crate) fault_counts: [u64; Fault::KINDS.len()],
    /// The number of operations that failed because of an outage.
    pub(crate) outages: u64,
    faults_by_sign_up: BTreeMap<u8, usize>,
    pub(crate) workflow_service: WorkflowService,
    /// The executions by user.
    pub(crate) workflows: IndexMap<UserId, ExecutionArn>,
    /// The fault points that the run has reached.
    pub(crate) reached: Vec<FaultPoint>,
}

/// The part of an invocation that its ports need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    /// The number of the invocation.
    pub(crate) invocation: usize,
    pub(crate) function: FunctionId,
    pub(crate) sign_up: u8,
    /// The user's index in [`State::owners`], if the invocation concerns a user.
    pub(crate) user: Option<usize>,
    pub(crate) started_at: i64,
    /// With what the person who calls it confirms what; `None` for every other call.
    pub(crate) choice: Option<(Proof, ConfirmationScope)>,
}

/// An answer of the mail service to a mail that it does not take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MailRefusal {
    Rejected,
    RateExceeded,
    QuotaUsedUp,
}

/// The decision on an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It takes effect.
    Do,
    /// It takes effect, and the function gets an error.
    DoAndFail,
    /// It has no effect, and the function gets an error.
    Fail,
    /// It takes effect, and the function never gets a response.
    DoAndEnd,
}

#[expect(clippy::expect_used, reason = "the key is a constant")]
fn code_key() -> HashKey {
    HashKey::new(KEY).expect("the key is long enough")
}

impl State {
    pub(crate) fn new(scenario: Arc<Scenario>, machines: StateMachines) -> Self {
        Self {
            scenario,
            now: 0,
            table: Table::default(),
            machines,
            mailbox: Mailbox::default(),
            phones: Phones::default(),
            code_key: code_key(),
            monitor: Monitor::default(),
            trace: Trace::default(),
            owners: IndexMap::new(),
            counts: BTreeMap::new(),
            running: Running {
                invocation: 0,
                function: FunctionId::CreateUser,
                sign_up: 0,
                user: None,
                started_at: 0,
                choice: None,
            },
            pending_operation: None,
            verdict: None,
            error_status: None,
            text_fault: None,
            mail_refusal: None,
            fault_counts: [0; Fault::KINDS.len()],
            outages: 0,
            faults_by_sign_up: BTreeMap::new(),
            workflow_service: WorkflowService::StepFunctions,
            workflows: IndexMap::new(),
            reached: Vec::new(),
        }
    }

    /// The time by the clock of Step Functions, which is the reference.
    pub(crate) fn time(&self) -> EpochMillis {
        EpochMillis::new(START + self.now)
    }

    /// The time by a function's own clock.
    #[expect(clippy::indexing_slicing, reason = "there is a skew for each function")]
    pub(crate) fn time_of(&self, function: FunctionId) -> Timestamp {
        timestamp(START + self.now + self.scenario.skews[function as usize])
    }

    /// When the running invocation began, by its function's own clock.
    pub(crate) fn began_at(&self) -> Timestamp {
        let skipped = self.now - self.running.started_at;
        let now = self.time_of(self.running.function);
        timestamp(now.epoch_millis() - skipped)
    }

    /// The fault point of the next operation of this kind.
    pub(crate) fn next_point(&mut self, sign_up: u8, operation: Operation) -> FaultPoint {
        let count = self.counts.entry((sign_up, operation as u8)).or_default();
        let point = FaultPoint {
            sign_up,
            operation,
            nth: *count,
        };
        *count = count.saturating_add(1);
        self.reached.push(point);
        point
    }

    /// The id of the user with this index.
    pub(crate) fn owner(&self, user: Option<usize>) -> Option<&UserId> {
        Some(self.owners.get_index(user?)?.0)
    }

    pub(crate) fn note(&mut self, sign_up: Option<u8>, what: TraceEvent) {
        let at = self.now;
        self.trace.add(TraceEntry { at, sign_up, what });
    }

    /// The number of faults that have affected a sign-up.
    pub(crate) fn faults_of(&self, sign_up: u8) -> usize {
        self.faults_by_sign_up.get(&sign_up).copied().unwrap_or(0)
    }

    /// The faults of everybody who may have this user: people with one address and one idempotency key get the same one.
    pub(crate) fn faults_of_user(&self, user: &UserId) -> usize {
        let Some(owner) = self
            .owners
            .get(user)
            .and_then(|number| self.scenario.sign_up(*number))
        else {
            return 0;
        };
        let is_same = |other: &SignUp| {
            other.number == owner.number
                || (owner.key.is_some() && other.key == owner.key && other.mailbox() == owner.mailbox())
        };
        let people = self.scenario.sign_ups.iter().filter(|other| is_same(other));
        people.map(|person| self.faults_of(person.number)).sum()
    }

    /// Counts an injected fault.
    #[expect(clippy::indexing_slicing, reason = "there is a count for each kind")]
    pub(crate) fn count_fault(&mut self, sign_up: u8, fault: Fault) {
        self.fault_counts[fault.kind()] += 1;
        self.count_disruption(sign_up);
    }

    /// Counts a disruption that is no single fault: an outage, or an operator who stops the execution.
    pub(crate) fn count_disruption(&mut self, sign_up: u8) {
        *self.faults_by_sign_up.entry(sign_up).or_default() += 1;
    }

    /// Whether a service is down; an outage counts as a fault for the sign-up.
    pub(crate) fn is_down(&mut self, service: Service, sign_up: u8) -> bool {
        let down = self.scenario.is_down(service, self.now);
        if down {
            if service == Service::Webhook {
                self.monitor.endpoint_failed_at = Some(self.now);
            }
            self.count_disruption(sign_up);
            self.outages += 1;
        }
        down
    }
}

#[expect(
    clippy::expect_used,
    reason = "a run lasts some days, and timestamps some thousand years"
)]
pub(crate) fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_epoch_millis(millis).expect("the times of a run are valid timestamps")
}

/// A handle to the state for all ports.
#[derive(Debug, Clone)]
pub(crate) struct SharedState(Arc<Mutex<State>>);

impl SharedState {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
