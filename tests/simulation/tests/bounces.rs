//! Bounces and complaints: what becomes of the sign-up, and what somebody without the mailbox can see of it.
#![allow(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use simulation::{
    Bounce, BounceKind, Click, Fault, FaultPoint, Operation, Run, Scenario, SignUp, explore, run,
};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;

/// A person without a mailbox who looks, asks for other mails and guesses codes, before the window's end and after it.
fn curious() -> SignUp {
    SignUp {
        status_checks: (0..400)
            .map(|look| look * 25)
            .chain((1..50).map(|look| look * HOUR / 2))
            .collect(),
        mail_requests: vec![61 * SECOND, 2 * HOUR, 5 * HOUR, 9 * HOUR, 23 * HOUR, 25 * HOUR],
        wrong_codes: vec![
            30 * SECOND,
            HOUR,
            3 * HOUR,
            7 * HOUR,
            8 * HOUR,
            10 * HOUR,
            26 * HOUR,
        ],
        ..SignUp::new(0)
    }
}

fn with(sign_ups: Vec<SignUp>, has_account: bool) -> Run {
    let mut scenario = Scenario::empty(20);
    scenario.has_account = has_account;
    scenario.sign_ups = sign_ups;
    run(&scenario)
}

#[test]
fn a_bounce_shows_in_no_response_and_no_time() {
    for has_account in [false, true] {
        let waiting = with(vec![curious()], has_account);
        assert_eq!(waiting.violation, None, "{}", waiting.trace);
        for kind in [BounceKind::Hard, BounceKind::Complaint] {
            for after in [0, 40, 4 * SECOND, 3 * HOUR, 24 * HOUR - 20, 24 * HOUR, 30 * HOUR] {
                let bounce = Some(Bounce {
                    kind,
                    after,
                    times: 2,
                });

                let bounced = with(vec![SignUp { bounce, ..curious() }], has_account);

                assert_eq!(bounced.violation, None, "{after}\n{}", bounced.trace);
                assert_eq!(bounced.responses, waiting.responses, "{after}\n{}", bounced.trace);
            }
        }
    }
}

#[test]
fn a_bounce_ends_the_execution_at_once_and_a_lost_one_costs_the_wait() {
    let ended_after = |times| {
        let bounce = Some(Bounce {
            times,
            ..Bounce::soon()
        });
        let run = with(
            vec![SignUp {
                bounce,
                ..SignUp::new(0)
            }],
            false,
        );
        assert_eq!(run.violation, None, "{}", run.trace);
        let end = run
            .trace
            .lines()
            .find(|line| line.contains(" = ") && line.contains("execution"));
        end.unwrap_or_default().to_owned()
    };

    assert!(ended_after(1).contains("+00:00:0"), "{}", ended_after(1));
    assert!(ended_after(0).contains("+24:00:0"), "{}", ended_after(0));
}

#[test]
fn the_next_sign_up_for_the_address_is_not_mailed_and_does_not_wait() {
    let bounced = SignUp {
        bounce: Some(Bounce::soon()),
        ..SignUp::new(0)
    };
    let next = SignUp {
        at: HOUR,
        bounce: Some(Bounce::soon()),
        ..SignUp::new(1)
    };
    let other = SignUp {
        at: HOUR,
        address: 1,
        click: Some(Click::soon()),
        ..SignUp::new(2)
    };

    let run = with(vec![bounced, next, other], false);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert_eq!(run.trace.matches("a mail bounces").count(), 1, "{}", run.trace);
    assert_eq!(
        run.trace.matches("a mail with a link arrives").count(),
        1,
        "{}",
        run.trace
    );
}

#[test]
fn every_pair_of_faults_around_a_bounce_keeps_the_invariants() {
    let mut scenario = Scenario::empty(21);
    scenario.sign_ups.push(SignUp {
        bounce: Some(Bounce::soon()),
        status_checks: Vec::new(),
        ..SignUp::new(0)
    });

    let exploration = explore(&scenario, 2, 0, 1);

    if let Some(mut violating) = exploration.violating {
        violating.render_trace = true;
        let run = run(&violating);
        assert_eq!(run.violation, None, "{violating}\n{}", run.trace);
    }
    assert!(exploration.runs > 1_000, "{}", exploration.runs);
}

/// The bounce comes while no task waits: the response of the mail was lost, and the task is between two attempts.
#[test]
fn a_bounce_between_two_attempts_is_found_by_the_next() {
    let mut scenario = Scenario::empty(22);
    scenario.sign_ups.push(SignUp {
        bounce: Some(Bounce {
            after: 1,
            ..Bounce::soon()
        }),
        ..SignUp::new(0)
    });
    let call = FaultPoint {
        sign_up: 0,
        operation: Operation::CallValidateEmail,
        nth: 0,
    };
    scenario.faults.push((call, Fault::LostResponse));

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert_eq!(run.trace.matches("a mail bounces").count(), 1, "{}", run.trace);
}
