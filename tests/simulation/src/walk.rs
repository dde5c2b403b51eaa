//! Every single fault of a plan, and every two of them.

use std::collections::HashSet;

use crate::Plan;
use crate::campaign::run_plan;

/// What a walk came to.
#[derive(Debug, Default)]
pub struct Walk {
    /// How many runs there were: one without a fault, one for each fault, one for each two.
    pub runs: u64,
    /// What runs have in common in which the same happened in the same order.
    pub marks: HashSet<u64>,
    /// The first plan that violates a rule.
    pub violating: Option<Plan>,
}

/// Runs the plan as it is; then with each fault at each place that it comes to; then, for each of these, with each
/// fault at each place that it comes to after that. `most` is how many faults there are at the most.
///
/// Only every `of`th place from the `share`th on has the first fault, so that a walk can be divided among threads.
pub fn walk(plan: &Plan, most: usize, share: usize, of: usize) -> Walk {
    let mut walk = Walk::default();
    let mut plan = plan.clone();
    plan.quiet = true;
    walk.go_on(&mut plan, most, share, of);
    walk
}

impl Walk {
    fn go_on(&mut self, plan: &mut Plan, most: usize, share: usize, of: usize) {
        let run = run_plan(plan);
        self.runs += 1;
        self.marks.insert(run.mark);
        if run.violation.is_some() {
            self.violating = self.violating.take().or_else(|| Some(plan.clone()));
        }
        if most == 0 {
            return;
        }
        // Places before the last fault have had their turn: with the other fault first.
        let last = plan.faults.last().map(|(point, _)| *point);
        let begin = last.and_then(|last| run.reached.iter().position(|point| *point == last));
        let places = run.reached.iter().skip(begin.map_or(0, |begin| begin + 1));
        for (number, point) in places.enumerate() {
            if plan.faults.is_empty() && number % of != share {
                continue;
            }
            for fault in point.step.faults() {
                if self.violating.is_some() {
                    return;
                }
                plan.faults.push((*point, *fault));
                self.go_on(plan, most - 1, 0, 1);
                plan.faults.pop();
            }
        }
    }
}
