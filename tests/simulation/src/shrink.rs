//! Shrinking: from a violating scenario to a minimal counterexample.

use crate::invariants::Invariant;
use crate::run::Run;
use crate::scenario::{Click, ClickTime, Scenario, SignUp, TextCode, TextTime};

/// Removes people, faults, outages and other deviations for as long as `run` finds the same invariant violated.
///
/// The result is locally minimal: no single reduction of it violates the invariant.
pub fn shrink(scenario: &Scenario, invariant: Invariant, run: impl Fn(&Scenario) -> Run) -> Scenario {
    let violates = |scenario: &Scenario| {
        run(scenario)
            .violation
            .is_some_and(|found| found.invariant == invariant)
    };
    let mut minimal = scenario.clone();
    while let Some(smaller) = reductions(&minimal).into_iter().find(&violates) {
        minimal = smaller;
    }
    minimal
}

/// All scenarios that are simpler by one reduction.
#[expect(clippy::indexing_slicing, reason = "each index is one of this very scenario")]
#[expect(clippy::too_many_lines, reason = "it lists all reductions")]
fn reductions(scenario: &Scenario) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let mut add = |change: &dyn Fn(&mut Scenario)| {
        let mut smaller = scenario.clone();
        change(&mut smaller);
        scenarios.push(smaller);
    };
    for (index, sign_up) in scenario.sign_ups.iter().enumerate() {
        let number = sign_up.number;
        add(&|scenario| {
            scenario.sign_ups.remove(index);
            scenario.faults.retain(|(point, _)| point.sign_up != number);
        });
    }
    for index in 0..scenario.faults.len() {
        add(&|scenario| {
            scenario.faults.remove(index);
        });
    }
    for index in 0..scenario.outages.len() {
        add(&|scenario| {
            scenario.outages.remove(index);
        });
    }
    for (index, skew) in scenario.skews.iter().enumerate() {
        if *skew != 0 {
            add(&|scenario| scenario.skews[index] = 0);
        }
    }
    if scenario.deployed_at.is_some() {
        add(&|scenario| scenario.deployed_at = None);
    }
    if scenario.is_replaced {
        add(&|scenario| scenario.is_replaced = false);
    }
    if scenario.unknown_execution_at.is_some() {
        add(&|scenario| scenario.unknown_execution_at = None);
    }
    if scenario.redrive.is_some() {
        add(&|scenario| scenario.redrive = None);
    }
    if scenario.has_account {
        add(&|scenario| scenario.has_account = false);
    }
    for (index, sign_up) in scenario.sign_ups.iter().enumerate() {
        let mut change = |change: &dyn Fn(&mut SignUp)| {
            add(&|scenario: &mut Scenario| change(&mut scenario.sign_ups[index]));
        };
        if !sign_up.status_checks.is_empty() {
            change(&|sign_up| sign_up.status_checks.clear());
        }
        if sign_up.status_checks.len() > 1 {
            for check in 0..sign_up.status_checks.len() {
                change(&|sign_up| {
                    sign_up.status_checks.remove(check);
                });
            }
        }
        if sign_up.at != 0 {
            change(&|sign_up| sign_up.at = 0);
        }
        if sign_up.spelling != 0 {
            change(&|sign_up| sign_up.spelling = 0);
        }
        for index in 0..sign_up.mail_requests.len() {
            change(&|sign_up| {
                sign_up.mail_requests.remove(index);
            });
        }
        for index in 0..sign_up.wrong_codes.len() {
            change(&|sign_up| {
                sign_up.wrong_codes.remove(index);
            });
        }
        if let Some(text) = sign_up.text {
            change(&|sign_up| sign_up.text = None);
            if !matches!(text.when, TextTime::AfterText(60_000)) {
                change(&|sign_up| sign_up.text = Some(TextCode::soon()));
            }
        }
        if sign_up.phone.is_some_and(|phone| phone != 0) {
            change(&|sign_up| sign_up.phone = Some(0));
        }
        if sign_up.bounce.is_some() {
            change(&|sign_up| sign_up.bounce = None);
        }
        let Some(click) = sign_up.click else { continue };
        change(&|sign_up| sign_up.click = None);
        if click.address_alone {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    address_alone: false,
                    ..click
                });
            });
        }
        if click.by_code {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    by_code: false,
                    ..click
                });
            });
        }
        if click.asks_before.is_some() {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    asks_before: None,
                    ..click
                });
            });
        }
        if click.double {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    double: false,
                    ..click
                });
            });
        }
        if !matches!(click.when, ClickTime::AfterMail(300_000)) {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    when: ClickTime::AfterMail(300_000),
                    ..click
                });
            });
        }
    }
    scenarios
}
