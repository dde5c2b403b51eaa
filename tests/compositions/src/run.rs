//! One sign-up in one composition, from a seed.

use std::cell::RefCell;
use std::rc::Rc;

use contracts::notify_webhook::Delivery;
use contracts::table::UserStatus;
use futures::task::LocalSpawnExt;

use crate::clock;
use crate::cloud::Cloud;
use crate::compositions::Name;
use crate::faults::Fault;
use crate::ledger::Ledger;
use crate::parameters::Item;
use crate::person;

/// What is left when nothing more happens.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) ledger: Ledger,
    pub(crate) status: Option<UserStatus>,
    pub(crate) delivery: Option<Delivery>,
    pub(crate) failed_execution: bool,
    /// Of the rules of `tests/simulation` that are checked at single operations.
    #[cfg(test)]
    pub(crate) violation: Option<simulation::Violation>,
}

#[expect(clippy::expect_used, reason = "the executor exists as long as a run")]
pub(crate) fn run(name: Name, seed: u64, fault: Option<Fault>) -> End {
    let started: Rc<RefCell<Option<Cloud>>> = Rc::default();
    clock::run(|clock, spawner| {
        let cloud = Cloud::new(name, seed, fault, clock, spawner.clone());
        started.replace(Some(cloud.clone()));
        let person = person::sign_up(cloud);
        spawner.spawn_local(person).expect("the executor runs");
    });
    let cloud = started.take().expect("the run was started");
    let transitions = cloud.transitions();
    let mut ledger = std::mem::take(&mut *cloud.ledger());
    if transitions > 0 {
        ledger.count(Item::Transition, transitions);
    }
    End {
        status: cloud.world().status(),
        delivery: cloud.world().delivery(),
        failed_execution: cloud.has_failed_execution(),
        #[cfg(test)]
        violation: cloud.world().violation(),
        ledger,
    }
}
