//! Regression tests: each bug that the simulation has found, as its minimal counterexample.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use simulation::{
    Bounce, BounceKind, Click, ClickTime, Fault, FaultPoint, FunctionId, Operation, Outage, Run, Scenario,
    Service, SignUp, run,
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

/// Found by seed 1001291: of four requests at once, the last to take its token began first. By its clock the bucket of four
/// misses the 80 ms in which the others began, so the last token is not there yet.
#[test]
fn a_request_that_overlaps_with_others_may_miss_the_last_token_of_its_own_source() {
    let mut scenario = Scenario::empty(1_001_291);
    for (number, at) in (0..).zip([0, 96, 0, 80]) {
        scenario.sign_ups.push(SignUp {
            at,
            address: u8::from(number > 0),
            source: 0,
            ..SignUp::new(number)
        });
    }

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert!(run.trace.contains("sign-up 2  < sign-up: 429"), "{}", run.trace);
    assert!(run.trace.contains("sign-up 2  < sign-up: 202"), "{}", run.trace);
}

/// Found by seed 2003254: the first request was recorded and crashed, half a day later another one got its sign-up, and after a
/// day the key is free again.
#[test]
fn an_idempotency_key_is_remembered_for_a_day_from_the_request_that_was_recorded() {
    let mut scenario = Scenario::empty(2_003_254);
    for (number, at) in (0..).zip([0, 12 * HOUR, 24 * HOUR + 1_000]) {
        scenario.sign_ups.push(SignUp {
            at,
            key: Some(0),
            max_attempts: 1,
            ..SignUp::new(number)
        });
    }
    let first = FaultPoint {
        sign_up: 0,
        operation: Operation::AcceptSignUp,
        nth: 0,
    };
    scenario.faults.push((first, Fault::CrashAfter));

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert!(
        run.trace.contains("CreateUser AcceptSignUp: known by its key"),
        "{}",
        run.trace
    );
    assert_eq!(run.trace.matches("CreateUser AcceptSignUp: new").count(), 2);
    assert_eq!(run.executions, 2);
}

/// Found by seed 10325: whoever asked for another mail in the last moment of the window got a 202, and no mail.
#[test]
fn another_mail_that_the_end_of_the_window_overtakes_is_not_promised() {
    let mut overtaken = 0;
    for lead in (-1_500..1_500).step_by(10) {
        let mut scenario = Scenario::empty(10_325);
        scenario.sign_ups.push(SignUp {
            status_checks: Vec::new(),
            mail_requests: vec![39_632, 24 * HOUR + lead],
            ..SignUp::new(2)
        });

        let run = run(&scenario);

        assert_eq!(run.violation, None, "{lead}\n{}", run.trace);
        let accepted = run.trace.contains("< another mail: 202");
        let mails = run.trace.matches("a mail with a link arrives").count();
        assert_eq!(accepted, mails == 2, "{lead}\n{}", run.trace);
        overtaken += usize::from(!accepted && run.trace.contains("TakeMail: taken"));
    }
    assert!(overtaken > 0, "no request comes at that moment");
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

/// Found by seed 1103185: somebody follows the link of a sign-up whose end is recorded, and the result of that is lost, so that it is
/// recorded again.
#[test]
fn a_link_that_is_followed_between_an_end_by_a_complaint_and_its_retry_changes_nothing() {
    let complained_at = 10_000;
    let mut followed = 0;
    for lead in (0..2_000).step_by(50) {
        let mut scenario = Scenario::empty(1_103_185);
        scenario.sign_ups.push(SignUp {
            bounce: Some(Bounce {
                kind: BounceKind::Complaint,
                after: complained_at,
                times: 1,
            }),
            click: Some(Click {
                when: ClickTime::AfterMail(complained_at + lead),
                max_attempts: 1,
                ..Click::soon()
            }),
            ..SignUp::new(0)
        });
        let first_end = FaultPoint {
            sign_up: 0,
            operation: Operation::EndSignUp,
            nth: 0,
        };
        scenario.faults.push((first_end, Fault::CrashAfter));

        let run = run(&scenario);

        assert_eq!(run.violation, None, "{lead}\n{}", run.trace);
        let position = |text: &str| run.trace.find(text);
        let (confirming, retry) = (
            position("StartConfirming: confirming"),
            position("SetUserStatus is called again"),
        );
        let ended = position("EndSignUp: recorded");
        followed += usize::from(confirming.is_some() && ended < confirming && confirming < retry);
    }
    assert!(followed > 0, "no link is followed at that moment");
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
