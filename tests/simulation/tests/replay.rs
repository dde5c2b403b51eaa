//! Deterministic replay: a run follows from its scenario alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{Click, Contacts, Scenario, SignUp, run};

#[test]
fn a_confirmed_sign_up_without_faults_violates_no_invariant() {
    let mut scenario = Scenario::empty(1);
    scenario.sign_ups.push(SignUp {
        click: Some(Click::soon()),
        ..SignUp::new(0)
    });

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
}

#[test]
fn two_runs_of_a_seed_have_the_same_trace_and_responses() {
    for contacts in [Contacts::Email, Contacts::EmailAndSms] {
        for seed in 0..100 {
            let scenario = Scenario::of_seed(contacts, seed);

            let (first, second) = (run(&scenario), run(&scenario));

            assert_eq!(first.violation, None, "seed {seed}\n{scenario}\n{}", first.trace);
            assert_eq!(first.trace, second.trace);
            assert_eq!(first.responses, second.responses);
        }
    }
}
