//! Every single fault of a sign-up, and every two of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::thread;

use simulation::{Click, Plan, SignUp, run_plan, shrink, walk};

/// On how many threads one scenario is walked.
const SHARES: usize = 2;

fn assert_holds(plan: &Plan, faults: usize, fewest: u64) {
    let walks: Vec<_> = thread::scope(|scope| {
        let shares: Vec<_> = (0..SHARES)
            .map(|share| scope.spawn(move || walk(plan, faults, share, SHARES)))
            .collect();
        shares.into_iter().map(|share| share.join().unwrap()).collect()
    });

    for violating in walks.iter().filter_map(|walk| walk.violating.as_ref()) {
        let rule = run_plan(violating).violation.unwrap().rule;
        let mut smallest = shrink(violating, rule, run_plan);
        smallest.quiet = false;
        let run = run_plan(&smallest);
        assert_eq!(run.violation, None, "{smallest}\n{}", run.timeline);
    }
    let runs: u64 = walks.iter().map(|walk| walk.runs).sum();
    assert!(runs >= fewest, "only {runs} runs: places are not reached");
}

fn with_click(number: u8) -> SignUp {
    SignUp {
        click: Some(Click::soon()),
        looks: Vec::new(),
        ..SignUp::new(number)
    }
}

#[test]
fn any_two_faults_leave_a_sign_up_whole_that_somebody_clicks_for() {
    let mut plan = Plan::empty(1);
    plan.sign_ups.push(with_click(0));

    assert_holds(&plan, 2, 7_000);
}

#[test]
fn any_two_faults_leave_a_sign_up_whole_that_nobody_clicks_for() {
    let mut plan = Plan::empty(2);
    plan.sign_ups.push(SignUp {
        looks: Vec::new(),
        ..SignUp::new(0)
    });

    assert_holds(&plan, 2, 5_000);
}

#[test]
fn any_fault_leaves_a_sign_up_whole_whose_address_has_an_account() {
    let mut plan = Plan::empty(3);
    plan.account = true;
    plan.sign_ups.push(SignUp::new(0));

    assert_holds(&plan, 1, 60);
}

#[test]
fn any_fault_leaves_two_whole_that_sign_up_with_one_address_at_once() {
    let mut plan = Plan::empty(4);
    plan.sign_ups.extend([with_click(0), with_click(1)]);

    assert_holds(&plan, 1, 60);
}

#[test]
fn any_fault_leaves_a_stranger_without_a_clue() {
    let mut plan = Plan::empty(5);
    plan.strangers = true;
    plan.sign_ups.push(SignUp::new(0));

    assert_holds(&plan, 1, 60);
}
