//! Scenario generation: one random scenario per seed.

use super::generate_phones::add_phones;
use crate::contacts::Contacts;
use crate::fault::{FaultPoint, Operation, Service};
use crate::rng::{SeededRng, mix};
use crate::scenario::{Bounce, BounceKind, Click, ClickTime, Outage, Scenario, SignUp};

pub(super) const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const WINDOW: i64 = 24 * HOUR;

/// How long the quota of the mail service is used up at most: the retries outlast that, but for one in some million sign-ups.
const QUOTA_USED_UP: i64 = 18 * HOUR;

/// The maximum clock skew, in milliseconds: far more than the skew of AWS's own clocks.
const MAX_SKEW: i64 = 2 * SECOND;

impl Scenario {
    /// The scenario of a seed. A seed draws another scenario for each composition.
    #[expect(clippy::indexing_slicing, reason = "there is a skew for each function")]
    pub fn of_seed(contacts: Contacts, seed: u64) -> Self {
        let mut rng = SeededRng::new(mix(seed));
        let mut scenario = Self::empty(seed);
        scenario.contacts = contacts;
        let operations: Vec<_> = Operation::ALL
            .into_iter()
            .filter(|operation| contacts.has(*operation))
            .collect();
        scenario.has_account = rng.one_in(4);
        let people = 1 + rng.below(3) + rng.below(2);
        // Usually one address, so that sign-ups compete for it.
        let addresses = if rng.one_in(3) { 2 } else { 1 };
        for number in 0..people {
            scenario.sign_ups.push(sign_up(&mut rng, number, addresses));
        }
        let faults = people * 3 + rng.below(people * 4);
        for _ in 0..faults {
            let sign_up = rng.below(people);
            let operation = rng.pick(&operations);
            let fault = rng.pick(operation.faults());
            let nth = if rng.one_in(3) { 1 + rng.below(3) } else { 0 };
            let point = FaultPoint {
                sign_up,
                operation,
                nth,
            };
            scenario.faults.push((point, fault));
        }
        if rng.one_in(6) {
            scenario.outages.push(outage(&mut rng));
        }
        if rng.one_in(4) {
            for function in contacts.functions() {
                scenario.skews[*function as usize] = rng.millis(-MAX_SKEW, MAX_SKEW);
            }
        }
        if rng.one_in(5) {
            scenario.deployed_at = Some(time(&mut rng));
        }
        if rng.one_in(10) {
            let number = rng.below(people);
            scenario.redrive = Some((number, rng.millis(HOUR, 20 * HOUR)));
        }
        if seed % 64 == 62 {
            scenario.unknown_execution_at = Some(time(&mut rng));
        }
        for sign_up in &mut scenario.sign_ups {
            sign_up.bounce = rng.one_in(6).then(|| bounce(&mut rng));
        }
        if rng.one_in(16) {
            scenario.outages.push(quota_used_up(&mut rng));
        }
        if contacts == Contacts::EmailAndSms {
            add_phones(&mut rng, &mut scenario);
        }
        if rng.one_in(8) {
            let mut outages = unavailable_endpoint(&mut rng);
            if let Some(first) = outages.first_mut()
                && rng.one_in(2)
            {
                race_for_the_probe(&mut rng, &mut scenario.sign_ups, first);
            }
            scenario.outages.extend(outages);
        }
        scenario
    }
}

fn sign_up(rng: &mut SeededRng, number: u8, addresses: u8) -> SignUp {
    let at = match rng.below(4) {
        0 => 0,
        1 => rng.millis(0, 100),
        2 => rng.millis(0, 10 * MINUTE),
        _ => rng.millis(0, WINDOW),
    };
    let click = (!rng.one_in(4)).then(|| Click {
        when: match rng.below(4) {
            0 => ClickTime::AfterMail(rng.millis(0, 3 * SECOND)),
            1 => ClickTime::AfterMail(rng.millis(0, HOUR)),
            2 => ClickTime::AfterMail(rng.millis(0, WINDOW)),
            _ => ClickTime::AfterWindow(rng.millis(-2 * SECOND, 2 * SECOND)),
        },
        max_attempts: if rng.one_in(4) { 1 } else { 200 },
        double: rng.one_in(4),
        newest: !rng.one_in(3),
        by_code: rng.one_in(2),
        address_alone: rng.one_in(3),
        asks_before: rng.one_in(4).then(|| rng.millis(0, SECOND)),
    });
    // Up to more than a sign-up has mails.
    let mail_requests = if rng.one_in(3) { 1 + rng.below(7) } else { 0 };
    // Up to more than a sign-up has tries.
    let wrong_codes = if rng.one_in(4) { 1 + rng.below(7) } else { 0 };
    SignUp {
        number,
        at,
        address: rng.below(addresses),
        spelling: rng.below(3),
        key: match rng.below(8) {
            0 => None,
            1 | 2 => Some(0),
            _ => Some(number),
        },
        other_name: rng.one_in(3),
        // Phones are drawn for the composition that confirms them.
        phone: Some(0),
        text: None,
        source: if rng.one_in(2) { 0 } else { number },
        max_attempts: if rng.one_in(5) { 1 } else { 20 },
        status_checks: status_checks(rng),
        click,
        mail_requests: (0..mail_requests).map(|_| mail_request(rng)).collect(),
        wrong_codes: (0..wrong_codes)
            .map(|_| {
                if rng.one_in(2) {
                    rng.millis(0, HOUR)
                } else {
                    rng.millis(0, WINDOW)
                }
            })
            .collect(),
        bounce: None,
    }
}

