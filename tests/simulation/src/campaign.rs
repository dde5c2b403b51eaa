//! Many seeds, one after another and side by side.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Plan;
use crate::fault::Fault;
use crate::strangers;
use crate::world::{Run, run};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_secs(1);

/// How often it is looked whether all is done.
const LOOKS: Duration = Duration::from_millis(20);

/// What many runs came to.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// How many seeds were run.
    pub runs: u64,
    /// How many workflows were started.
    pub executions: u64,
    /// How many faults of each kind there were, in the order of [`Fault::KINDS`].
    pub faults: [u64; Fault::KINDS.len()],
    /// How many steps were stopped by an outage.
    pub outages: u64,
    /// What runs have in common in which the same happened in the same order.
    pub marks: HashSet<u64>,
    /// The lowest seed that violates a rule, among those that were run.
    pub violating: Option<u64>,
}

impl Totals {
    /// All single faults; what an outage stopped is not among them.
    pub fn all_faults(&self) -> u64 {
        self.faults.iter().sum()
    }

    fn add(&mut self, seed: u64, run: &Run) {
        self.runs += 1;
        self.executions += run.executions;
        for (sum, count) in self.faults.iter_mut().zip(run.faults) {
            *sum += count;
        }
        self.outages += run.outages;
        self.marks.insert(run.mark);
        if run.violation.is_some() {
            self.violating = self.violating.map_or(Some(seed), |before| Some(before.min(seed)));
        }
    }

    fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.executions += other.executions;
        for (sum, count) in self.faults.iter_mut().zip(other.faults) {
            *sum += count;
        }
        self.outages += other.outages;
        self.marks.extend(other.marks);
        self.violating = self.violating.into_iter().chain(other.violating).min();
    }
}

/// Runs the plan of a seed, and with every eighth seed what strangers are told in two worlds.
pub fn run_seed(seed: u64) -> Run {
    let mut plan = plan_of_seed(seed);
    plan.quiet = true;
    run_plan(&plan)
}

/// The plan that a seed stands for.
pub fn plan_of_seed(seed: u64) -> Plan {
    let plan = Plan::of_seed(seed);
    if seed % 8 == 7 {
        strangers::only(plan)
    } else {
        plan
    }
}

/// Runs a plan; one in which strangers alone ask runs twice, with an account and without.
pub fn run_plan(plan: &Plan) -> Run {
    if plan.strangers {
        strangers::run_twice(plan)
    } else {
        run(plan)
    }
}

/// Runs `seeds` seeds from `first` on, on `jobs` threads, until one violates a rule; `progress` is called every
/// second, with how many runs and executions are done.
pub fn campaign(first: u64, seeds: u64, jobs: usize, progress: impl Fn(u64, u64, Duration)) -> Totals {
    let (next, executions, running) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let stop = AtomicBool::new(false);
    let totals = Mutex::new(Totals::default());
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            running.fetch_add(1, Ordering::SeqCst);
            scope.spawn(|| {
                let mut own = Totals::default();
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= seeds {
                        break;
                    }
                    let seed = first.wrapping_add(number);
                    let run = run_seed(seed);
                    executions.fetch_add(run.executions, Ordering::Relaxed);
                    own.add(seed, &run);
                    if run.violation.is_some() {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                totals.lock().unwrap_or_else(PoisonError::into_inner).merge(own);
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let mut shown = Duration::ZERO;
        while running.load(Ordering::SeqCst) > 0 {
            thread::sleep(LOOKS);
            if started.elapsed() < shown + PROGRESS {
                continue;
            }
            shown = started.elapsed();
            let done = next.load(Ordering::Relaxed).min(seeds);
            progress(done, executions.load(Ordering::Relaxed), started.elapsed());
        }
    });
    totals.into_inner().unwrap_or_else(PoisonError::into_inner)
}
