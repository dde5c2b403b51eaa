//! What all functions of one run reach through their ports.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::{Timestamp, UserId};
use indexmap::IndexMap;
use simulator::{EpochMillis, ExecutionArn, StateMachines};

use crate::Table;
use crate::fault::{Fault, Function, Point, Step};
use crate::journal::{Entry, Journal, What};
use crate::mailbox::Mailbox;
use crate::plan::Plan;
use crate::watch::Watch;

/// What every run starts at: nothing may depend on the day.
pub(crate) const START: i64 = 1_767_268_800_000;

/// The world outside of the functions.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) plan: Arc<Plan>,
    /// Milliseconds after the start.
    pub(crate) now: i64,
    pub(crate) table: Table,
    pub(crate) machines: StateMachines,
    pub(crate) mailbox: Mailbox,
    pub(crate) watch: Watch,
    pub(crate) journal: Journal,
    /// Which sign-up a user's id is of.
    pub(crate) owners: IndexMap<UserId, u8>,
    /// How often each step was done for each sign-up.
    counts: BTreeMap<(u8, u8), u8>,
    /// The invocation that runs right now.
    pub(crate) running: Running,
    /// The step that it asks for.
    pub(crate) asked: Option<Step>,
    /// What is to become of that step.
    pub(crate) verdict: Option<Verdict>,
    /// What the other side answers, if not what it should.
    pub(crate) answer: Option<u16>,
    /// How many faults of each kind there were.
    pub(crate) hurt: [u64; Fault::KINDS.len()],
    /// How many steps an outage stopped.
    pub(crate) outages: u64,
    /// How many faults there were for each sign-up.
    pub(crate) hurt_by_sign_up: BTreeMap<u8, usize>,
    /// The workflows, by their users.
    pub(crate) workflows: IndexMap<UserId, ExecutionArn>,
    /// The places that the run came to, if somebody wants to know.
    pub(crate) reached: Vec<Point>,
}

/// An invocation, as far as its ports need to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    pub(crate) function: Function,
    pub(crate) sign_up: u8,
    /// The place of its user among all users, if it is about one.
    pub(crate) user: Option<usize>,
    pub(crate) started_at: i64,
}

/// What is to become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is done.
    Do,
    /// It is done, and an error is answered.
    DoAndFail,
    /// It is not done, and an error is answered.
    Fail,
    /// It is done, and the function never hears of it.
    DoAndEnd,
}

impl Inner {
    pub(crate) fn new(plan: Arc<Plan>, machines: StateMachines) -> Self {
        Self {
            plan,
            now: 0,
            table: Table::default(),
            machines,
            mailbox: Mailbox::default(),
            watch: Watch::default(),
            journal: Journal::default(),
            owners: IndexMap::new(),
            counts: BTreeMap::new(),
            running: Running {
                function: Function::CreateUser,
                sign_up: 0,
                user: None,
                started_at: 0,
            },
            asked: None,
            verdict: None,
            answer: None,
            hurt: [0; Fault::KINDS.len()],
            outages: 0,
            hurt_by_sign_up: BTreeMap::new(),
            workflows: IndexMap::new(),
            reached: Vec::new(),
        }
    }

    /// The time by the clock of Step Functions, which is right by definition.
    pub(crate) fn time(&self) -> EpochMillis {
        EpochMillis::new(START + self.now)
    }

    /// The time by a function's own clock.
    pub(crate) fn time_of(&self, function: Function) -> Timestamp {
        let skew = self
            .plan
            .skews
            .get(function as usize)
            .copied()
            .unwrap_or_default();
        timestamp(START + self.now + skew)
    }

    /// The place that the next step of this kind is.
    pub(crate) fn next_point(&mut self, sign_up: u8, step: Step) -> Point {
        let count = self.counts.entry((sign_up, step as u8)).or_default();
        let point = Point {
            sign_up,
            step,
            nth: *count,
        };
        *count = count.saturating_add(1);
        self.reached.push(point);
        point
    }

    pub(crate) fn note(&mut self, sign_up: Option<u8>, what: What) {
        let at = self.now;
        self.journal.add(Entry { at, sign_up, what });
    }

    /// Counts a fault that happened.
    pub(crate) fn count(&mut self, sign_up: u8, fault: Fault) {
        *self.hurt_by_sign_up.entry(sign_up).or_default() += 1;
        if let Some(count) = self.hurt.get_mut(fault.kind()) {
            *count += 1;
        }
    }
}

/// A point in time; those of a run are all far from the ends of time.
pub(crate) fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_epoch_millis(millis).unwrap_or_else(|_| Timestamp::now())
}

/// Reaches the world from everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Mutex<Inner>>);

impl Shared {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(Mutex::new(inner)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
