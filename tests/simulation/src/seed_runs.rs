//! Runs of a range of seeds, on several threads.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::Scenario;
use crate::contacts::Contacts;
use crate::fault::Fault;
use crate::non_interference;
use crate::run::{Run, run};

/// The pause between two calls of `progress`.
const PROGRESS: Duration = Duration::from_secs(1);

/// The sums over all runs.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// The number of seeds that were run.
    pub runs: u64,
    /// The number of executions that were started.
    pub executions: u64,
    /// The number of injected faults by kind, in the order of [`Fault::KINDS`].
    pub faults: [u64; Fault::KINDS.len()],
    /// The number of operations that failed because of an outage.
    pub outages: u64,
    /// The hashes of all distinct traces.
    pub trace_hashes: HashSet<u64>,
    /// The lowest seed that violates an invariant, among those that were run.
    pub violating: Option<u64>,
}

impl Totals {
    /// The number of injected faults, without outages.
    pub fn all_faults(&self) -> u64 {
        self.faults.iter().sum()
    }

    fn of_run(seed: u64, run: &Run) -> Self {
        Self {
            runs: 1,
            executions: run.executions,
            faults: run.faults,
            outages: run.outages,
            trace_hashes: HashSet::from([run.trace_hash]),
            violating: run.violation.is_some().then_some(seed),
        }
    }

    fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.executions += other.executions;
        for (sum, count) in self.faults.iter_mut().zip(other.faults) {
            *sum += count;
        }
        self.outages += other.outages;
        self.trace_hashes.extend(other.trace_hashes);
        self.violating = self.violating.into_iter().chain(other.violating).min();
    }
}

/// Runs the scenario of a seed, without rendering its trace.
pub fn run_seed(contacts: Contacts, seed: u64) -> Run {
    let mut scenario = scenario_of_seed(contacts, seed);
    scenario.render_trace = false;
    run_scenario(&scenario)
}

/// The scenario of a seed. Every eighth seed tests non-interference.
pub fn scenario_of_seed(contacts: Contacts, seed: u64) -> Scenario {
    let scenario = Scenario::of_seed(contacts, seed);
    if seed % 8 == 7 {
        non_interference::restrict(scenario)
    } else {
        scenario
    }
}

/// Runs a scenario; one that tests non-interference runs with an account and without.
pub fn run_scenario(scenario: &Scenario) -> Run {
    if scenario.non_interference {
        non_interference::run_pair(scenario)
    } else {
        run(scenario)
    }
}

/// Runs the seeds from `first` on, `seeds` of them, on `jobs` threads, until one violates an invariant. `progress` is
/// called every second with the sums so far.
pub fn run_seeds(
    contacts: Contacts,
    first: u64,
    seeds: u64,
    jobs: usize,
    progress: impl Fn(&Totals, Duration),
) -> Totals {
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let started = Instant::now();
    let mut totals = Totals::default();
    let (sender, results) = channel();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let sender = sender.clone();
            let (next, stop) = (&next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= seeds {
                        break;
                    }
                    let seed = first.wrapping_add(number);
                    let totals = Totals::of_run(seed, &run_seed(contacts, seed));
                    if totals.violating.is_some() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    if sender.send(totals).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut shown = Duration::ZERO;
        for result in results {
            totals.merge(result);
            if started.elapsed() >= shown + PROGRESS {
                shown = started.elapsed();
                progress(&totals, shown);
            }
        }
    });
    totals
}
