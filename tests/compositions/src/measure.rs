//! Figures of a composition over many sign-ups.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use simulation::Service;

use crate::clock::{MILLISECOND, Micros};
use crate::compositions::Name;
use crate::faults::{CALLERS, Caller, Kind, Outcomes, SERVICES, SPANS, Span, WHENS, When, outcomes};
use crate::ledger::{Ledger, Node};
use crate::parameters::Item;
use crate::run::run;
use crate::swap::Swap;

/// How much is measured. The same settings give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    pub seed: u64,
    /// The number of sign-ups in each composition.
    pub samples: u64,
}

impl Default for Settings {
    /// What is checked in.
    fn default() -> Self {
        Self {
            seed: 1,
            samples: 1_000,
        }
    }
}

/// In milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// The mean of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Billing {
    pub(crate) invocations: f64,
    pub(crate) billed_millis: f64,
    pub(crate) double_billed_millis: f64,
    pub(crate) handing_over_millis: f64,
}

/// Whose names are known where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Names {
    /// Pairs of a function and another function whose name it has.
    pub(crate) functions_in_functions: usize,
    /// Pairs of a function and a queue, topic or state machine whose name it has.
    pub(crate) services_in_functions: usize,
    /// Functions whose names are in code on the person's device.
    pub(crate) functions_in_client: usize,
    /// Functions whose names are in a definition, or in the subscription of a queue.
    pub(crate) functions_in_services: usize,
}

#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: Name,
    /// Until the person has an answer.
    pub(crate) answer: Percentiles,
    /// Until the mail is sent.
    pub(crate) mail: Percentiles,
    /// Until all is done, without the time in which the person did nothing.
    pub(crate) done: Percentiles,
    pub(crate) billing: Billing,
    /// For a million sign-ups, by what costs it.
    pub(crate) dollars: BTreeMap<Item, f64>,
    pub(crate) names: Names,
    pub(crate) swap: Swap,
    /// By the service's place in [`SERVICES`].
    pub(crate) failures: BTreeMap<(Span, usize, When), Outcomes>,
    pub(crate) crashes: BTreeMap<Caller, Outcomes>,
}

impl Measured {
    pub(crate) fn of(name: Name, settings: Settings) -> Self {
        let seeds = settings.seed..settings.seed + settings.samples;
        let ledgers: Vec<_> = seeds.map(|seed| run(name, seed, None).ledger).collect();
        let names = ledgers.iter().flat_map(|ledger| &ledger.names).copied();
        let names: BTreeSet<_> = names.collect();
        Self {
            name,
            answer: percentiles(&ledgers, |ledger| ledger.answer.map(|answer| answer.at)),
            mail: percentiles(&ledgers, |ledger| ledger.mails.first().copied()),
            done: percentiles(&ledgers, Ledger::done),
            billing: billing(&ledgers),
            dollars: dollars(&ledgers),
            swap: Swap::of(name, &names),
            names: Names::of(&names),
            failures: failures(name, settings.seed),
            crashes: crashes(name, settings.seed),
        }
    }

    pub(crate) fn all_dollars(&self) -> f64 {
        self.dollars.values().sum()
    }

    /// What Lambda, the HTTP API and the services that join the functions cost.
    pub(crate) fn dollars_by_part(&self) -> [f64; 3] {
        let mut parts = [0.0; 3];
        for (item, amount) in &self.dollars {
            let [lambda, api, joining] = &mut parts;
            *match item {
                Item::LambdaRequest | Item::LambdaGbSecond => lambda,
                Item::ApiRequest => api,
                Item::Transition | Item::SqsRequest | Item::SnsPublish | Item::DurableOperation => joining,
            } += amount;
        }
        parts
    }

    pub(crate) fn outcomes(&self, span: Span, service: Service, when: When) -> Option<&Outcomes> {
        let service = SERVICES.iter().position(|other| *other == service)?;
        self.failures.get(&(span, service, when))
    }
}

impl Names {
    fn of(names: &BTreeSet<(Node, Node)>) -> Self {
        let count = |wanted: fn(&(Node, Node)) -> bool| names.iter().filter(|pair| wanted(pair)).count();
        let called_by = |wanted: fn(&Node) -> bool| {
            let called = names.iter().filter(|(caller, _)| wanted(caller));
            called.map(|(_, called)| called).collect::<BTreeSet<_>>().len()
        };
        Self {
            functions_in_functions: count(|pair| matches!(pair, (Node::Function(_), Node::Function(_)))),
            services_in_functions: count(|pair| matches!(pair, (Node::Function(_), Node::Service(_)))),
            functions_in_client: called_by(|caller| *caller == Node::Client),
            functions_in_services: called_by(|caller| matches!(caller, Node::Service(_))),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "without a fault every sign-up ends, which a test checks"
)]
fn percentiles(ledgers: &[Ledger], of: impl Fn(&Ledger) -> Option<Micros>) -> Percentiles {
    let times = ledgers.iter().map(|ledger| of(ledger).expect("the sign-up ends"));
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    let at = |percent: usize| {
        let rank = (times.len() * percent).div_ceil(100).max(1);
        millis(times.get(rank - 1).copied().unwrap_or_default())
    };
    Percentiles {
        p50: at(50),
        p99: at(99),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums of some minutes are far below 2^53 microseconds"
)]
fn millis(time: Micros) -> f64 {
    time as f64 / MILLISECOND as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn billing(ledgers: &[Ledger]) -> Billing {
    let sum = |of: fn(&Ledger) -> u64| ledgers.iter().map(of).sum::<u64>() as f64;
    let samples = ledgers.len() as f64;
    Billing {
        invocations: sum(|ledger| ledger.invocations.len() as u64) / samples,
        billed_millis: sum(Ledger::billed_millis) / samples,
        double_billed_millis: sum(Ledger::double_billed) / MILLISECOND as f64 / samples,
        handing_over_millis: sum(Ledger::handing_over) / MILLISECOND as f64 / samples,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn dollars(ledgers: &[Ledger]) -> BTreeMap<Item, f64> {
    let mut dollars = BTreeMap::new();
    for (item, amount) in ledgers.iter().flat_map(Ledger::dollars_per_million) {
        *dollars.entry(item).or_default() += amount / ledgers.len() as f64;
    }
    dollars
}

fn failures(name: Name, seed: u64) -> BTreeMap<(Span, usize, When), Outcomes> {
    let mut failures = BTreeMap::new();
    for span in SPANS {
        for (index, service) in SERVICES.into_iter().enumerate() {
            for when in WHENS {
                let outcomes = outcomes(name, seed, &[service], Kind::Failure(when, span));
                failures.insert((span, index, when), outcomes);
            }
        }
    }
    failures
}

fn crashes(name: Name, seed: u64) -> BTreeMap<Caller, Outcomes> {
    let crashed = |caller| outcomes(name, seed, &SERVICES, Kind::Crash(caller));
    CALLERS
        .into_iter()
        .map(|caller| (caller, crashed(caller)))
        .collect()
}
