//! Exhaustive fault injection: every single fault of a scenario, and every pair.

use std::collections::HashSet;

use crate::Scenario;
use crate::seed_runs::run_scenario;

/// The result of an exhaustive exploration.
#[derive(Debug, Default)]
pub struct Exploration {
    /// The number of runs: one without a fault, one per fault, one per pair.
    pub runs: u64,
    /// The hashes of all distinct traces.
    pub trace_hashes: HashSet<u64>,
    /// The first counterexample: a scenario that violates an invariant.
    pub violating: Option<Scenario>,
}

/// Runs the scenario as it is; then with each fault at each fault point that the run reaches; then, for each of these,
/// with each fault at each later point, up to `depth` faults.
///
/// The first fault is injected only at every `shares`th point, from the `share`th on, so that threads can divide the work.
pub fn explore(scenario: &Scenario, depth: usize, share: usize, shares: usize) -> Exploration {
    let mut exploration = Exploration::default();
    let mut scenario = scenario.clone();
    scenario.render_trace = false;
    exploration.visit(&mut scenario, depth, share, shares);
    exploration
}

impl Exploration {
    fn visit(&mut self, scenario: &mut Scenario, depth: usize, share: usize, shares: usize) {
        let run = run_scenario(scenario);
        self.runs += 1;
        self.trace_hashes.insert(run.trace_hash);
        if run.violation.is_some() {
            self.violating.get_or_insert_with(|| scenario.clone());
        }
        if depth == 0 {
            return;
        }
        // Pairs with an earlier point are visited with the other fault first.
        let last = scenario.faults.last().map(|(point, _)| *point);
        let begin = last.and_then(|last| run.reached.iter().position(|point| *point == last));
        let points = run.reached.iter().skip(begin.map_or(0, |begin| begin + 1));
        for (number, point) in points.enumerate() {
            if scenario.faults.is_empty() && number % shares != share {
                continue;
            }
            for fault in point.operation.faults() {
                if self.violating.is_some() {
                    return;
                }
                scenario.faults.push((*point, *fault));
                self.visit(scenario, depth - 1, 0, 1);
                scenario.faults.pop();
            }
        }
    }
}
