//! Regression tests: each bug that the simulation has found, as its minimal counterexample.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{
    Click, ClickTime, Fault, FaultPoint, FunctionId, Operation, Outage, Run, Scenario, Service, SignUp, run,
};

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

/// The first response to a link or a code.
fn first_confirmation(run: &Run) -> &str {
    let mut responses = run.responses.iter();
    let found = responses.find(|response| ["link", "code"].contains(&response.request));
    &found.unwrap().text
}

/// Seed 1963398 found it: whoever clicked between two attempts of the callback got 503 until the next attempt, which an
/// outage puts off for an hour.
#[test]
fn a_confirmation_during_an_outage_of_the_callback_is_accepted_at_once() {
    for by_code in [false, true] {
        let mut scenario = Scenario::empty(1_963_398);
        scenario.sign_ups.push(SignUp {
            click: Some(Click {
                when: ClickTime::AfterMail(HOUR / 2),
                max_attempts: 1,
                by_code,
                ..Click::soon()
            }),
            status_checks: Vec::new(),
            ..SignUp::new(0)
        });
        let first_call = FaultPoint {
            sign_up: 0,
            operation: Operation::CallValidateEmail,
            nth: 0,
        };
        scenario.faults.push((first_call, Fault::LostResponse));
        scenario.outages.push(Outage {
            service: Service::Lambda,
            from: 1_000,
            until: HOUR,
        });

        let run = run(&scenario);

        assert_eq!(run.violation, None, "{}", run.trace);
        assert!(first_confirmation(&run).starts_with("202"), "{}", run.trace);
    }
}

#[test]
fn another_mail_at_the_moment_of_a_confirmation_loses_neither() {
    for by_code in [false, true] {
        // The operations of both take some milliseconds each: every order of them occurs.
        for lead in -60..60 {
            let mut scenario = Scenario::empty(11);
            scenario.sign_ups.push(SignUp {
                click: Some(Click {
                    by_code,
                    max_attempts: 1,
                    ..Click::soon()
                }),
                status_checks: Vec::new(),
                mail_requests: vec![300_060 + lead],
                ..SignUp::new(0)
            });

            let run = run(&scenario);

            assert_eq!(run.violation, None, "{lead}\n{}", run.trace);
            assert!(
                first_confirmation(&run).starts_with("202"),
                "{lead}\n{}",
                run.trace
            );
        }
    }
}

#[test]
fn another_mail_at_the_end_of_the_window_changes_nothing() {
    for lead in -60..60 {
        let mut scenario = Scenario::empty(12);
        scenario.sign_ups.push(SignUp {
            click: Some(Click {
                when: ClickTime::AfterWindow(-20),
                ..Click::soon()
            }),
            status_checks: vec![24 * HOUR + 60],
            mail_requests: vec![24 * HOUR + lead],
            ..SignUp::new(0)
        });

        let run = run(&scenario);

        assert_eq!(run.violation, None, "{lead}\n{}", run.trace);
    }
}

/// A click that is recorded, and completes no task; at the end of the window the result of the call that finds it is lost.
#[test]
fn the_end_of_a_confirmed_sign_up_can_be_retried() {
    let mut scenario = Scenario::empty(248);
    scenario.sign_ups.push(SignUp {
        click: Some(Click {
            max_attempts: 1,
            ..Click::soon()
        }),
        ..SignUp::new(0)
    });
    for (operation, fault) in [
        (Operation::CompleteTask, Fault::CrashBefore),
        (Operation::CallSetUserStatus, Fault::LostResponse),
    ] {
        let point = FaultPoint {
            sign_up: 0,
            operation,
            nth: 0,
        };
        scenario.faults.push((point, fault));
    }

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
