//! What becomes of a sign-up when the store, the mail service or the endpoint fails, before or after its effect, or when
//! a caller crashes that waits.
//!
//! Each fault is run: at every operation of the service that a sign-up without faults reaches.

use std::collections::BTreeMap;
use std::fmt;

use contracts::notify_webhook::Delivery;
use contracts::table::UserStatus;
use serde::Serialize;
use simulation::{Operation, Service, Verdict};

use crate::clock::{MINUTE, Micros};
use crate::compositions::Name;
use crate::run::{End, run};

/// How long an outage takes.
const OUTAGE: Micros = 10 * MINUTE;

/// A fault at the nth time of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    operation: Operation,
    nth: usize,
    kind: Kind,
}

/// What happens at the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The service fails.
    Failure(When, Span),
    /// The operation takes effect, and the callers crash that wait for what its function responds.
    Crash(Caller),
}

/// Whose process crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Caller {
    /// The person closes the page that waits for an answer.
    Page,
    /// The functions that wait for another function.
    Functions,
}

/// What becomes of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Decision {
    Verdict(Verdict),
    /// It takes effect, and callers crash.
    Crash(Caller),
}

/// Whether the operation had its effect before the caller got an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Span {
    Once,
    /// All operations of the service fail for ten minutes from then on.
    Outage,
}

/// Decides which operations fail.
#[derive(Debug)]
pub(crate) struct Injector {
    fault: Option<Fault>,
    seen: usize,
    down_until: Option<Micros>,
}

impl Injector {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            seen: 0,
            down_until: None,
        }
    }

    pub(crate) fn verdict(&mut self, operation: Operation, now: Micros) -> Decision {
        const NO_FAULT: Decision = Decision::Verdict(Verdict::Do);

        let Some(fault) = self.fault else {
            return NO_FAULT;
        };
        let mut fails = false;
        if operation == fault.operation {
            fails = self.seen == fault.nth;
            self.seen += 1;
        }
        let (when, span) = match fault.kind {
            Kind::Crash(caller) if fails => return Decision::Crash(caller),
            Kind::Crash(_) => return NO_FAULT,
            Kind::Failure(when, span) => (when, span),
        };
        if fails && span == Span::Outage {
            self.down_until = Some(now + OUTAGE);
        }
        let is_down = operation.service() == fault.operation.service()
            && self.down_until.is_some_and(|until| now < until);
        match when {
            _ if !(fails || is_down) => NO_FAULT,
            When::Before => Decision::Verdict(Verdict::Fail),
            When::After => Decision::Verdict(Verdict::DoAndFail),
        }
    }
}

/// What becomes of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// All is done, and nothing twice.
    Recovered,
    /// All is done, and a mail was sent or an event was accepted more than once.
    Doubled,
    /// Something is missing, and is kept where an operator finds it.
    Kept,
    /// The person was told that it failed, and nothing was done that others see.
    Refused,
    /// Something was done, something else is missing, and no operator can see it.
    HalfDone,
    /// Nothing was done that others see, and nobody was told.
    Lost,
}

impl Outcome {
    pub(crate) fn of(end: &End) -> Self {
        let ledger = &end.ledger;
        let verified = end.status == Some(UserStatus::Verified);
        let told = !ledger.webhooks.is_empty();
        if verified && told {
            return if ledger.mails.len() > 1 || ledger.webhooks.len() > 1 {
                Self::Doubled
            } else {
                Self::Recovered
            };
        }
        let event_is_kept = end.delivery == Some(Delivery::Undelivered);
        if ledger.dead_letters > 0 || end.failed_execution || (verified && event_is_kept) {
            return Self::Kept;
        }
        let nothing_done = ledger.mails.is_empty() && !told;
        match ledger.answer {
            _ if !nothing_done => Self::HalfDone,
            Some(answer) if !answer.accepted => Self::Refused,
            _ => Self::Lost,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Recovered => "recovered",
            Self::Doubled => "doubled",
            Self::Kept => "kept",
            Self::Refused => "refused",
            Self::HalfDone => "half done",
            Self::Lost => "lost",
        })
    }
}

/// The operations at which faults of one kind had each outcome.
pub(crate) type Outcomes = BTreeMap<Outcome, Vec<Operation>>;

/// The services that fail, in the order of the table.
pub(crate) const SERVICES: [Service; 3] = [Service::Table, Service::Mail, Service::Webhook];

pub(crate) const SPANS: [Span; 2] = [Span::Once, Span::Outage];

pub(crate) const WHENS: [When; 2] = [When::Before, When::After];

pub(crate) const CALLERS: [Caller; 2] = [Caller::Page, Caller::Functions];

/// Runs a fault of this kind at each operation of these services.
pub(crate) fn outcomes(name: Name, seed: u64, services: &[Service], kind: Kind) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for (operation, nth) in points(name, seed, services) {
        let fault = Fault { operation, nth, kind };
        let outcome = Outcome::of(&run(name, seed, Some(fault)));
        outcomes.entry(outcome).or_default().push(operation);
    }
    outcomes
}

/// The operations of these services in a sign-up without faults, each with its number among its kind.
fn points(name: Name, seed: u64, services: &[Service]) -> Vec<(Operation, usize)> {
    let operations = run(name, seed, None).ledger.operations;
    let found = operations.iter().enumerate();
    let found = found.filter(|(_, operation)| services.contains(&operation.service()));
    found
        .map(|(index, operation)| {
            let before = operations.iter().take(index);
            (*operation, before.filter(|other| *other == operation).count())
        })
        .collect()
}
