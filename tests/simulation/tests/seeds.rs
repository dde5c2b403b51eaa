//! A fixed set of seeds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{Contacts, Totals, run_scenario, run_seeds, scenario_of_seed, shrink};

/// The number of seeds. `cargo run --release -p simulation` runs more.
const SEEDS: u64 = 600;

/// Runs the fixed set of this composition.
fn totals(contacts: Contacts) -> Totals {
    let totals = run_seeds(contacts, 0, SEEDS, 2, |_, _| {});

    if let Some(seed) = totals.violating {
        let scenario = scenario_of_seed(contacts, seed);
        let invariant = run_scenario(&scenario).violation.unwrap().invariant;
        let mut minimal = shrink(&scenario, invariant, run_scenario);
        minimal.render_trace = true;
        let run = run_scenario(&minimal);
        assert_eq!(run.violation, None, "seed {seed}\n{minimal}\n{}", run.trace);
    }
    assert_eq!(totals.runs, SEEDS);
    assert!(totals.executions > SEEDS, "sign-ups do not start");
    assert!(
        totals.all_faults() >= 2 * totals.executions,
        "there are too few faults"
    );
    totals
}

#[test]
fn no_seed_of_the_fixed_set_violates_an_invariant() {
    let totals = totals(Contacts::Email);

    let (of_texts, others) = totals.faults.split_last().unwrap();
    assert!(
        others.iter().all(|count| *count > 0),
        "a kind of fault is never injected"
    );
    assert_eq!(*of_texts, 0);
}

#[test]
fn no_seed_of_the_fixed_set_violates_an_invariant_if_phones_are_confirmed_as_well() {
    let totals = totals(Contacts::EmailAndSms);

    assert!(
        totals.faults.iter().all(|count| *count > 0),
        "a kind of fault is never injected"
    );
}
