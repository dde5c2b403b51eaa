//! What the simulation has found, each as the smallest plan that showed it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{Click, Fault, Plan, Point, SignUp, Step, When, run};

const HOUR: i64 = 3_600_000;

#[test]
fn a_sign_up_that_was_tried_again_and_then_redriven_can_be_confirmed() {
    let mut plan = Plan::empty(10);
    plan.sign_ups.push(SignUp {
        click: Some(Click {
            when: When::After(20 * HOUR),
            ..Click::soon()
        }),
        ..SignUp::new(0)
    });
    let first_mail = Point {
        sign_up: 0,
        step: Step::SendMail,
        nth: 0,
    };
    plan.faults.push((first_mail, Fault::LostAnswer));
    plan.redriven = Some((0, HOUR));

    let run = run(&plan);

    assert_eq!(run.violation, None, "{}", run.timeline);
}