/// Soon, in the middle, or around the end of the window.
fn mail_request(rng: &mut SeededRng) -> i64 {
    match rng.below(4) {
        0 | 1 => rng.millis(0, 10 * MINUTE),
        2 => rng.millis(0, WINDOW),
        _ => WINDOW + rng.millis(-2 * SECOND, 2 * SECOND),
    }
}

fn status_checks(rng: &mut SeededRng) -> Vec<i64> {
    let mut checks = vec![rng.millis(0, 10 * SECOND), rng.millis(0, 2 * WINDOW)];
    if rng.one_in(2) {
        checks.push(WINDOW + rng.millis(-2 * SECOND, 4 * SECOND));
    }
    checks
}

fn outage(rng: &mut SeededRng) -> Outage {
    let services = [
        Service::Table,
        Service::Mail,
        Service::Webhook,
        Service::Secrets,
        Service::StepFunctions,
        Service::Lambda,
    ];
    outage_of_one(rng, &services)
}

/// An outage of one of these services.
pub(super) fn outage_of_one(rng: &mut SeededRng, services: &[Service]) -> Outage {
    let from = time(rng);
    let duration = if rng.one_in(2) {
        HOUR
    } else {
        rng.millis(SECOND, HOUR)
    };
    Outage {
        service: rng.pick(services),
        from,
        until: from + duration,
    }
}

/// The endpoint of the webhook is down for up to four days, or again and again.
fn unavailable_endpoint(rng: &mut SeededRng) -> Vec<Outage> {
    let mut from = time(rng);
    let (times, longest) = if rng.one_in(2) {
        (1, 96 * HOUR)
    } else {
        (8, 4 * HOUR)
    };
    let mut outages = Vec::new();
    for _ in 0..times {
        let until = from + rng.millis(MINUTE, longest);
        outages.push(Outage {
            service: Service::Webhook,
            from,
            until,
        });
        from = until + rng.millis(SECOND, 2 * HOUR);
    }
    outages
}

/// One person signs up when the endpoint goes down, whose attempts open its circuit; the others all at once when it may be probed, and
/// is up again.
fn race_for_the_probe(rng: &mut SeededRng, sign_ups: &mut [SignUp], outage: &mut Outage) {
    let begin = outage.from.max(0);
    outage.until = begin + 70 * SECOND;
    for (index, sign_up) in sign_ups.iter_mut().enumerate() {
        sign_up.at = if index == 0 {
            begin
        } else {
            begin + 75 * SECOND + rng.millis(0, 5)
        };
    }
}

/// Soon, late, or around the end of the window.
fn bounce(rng: &mut SeededRng) -> Bounce {
    Bounce {
        kind: if rng.one_in(3) {
            BounceKind::Complaint
        } else {
            BounceKind::Hard
        },
        after: match rng.below(4) {
            0 => rng.millis(0, 100),
            1 => rng.millis(0, MINUTE),
            2 => rng.millis(0, 2 * WINDOW),
            _ => WINDOW + rng.millis(-2 * SECOND, 2 * SECOND),
        },
        times: match rng.below(6) {
            0 => 0,
            1 => 2,
            _ => 1,
        },
    }
}

/// The quota comes back within a day, and is used up for the rest of it.
fn quota_used_up(rng: &mut SeededRng) -> Outage {
    let from = time(rng);
    Outage {
        service: Service::MailQuota,
        from,
        until: from + rng.millis(MINUTE, QUOTA_USED_UP),
    }
}

/// The time of an event that concerns all sign-ups: at the beginning, in the middle or around the end of the window.
fn time(rng: &mut SeededRng) -> i64 {
    match rng.below(3) {
        0 => rng.millis(0, 5 * SECOND),
        1 => rng.millis(0, WINDOW),
        _ => WINDOW + rng.millis(-MINUTE, MINUTE),
    }
}
