//! A run is its plan and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{Click, Plan, SignUp, run};

#[test]
fn whoever_clicks_has_an_account() {
    let mut plan = Plan::empty(1);
    plan.sign_ups.push(SignUp {
        click: Some(Click::soon()),
        ..SignUp::new(0)
    });

    let run = run(&plan);

    assert_eq!(run.violation, None, "{}", run.timeline);
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in 0..100 {
        let plan = Plan::of_seed(seed);

        let (first, second) = (run(&plan), run(&plan));

        assert_eq!(first.violation, None, "seed {seed}\n{plan}\n{}", first.timeline);
        assert_eq!(first.timeline, second.timeline);
        assert_eq!(first.answers, second.answers);
    }
}
