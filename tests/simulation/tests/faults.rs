//! Exhaustive fault injection: every single fault of a sign-up, and every pair.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::thread;

use simulation::{Click, Contacts, Scenario, SignUp, TextCode, TextTime, explore, run_scenario, shrink};

/// The number of threads that explore one scenario.
const SHARES: usize = 2;

fn assert_no_violation(scenario: &Scenario, depth: usize, min_runs: u64) {
    let explorations: Vec<_> = thread::scope(|scope| {
        let shares: Vec<_> = (0..SHARES)
            .map(|share| scope.spawn(move || explore(scenario, depth, share, SHARES)))
            .collect();
        shares.into_iter().map(|share| share.join().unwrap()).collect()
    });

    for violating in explorations.iter().filter_map(|found| found.violating.as_ref()) {
        let invariant = run_scenario(violating).violation.unwrap().invariant;
        let mut minimal = shrink(violating, invariant, run_scenario);
        minimal.render_trace = true;
        let run = run_scenario(&minimal);
        assert_eq!(run.violation, None, "{minimal}\n{}", run.trace);
    }
    let runs: u64 = explorations.iter().map(|exploration| exploration.runs).sum();
    assert!(runs >= min_runs, "only {runs} runs: fault points are not reached");
}

fn with_click(number: u8) -> SignUp {
    SignUp {
        click: Some(Click::soon()),
        status_checks: Vec::new(),
        ..SignUp::new(number)
    }
}

#[test]
fn no_pair_of_faults_violates_an_invariant_of_a_confirmed_sign_up() {
    let mut scenario = Scenario::empty(1);
    scenario.sign_ups.push(with_click(0));

    assert_no_violation(&scenario, 2, 7_000);
}

#[test]
fn no_fault_violates_an_invariant_of_a_sign_up_that_is_confirmed_by_its_code() {
    let mut scenario = Scenario::empty(6);
    scenario.sign_ups.push(SignUp {
        click: Some(Click {
            by_code: true,
            ..Click::soon()
        }),
        wrong_codes: vec![60_000, 120_000],
        ..SignUp::new(0)
    });

    assert_no_violation(&scenario, 1, 60);
}

#[test]
fn no_fault_violates_an_invariant_of_a_sign_up_with_another_mail() {
    let mut scenario = Scenario::empty(7);
    scenario.sign_ups.push(SignUp {
        // The second mail races with the click on the first.
        click: Some(Click {
            newest: false,
            ..Click::soon()
        }),
        mail_requests: vec![100_000, 300_000],
        status_checks: Vec::new(),
        ..SignUp::new(0)
    });

    assert_no_violation(&scenario, 1, 60);
}

#[test]
fn no_pair_of_faults_violates_an_invariant_of_an_unconfirmed_sign_up() {
    let mut scenario = Scenario::empty(2);
    scenario.sign_ups.push(SignUp {
        status_checks: Vec::new(),
        ..SignUp::new(0)
    });

    assert_no_violation(&scenario, 2, 5_000);
}

/// A sign-up that confirms its address and its phone, the phone at this time.
fn with_phone(when: TextTime) -> SignUp {
    SignUp {
        text: Some(TextCode {
            when,
            ..TextCode::soon()
        }),
        ..with_click(0)
    }
}

fn of_phones(seed: u64) -> Scenario {
    Scenario {
        contacts: Contacts::EmailAndSms,
        ..Scenario::empty(seed)
    }
}

#[test]
fn no_pair_of_faults_violates_an_invariant_of_a_sign_up_that_confirms_its_phone() {
    let mut scenario = of_phones(8);
    scenario.sign_ups.push(with_phone(TextTime::AfterText(60_000)));

    assert_no_violation(&scenario, 2, 12_000);
}

#[test]
fn no_fault_violates_an_invariant_of_two_contacts_in_either_order_and_at_once() {
    for (seed, millis) in [(9, -5), (10, 0), (11, 5), (12, 60_000)] {
        let mut scenario = of_phones(seed);
        scenario.sign_ups.push(SignUp {
            mail_requests: vec![100_000],
            wrong_codes: vec![60_000],
            ..with_phone(TextTime::WithClick(millis))
        });

        assert_no_violation(&scenario, 1, 100);
    }
}

#[test]
fn no_fault_violates_an_invariant_of_sign_ups_that_share_a_range_of_numbers() {
    let mut scenario = of_phones(13);
    for number in 0..3 {
        scenario.sign_ups.push(SignUp {
            number,
            address: number % 2,
            source: number,
            key: Some(number),
            phone: Some(number % 2),
            mail_requests: vec![100_000],
            ..with_phone(TextTime::AfterText(60_000))
        });
    }

    assert_no_violation(&scenario, 1, 300);
}

#[test]
fn no_fault_reveals_whether_an_address_has_an_account_to_somebody_with_a_phone() {
    let mut scenario = of_phones(14);
    scenario.non_interference = true;
    scenario.sign_ups.push(SignUp {
        click: None,
        mail_requests: vec![90_000],
        ..with_phone(TextTime::AfterText(60_000))
    });

    assert_no_violation(&scenario, 1, 60);
}

#[test]
fn no_fault_violates_an_invariant_of_a_sign_up_for_a_claimed_address() {
    let mut scenario = Scenario::empty(3);
    scenario.has_account = true;
    scenario.sign_ups.push(SignUp::new(0));

    assert_no_violation(&scenario, 1, 60);
}

#[test]
fn no_fault_violates_an_invariant_of_concurrent_sign_ups_for_one_address() {
    let mut scenario = Scenario::empty(4);
    scenario.sign_ups.extend([with_click(0), with_click(1)]);

    assert_no_violation(&scenario, 1, 60);
}

#[test]
fn no_fault_reveals_whether_an_address_has_an_account() {
    let mut scenario = Scenario::empty(5);
    scenario.non_interference = true;
    scenario.sign_ups.push(SignUp {
        wrong_codes: vec![60_000],
        mail_requests: vec![90_000],
        ..SignUp::new(0)
    });

    assert_no_violation(&scenario, 1, 60);
}
