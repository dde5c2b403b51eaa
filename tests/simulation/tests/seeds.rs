//! A fixed set of seeds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{campaign, plan_of_seed, run_plan, shrink};

/// So many seeds; a longer run is `cargo run --release -p simulation`.
const SEEDS: u64 = 600;

#[test]
fn no_seed_of_the_fixed_set_violates_a_rule() {
    let totals = campaign(0, SEEDS, 2, |_, _, _| {});

    if let Some(seed) = totals.violating {
        let plan = plan_of_seed(seed);
        let rule = run_plan(&plan).violation.unwrap().rule;
        let mut smallest = shrink(&plan, rule, run_plan);
        smallest.quiet = false;
        let run = run_plan(&smallest);
        assert_eq!(run.violation, None, "seed {seed}\n{smallest}\n{}", run.timeline);
    }
    assert_eq!(totals.runs, SEEDS);
    assert!(totals.executions > SEEDS, "sign-ups do not start");
    assert!(
        totals.all_faults() >= 2 * totals.executions,
        "there are too few faults"
    );
    assert!(
        totals.faults.iter().all(|count| *count > 0),
        "a kind of fault never comes"
    );
}
