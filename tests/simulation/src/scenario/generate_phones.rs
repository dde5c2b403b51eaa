//! Scenario generation: phones, what their owners do, and what happens to text messages.

use super::generate::{HOUR, SECOND, WINDOW, outage_of_one};
use crate::fault::{Fault, FaultPoint, Operation, Service};
use crate::rng::SeededRng;
use crate::scenario::{ClickTime, Scenario, TextCode, TextTime};

/// The operations of text messages; what follows a failed one occurs with it only.
const OPERATIONS: [Operation; 5] = [
    Operation::ClaimSms,
    Operation::SendSms,
    Operation::SendSms,
    Operation::ReturnSms,
    Operation::DropPhone,
];

/// Adds phones to a scenario. It is drawn last, so that the rest is drawn alike in both compositions.
pub(super) fn add_phones(rng: &mut SeededRng, scenario: &mut Scenario) {
    for sign_up in &mut scenario.sign_ups {
        sign_up.phone = phone(rng);
        sign_up.text = (!rng.one_in(5)).then(|| text_code(rng));
    }
    for index in 0..scenario.sign_ups.len() {
        if rng.one_in(2) {
            let number = scenario.sign_ups.get(index).map_or(0, |sign_up| sign_up.number);
            add_faults(rng, scenario, number);
        }
    }
    if rng.one_in(12) {
        scenario.outages.push(outage_of_one(rng, &[Service::Sms]));
    }
    if scenario.deployed_at.is_some() {
        scenario.is_replaced = rng.one_in(2);
    }
}

/// Usually a number or its neighbour, so that sign-ups share their limits.
fn phone(rng: &mut SeededRng) -> Option<u8> {
    match rng.below(10) {
        0 | 1 => None,
        2..=5 => Some(0),
        6 | 7 => Some(1),
        8 => Some(2),
        _ => Some(3),
    }
}

fn text_code(rng: &mut SeededRng) -> TextCode {
    TextCode {
        when: match rng.below(5) {
            0 => TextTime::AfterText(rng.millis(0, 3 * SECOND)),
            1 => TextTime::AfterText(rng.millis(0, HOUR)),
            2 => TextTime::AfterText(rng.millis(0, WINDOW)),
            3 => TextTime::AfterWindow(rng.millis(-2 * SECOND, 2 * SECOND)),
            _ => TextTime::WithClick(rng.millis(-60, 60)),
        },
        max_attempts: if rng.one_in(4) { 1 } else { 200 },
        newest: !rng.one_in(3),
    }
}

fn add_faults(rng: &mut SeededRng, scenario: &mut Scenario, sign_up: u8) {
    let operation = rng.pick(&OPERATIONS);
    let fault = rng.pick(operation.faults());
    let nth = if rng.one_in(3) { 1 + rng.below(3) } else { 0 };
    let mut add = |operation, nth, fault| {
        let point = FaultPoint {
            sign_up,
            operation,
            nth,
        };
        scenario.faults.push((point, fault));
    };
    match operation {
        Operation::ReturnSms => add(Operation::SendSms, nth, Fault::Throttled),
        Operation::DropPhone => {
            if rng.one_in(2) {
                add(Operation::SendSms, 1, Fault::NumberRefused);
                return confirm_while_the_phone_is_dropped(rng, scenario, sign_up);
            }
            add(Operation::SendSms, nth, Fault::NumberRefused);
        }
        _ => return add(operation, nth, fault),
    }
    add(operation, 0, fault);
}

/// The person asks for another mail and text message, and confirms the address by the first mail while the second text message is
/// refused. Dropping the phone leaves nothing to confirm then.
fn confirm_while_the_phone_is_dropped(rng: &mut SeededRng, scenario: &mut Scenario, sign_up: u8) {
    let mut people = scenario.sign_ups.iter_mut();
    let person = people.find(|person| person.number == sign_up);
    if let Some(click) = person.and_then(|person| person.click.as_mut()) {
        click.when = ClickTime::AfterMail(rng.millis(SECOND, HOUR));
        click.asks_before = Some(rng.millis(300, SECOND));
    }
}
