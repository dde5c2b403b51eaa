//! Regression tests: each bug that the simulation has found, as its minimal counterexample.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{Click, ClickTime, Fault, FaultPoint, FunctionId, Operation, Scenario, SignUp, run};

const HOUR: i64 = 3_600_000;

#[test]
fn a_sign_up_whose_mail_was_retried_can_be_confirmed_after_a_redrive() {
    let mut scenario = Scenario::empty(10);
    scenario.sign_ups.push(SignUp {
        click: Some(Click {
            when: ClickTime::AfterMail(20 * HOUR),
            ..Click::soon()
        }),
        ..SignUp::new(0)
    });
    let first_mail = FaultPoint {
        sign_up: 0,
        operation: Operation::SendMail,
        nth: 0,
    };
    scenario.faults.push((first_mail, Fault::LostResponse));
    scenario.redrive = Some((0, HOUR));

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
}

/// Found by seed 1948411, when the limit was an allowance for each day.
#[test]
fn a_clock_that_is_fast_at_midnight_grants_no_third_mail() {
    let mut scenario = Scenario::empty(1_948_411);
    scenario.skews[FunctionId::ValidateEmail as usize] = 848;
    for (number, at) in [(0, 0), (1, 12 * HOUR - 315), (2, 0)] {
        scenario.sign_ups.push(SignUp {
            at,
            ..SignUp::new(number)
        });
    }

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert_eq!(run.trace.matches("a mail with a link arrives").count(), 2);
}
