//! The limits of the mail service: a sending rate that is exceeded, and a daily quota that is used up.

use simulation::{Click, ClickTime, Outage, Run, Scenario, Service, SignUp, run};

const HOUR: i64 = 3_600_000;

/// A sign-up that is confirmed some minutes after its mail, in a world without a quota of mails for so long.
fn with_quota_used_up(hours: i64) -> Run {
    let mut scenario = Scenario::empty(7);
    scenario.sign_ups.push(SignUp {
        click: Some(Click::soon()),
        status_checks: vec![HOUR, 50 * HOUR],
        ..SignUp::new(0)
    });
    scenario.outages.push(Outage {
        service: Service::MailQuota,
        from: 0,
        until: hours * HOUR,
    });
    run(&scenario)
}

/// The responses to the looks at the status, in order.
fn statuses(run: &Run) -> Vec<&str> {
    let looks = run
        .responses
        .iter()
        .filter(|response| response.request == "status");
    looks.map(|response| response.text.as_str()).collect()
}

fn shows(response: Option<&&str>, status: &str) -> bool {
    response.is_some_and(|response| response.contains(&format!("\"status\":\"{status}\"")))
}

#[test]
fn a_mail_that_waits_for_the_quota_for_most_of_a_day_can_still_be_confirmed() {
    let run = with_quota_used_up(18);

    let statuses = statuses(&run);
    assert_eq!(run.violation, None, "{}", run.trace);
    assert!(shows(statuses.first(), "awaiting_verification"), "{statuses:?}");
    assert!(shows(statuses.last(), "verified"), "{statuses:?}\n{}", run.trace);
}

#[test]
fn a_sign_up_without_a_mail_in_its_window_expires_and_gets_none_later() {
    let run = with_quota_used_up(30);

    let statuses = statuses(&run);
    assert_eq!(run.violation, None, "{}", run.trace);
    assert!(shows(statuses.last(), "expired"), "{statuses:?}\n{}", run.trace);
    assert!(!run.trace.contains("arrives"), "{}", run.trace);
}

#[test]
fn a_request_in_the_last_seconds_of_the_window_is_mailed_within_a_minute_of_it() {
    let mut scenario = Scenario::empty(8);
    scenario.sign_ups.push(SignUp {
        mail_requests: vec![24 * HOUR - 3_000],
        click: Some(Click {
            when: ClickTime::AfterWindow(HOUR),
            ..Click::soon()
        }),
        ..SignUp::new(0)
    });

    let run = run(&scenario);

    assert_eq!(run.violation, None, "{}", run.trace);
    assert_eq!(run.trace.matches("arrives").count(), 2, "{}", run.trace);
}
