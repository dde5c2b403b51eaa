//! From a plan that violates a rule to the smallest that still does.

use crate::plan::{Click, Plan, When};
use crate::watch::Rule;
use crate::world::Run;

/// Leaves out of a plan whatever the violation happens without: people, faults, outages, and what is odd about them.
///
/// `violates` runs a plan. What comes back violates the same rule, and every single thing that is left is needed.
pub fn shrink(plan: &Plan, rule: Rule, violates: impl Fn(&Plan) -> Run) -> Plan {
    let still = |plan: &Plan| violates(plan).violation.is_some_and(|found| found.rule == rule);
    let mut smallest = plan.clone();
    loop {
        let smaller = smaller(&smallest).into_iter().find(&still);
        match smaller {
            Some(plan) => smallest = plan,
            None => return smallest,
        }
    }
}

/// All plans that are smaller by one thing.
fn smaller(plan: &Plan) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut add = |change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        plans.push(smaller);
    };
    for (index, sign_up) in plan.sign_ups.iter().enumerate() {
        let number = sign_up.number;
        add(&|plan| {
            plan.sign_ups.remove(index);
            plan.faults.retain(|(point, _)| point.sign_up != number);
        });
    }
    for index in 0..plan.faults.len() {
        add(&|plan| {
            plan.faults.remove(index);
        });
    }
    for index in 0..plan.outages.len() {
        add(&|plan| {
            plan.outages.remove(index);
        });
    }
    for (index, skew) in plan.skews.iter().enumerate() {
        if *skew != 0 {
            add(&|plan| {
                if let Some(skew) = plan.skews.get_mut(index) {
                    *skew = 0;
                }
            });
        }
    }
    if plan.deployed_at.is_some() {
        add(&|plan| plan.deployed_at = None);
    }
    if plan.unknown_at.is_some() {
        add(&|plan| plan.unknown_at = None);
    }
    if plan.redriven.is_some() {
        add(&|plan| plan.redriven = None);
    }
    if plan.account {
        add(&|plan| plan.account = false);
    }
    for (index, sign_up) in plan.sign_ups.iter().enumerate() {
        let mut change = |change: &dyn Fn(&mut crate::plan::SignUp)| {
            add(&|plan: &mut Plan| {
                if let Some(sign_up) = plan.sign_ups.get_mut(index) {
                    change(sign_up);
                }
            });
        };
        if !sign_up.looks.is_empty() {
            change(&|sign_up| sign_up.looks.clear());
        }
        if sign_up.looks.len() > 1 {
            for look in 0..sign_up.looks.len() {
                change(&|sign_up| {
                    sign_up.looks.remove(look);
                });
            }
        }
        if sign_up.at != 0 {
            change(&|sign_up| sign_up.at = 0);
        }
        if sign_up.spelling != 0 {
            change(&|sign_up| sign_up.spelling = 0);
        }
        let Some(click) = sign_up.click else { continue };
        change(&|sign_up| sign_up.click = None);
        if click.double {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    double: false,
                    ..click
                });
            });
        }
        if !matches!(click.when, When::After(300_000)) {
            change(&|sign_up| {
                sign_up.click = Some(Click {
                    when: When::After(300_000),
                    ..click
                });
            });
        }
    }
    plans
}
