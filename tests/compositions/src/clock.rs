//! Virtual time: it passes only when nothing else is left to do.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures_executor::{LocalPool, LocalSpawner};

/// Microseconds of virtual time.
pub(crate) type Micros = u64;

pub(crate) const MILLISECOND: Micros = 1_000;
pub(crate) const SECOND: Micros = 1_000 * MILLISECOND;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;

/// A clock that everything in one run shares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(Rc<RefCell<Timers>>);

#[derive(Debug, Default)]
struct Timers {
    now: Micros,
    set: u64,
    /// By time, and then in the order in which they were set.
    due: BTreeMap<(Micros, u64), oneshot::Sender<()>>,
}

impl Clock {
    pub(crate) fn now(&self) -> Micros {
        self.0.borrow().now
    }

    pub(crate) async fn sleep(&self, time: Micros) {
        let woken = {
            let mut timers = self.0.borrow_mut();
            let (wake, woken) = oneshot::channel();
            timers.set += 1;
            let key = (timers.now + time, timers.set);
            timers.due.insert(key, wake);
            woken
        };
        // A run that ends early drops its timers with everything that waits for them.
        let _ = woken.await;
    }

    /// Advances to the next timer. Returns false if there is none.
    fn advance(&self) -> bool {
        let mut timers = self.0.borrow_mut();
        let Some(((due, _), wake)) = timers.due.pop_first() else {
            return false;
        };
        timers.now = due;
        drop(timers);
        // Whoever waited may be gone.
        let _ = wake.send(());
        true
    }
}

/// Runs what `start` spawns, until nothing is left that time would bring about.
pub(crate) fn run(start: impl FnOnce(Clock, LocalSpawner)) {
    let mut pool = LocalPool::new();
    let clock = Clock::default();
    start(clock.clone(), pool.spawner());
    loop {
        pool.run_until_stalled();
        if !clock.advance() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::task::LocalSpawnExt;

    use super::*;

    #[test]
    fn what_sleeps_wakes_in_the_order_of_time() {
        let woken = Rc::new(RefCell::new(Vec::new()));

        run(|clock, spawner| {
            for time in [3, 1, 2] {
                let (clock, woken) = (clock.clone(), Rc::clone(&woken));
                let work = async move {
                    clock.sleep(time * HOUR).await;
                    woken.borrow_mut().push(clock.now() / HOUR);
                };
                spawner.spawn_local(work).unwrap();
            }
        });

        assert_eq!(*woken.borrow(), [1, 2, 3]);
    }
}
