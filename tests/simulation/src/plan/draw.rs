//! Plans from seeds.

use crate::chance::{Chance, scatter};
use crate::fault::{Point, Service, Step};
use crate::plan::{Click, Outage, Plan, SignUp, When};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const WINDOW: i64 = 24 * HOUR;

/// The most that clocks are off, in milliseconds: far more than AWS's own keep to.
const LARGEST_SKEW: i64 = 2 * SECOND;

impl Plan {
    /// The plan that the seed stands for.
    pub fn of_seed(seed: u64) -> Self {
        let mut chance = Chance::new(scatter(seed));
        let mut plan = Self::empty(seed);
        plan.account = chance.once_in(4);
        let people = 1 + chance.below(3) + chance.below(2);
        // Mostly one address, so that people get into each other's way.
        let addresses = if chance.once_in(3) { 2 } else { 1 };
        for number in 0..u8::try_from(people).unwrap_or(1) {
            let sign_up = sign_up(&mut chance, number, addresses);
            plan.sign_ups.push(sign_up);
        }
        let faults = people * 3 + chance.below(people * 4);
        for _ in 0..faults {
            let sign_up = u8::try_from(chance.below(people)).unwrap_or_default();
            let Some(step) = chance.one_of(&Step::ALL) else {
                continue;
            };
            let Some(fault) = chance.one_of(step.faults()) else {
                continue;
            };
            let nth = if chance.once_in(3) { 1 + chance.below(3) } else { 0 };
            let nth = u8::try_from(nth).unwrap_or_default();
            plan.faults.push((Point { sign_up, step, nth }, fault));
        }
        if chance.once_in(6) {
            plan.outages.push(outage(&mut chance));
        }
        if chance.once_in(4) {
            for skew in &mut plan.skews {
                *skew = chance.millis(-LARGEST_SKEW, LARGEST_SKEW);
            }
        }
        if chance.once_in(5) {
            plan.deployed_at = Some(some_time(&mut chance));
        }
        if chance.once_in(10) {
            let number = u8::try_from(chance.below(people)).unwrap_or_default();
            plan.redriven = Some((number, chance.millis(HOUR, 20 * HOUR)));
        }
        if seed % 64 == 62 {
            plan.unknown_at = Some(some_time(&mut chance));
        }
        plan
    }
}

fn sign_up(chance: &mut Chance, number: u8, addresses: u64) -> SignUp {
    let at = match chance.below(4) {
        0 => 0,
        1 => chance.millis(0, 100),
        2 => chance.millis(0, 10 * MINUTE),
        _ => chance.millis(0, WINDOW),
    };
    let click = (!chance.once_in(4)).then(|| Click {
        when: match chance.below(4) {
            0 => When::After(chance.millis(0, 3 * SECOND)),
            1 => When::After(chance.millis(0, HOUR)),
            2 => When::After(chance.millis(0, WINDOW)),
            _ => When::AroundTheEnd(chance.millis(-2 * SECOND, 2 * SECOND)),
        },
        tries: if chance.once_in(4) { 1 } else { 200 },
        double: chance.once_in(4),
        newest: !chance.once_in(3),
    });
    SignUp {
        number,
        at,
        address: u8::try_from(chance.below(addresses)).unwrap_or_default(),
        spelling: u8::try_from(chance.below(3)).unwrap_or_default(),
        key: match chance.below(8) {
            0 => None,
            1 => Some(0),
            _ => Some(number),
        },
        tries: if chance.once_in(5) { 1 } else { 20 },
        looks: looks(chance),
        click,
    }
}

fn looks(chance: &mut Chance) -> Vec<i64> {
    let mut looks = vec![chance.millis(0, 10 * SECOND), chance.millis(0, 2 * WINDOW)];
    if chance.once_in(2) {
        looks.push(WINDOW + chance.millis(-2 * SECOND, 4 * SECOND));
    }
    looks
}

fn outage(chance: &mut Chance) -> Outage {
    let services = [
        Service::Table,
        Service::Mail,
        Service::Webhook,
        Service::Secrets,
        Service::StepFunctions,
        Service::Lambda,
    ];
    let from = some_time(chance);
    let length = if chance.once_in(2) {
        HOUR
    } else {
        chance.millis(SECOND, HOUR)
    };
    Outage {
        service: chance.one_of(&services).unwrap_or(Service::Mail),
        from,
        until: from + length,
    }
}

/// When things happen to all at once: at the beginning, in the middle or around the end.
fn some_time(chance: &mut Chance) -> i64 {
    match chance.below(3) {
        0 => chance.millis(0, 5 * SECOND),
        1 => chance.millis(0, WINDOW),
        _ => WINDOW + chance.millis(-MINUTE, MINUTE),
    }
}
