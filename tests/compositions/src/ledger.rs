//! What one run did: who called whom, what was billed, and which effects took place.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::{MILLISECOND, Micros};
use crate::parameters::{Item, PARAMETERS};
use simulation::Operation;

/// What calls, or is called by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// A Lambda function.
    Function(&'static str),
    /// A queue, a topic or a state machine.
    Service(&'static str),
    /// Code on the person's device.
    Client,
}

/// The memory of each function in GB, as in `infra/template.yaml`.
const MEMORY: f64 = 0.25;

/// The bill of one invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Billed {
    pub(crate) duration: Micros,
    /// The part of it that the function waited for the response of another function.
    pub(crate) waited_for_functions: Micros,
    /// The part of it that the function waited until a service had taken over.
    pub(crate) waited_for_services: Micros,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Who knows whose name: a caller uses it.
    pub(crate) names: BTreeSet<(Node, Node)>,
    pub(crate) invocations: Vec<Billed>,
    /// How often each thing was used that has a price, but for the time of Lambda.
    pub(crate) uses: BTreeMap<Item, u64>,
    /// The operations of functions, in order.
    pub(crate) operations: Vec<Operation>,
    pub(crate) answer: Option<Answer>,
    /// When the person began to confirm, and when the confirmation was answered for good.
    pub(crate) confirmation_sent: Option<Micros>,
    pub(crate) mails: Vec<Micros>,
    /// When the endpoint accepted the event.
    pub(crate) webhooks: Vec<Micros>,
    pub(crate) verified: Option<Micros>,
    /// Messages and events that were given up and kept.
    pub(crate) dead_letters: u64,
}

/// What the person was told of the sign-up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) at: Micros,
    pub(crate) accepted: bool,
}

impl Ledger {
    pub(crate) fn count(&mut self, item: Item, times: u64) {
        *self.uses.entry(item).or_default() += times;
    }

    /// Billed milliseconds: each invocation's are rounded up.
    pub(crate) fn billed_millis(&self) -> u64 {
        let durations = self.invocations.iter().map(|billed| billed.duration);
        durations.map(|duration| duration.div_ceil(MILLISECOND)).sum()
    }

    /// The time that was billed while the function waited for another function.
    pub(crate) fn double_billed(&self) -> Micros {
        self.invocations
            .iter()
            .map(|billed| billed.waited_for_functions)
            .sum()
    }

    /// The time that was billed while the function waited until a service had taken over.
    pub(crate) fn handing_over(&self) -> Micros {
        self.invocations
            .iter()
            .map(|billed| billed.waited_for_services)
            .sum()
    }

    /// Until all is done, without the time in which the person did nothing.
    pub(crate) fn done(&self) -> Option<Micros> {
        let confirmed = self.mails.first()? + (self.verified? - self.confirmation_sent?);
        Some(confirmed.max(*self.webhooks.first()?))
    }

    /// The price of a million of these sign-ups, by item.
    #[expect(clippy::cast_precision_loss, reason = "counts of one run are small")]
    pub(crate) fn dollars_per_million(&self) -> BTreeMap<Item, f64> {
        let gb_seconds = self.billed_millis() as f64 / 1_000.0 * MEMORY;
        let requests = self.invocations.len() as f64;
        let computed = [
            (Item::LambdaGbSecond, gb_seconds),
            (Item::LambdaRequest, requests),
        ];
        let counted = self.uses.iter().map(|(item, times)| (*item, *times as f64));
        let used = computed.into_iter().chain(counted);
        used.filter_map(|(item, times)| Some((item, times * PARAMETERS.price.get(&item)?.dollars)))
            .collect()
    }
}
