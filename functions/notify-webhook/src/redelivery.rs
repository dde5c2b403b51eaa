//! When redeliveries try again.

use std::str::FromStr;
use std::time::Duration;

use contracts::notify_webhook::{NextAttempt, Redelivery};
use contracts::values::Timestamp;
use ring::digest::{SHA256, digest};

/// The pauses between attempts: those of Standard Webhooks after its first two attempts, for which the sign-up's own stand. All
/// together take 75 hours and 35 minutes.
///
/// Source: [the specification](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability),
/// "Deliverability and reliability".
const MINUTES: [u64; 8] = [5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 24 * 60];

/// How long a redelivery tries at most. An endpoint's pauses can make it longer than its own.
const LONGEST: Duration = Duration::from_hours(7 * 24);

/// The pauses of a redelivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 20 pauses in whole seconds, from 1 to 604800, with commas between them")]
pub struct InvalidSchedule;

impl Default for Schedule {
    fn default() -> Self {
        Self(MINUTES.map(|minutes| Duration::from_secs(minutes * 60)).to_vec())
    }
}

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pauses: Result<Vec<u64>, _> = text.split(',').map(|pause| pause.trim().parse()).collect();
        let pauses = pauses.map_err(|_| InvalidSchedule)?;
        if pauses.is_empty() || pauses.len() > 20 {
            return Err(InvalidSchedule);
        }
        if pauses
            .iter()
            .any(|pause| !(1..=LONGEST.as_secs()).contains(pause))
        {
            return Err(InvalidSchedule);
        }
        Ok(Self(pauses.into_iter().map(Duration::from_secs).collect()))
    }
}

impl Schedule {
    /// What follows an attempt that failed; `None` after the last.
    pub(crate) fn after_failure(&self, redelivery: Redelivery) -> Option<NextAttempt> {
        let attempts = redelivery.attempts.saturating_add(1);
        let pause = usize::try_from(redelivery.attempts)
            .ok()
            .and_then(|made| self.0.get(made))?;
        // From 90 to 110 percent, so that what failed together does not come back together.
        let pause = pause.mul_f64(0.9 + 0.2 * spread(redelivery.since, attempts));
        Some(NextAttempt {
            in_seconds: in_seconds(pause),
            attempts,
        })
    }

    /// What follows where nothing was sent, since the endpoint gets nothing before this time; `None` if the redelivery has taken too
    /// long. The attempts stay as they are.
    pub(crate) fn after_pause(
        &self,
        redelivery: Redelivery,
        now: Timestamp,
        until: Timestamp,
    ) -> Option<NextAttempt> {
        if redelivery.since.plus(LONGEST) <= now {
            return None;
        }
        // Each round of the workflow has its price, and their number is limited: the longer it takes, the fewer there are.
        let shortest = self.0.first().copied().unwrap_or_default() * 3;
        let pause = between(now, until)
            .max(between(redelivery.since, now) / 2)
            .max(shortest)
            .mul_f64(1.0 + 0.3 * spread(redelivery.since, redelivery.attempts));
        Some(NextAttempt {
            in_seconds: in_seconds(pause),
            attempts: redelivery.attempts,
        })
    }
}

/// The time between both, or none if they are the other way round.
fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    let millis = later.epoch_millis().saturating_sub(earlier.epoch_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// In whole seconds, at least one.
fn in_seconds(pause: Duration) -> u64 {
    pause.as_secs().max(1)
}

/// A number from 0 to 1 that belongs to this attempt of a redelivery that began at this millisecond: a retry gets the same, and other
/// redeliveries get others.
fn spread(since: Timestamp, attempt: u64) -> f64 {
    let hash = digest(&SHA256, format!("{}:{attempt}", since.epoch_millis()).as_bytes());
    let [high, low, ..] = *hash.as_ref() else {
        return 0.0;
    };
    f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_epoch_millis(seconds * 1_000).unwrap()
    }

    /// A redelivery that began in this millisecond.
    fn begun(millis: i64) -> Redelivery {
        Redelivery {
            since: Timestamp::from_epoch_millis(millis).unwrap(),
            attempts: 0,
        }
    }

    /// The pauses until the redelivery gives up, in seconds.
    fn pauses(schedule: &Schedule, mut redelivery: Redelivery) -> Vec<u64> {
        let mut pauses = Vec::new();
        while let Some(next) = schedule.after_failure(redelivery) {
            pauses.push(next.in_seconds);
            assert_eq!(next.attempts, redelivery.attempts + 1);
            redelivery.attempts = next.attempts;
        }
        pauses
    }

    #[test]
    fn the_pauses_are_those_of_standard_webhooks_give_or_take_a_tenth() {
        let exact: u64 = MINUTES.iter().map(|minutes| minutes * 60).sum();
        assert_eq!(exact, 75 * 3_600 + 35 * 60);
        for millis in 0..100 {
            let pauses = pauses(&Schedule::default(), begun(millis));

            assert_eq!(pauses.len(), MINUTES.len());
            for (pause, minutes) in pauses.iter().zip(MINUTES) {
                assert!(
                    (54 * minutes - 1..=66 * minutes).contains(pause),
                    "{pause} {minutes}"
                );
            }
        }
    }

    #[test]
    fn redeliveries_that_began_together_do_not_come_back_together() {
        let first = |millis| pauses(&Schedule::default(), begun(millis))[0];
        let all: std::collections::BTreeSet<_> = (0..100).map(first).collect();

        assert!(all.len() > 30, "{all:?}");
        assert_eq!(first(7), first(7));
    }

    #[test]
    fn a_pause_of_the_endpoint_costs_no_attempt() {
        let redelivery = Redelivery {
            attempts: 3,
            ..begun(0)
        };
        for (until, shortest) in [(0, 900), (60, 900), (3_600, 3_500), (86_400, 86_300)] {
            let next = Schedule::default()
                .after_pause(redelivery, at(100), at(until))
                .unwrap();

            assert_eq!(next.attempts, 3);
            assert!(
                (shortest..=shortest * 13 / 10).contains(&next.in_seconds),
                "{next:?}"
            );
        }
    }

    #[test]
    fn an_outage_of_a_day_costs_a_dozen_rounds() {
        let mut now = 0;
        let mut rounds = 0;
        while now < 86_400 {
            let next = Schedule::default()
                .after_pause(begun(0), at(now), at(now + 60))
                .unwrap();
            now += i64::try_from(next.in_seconds).unwrap();
            rounds += 1;
        }

        assert!((8..=13).contains(&rounds), "{rounds}");
    }

    #[test]
    fn a_redelivery_gives_up_after_a_week_of_pauses() {
        let after = |seconds| Schedule::default().after_pause(begun(0), at(seconds), at(seconds + 60));

        assert!(after(7 * 86_400 - 1).is_some());
        assert_eq!(after(7 * 86_400), None);
    }

    #[test]
    fn a_schedule_can_be_set() {
        assert_eq!("1, 2,604800".parse::<Schedule>().unwrap().0.len(), 3);
        for text in ["", "0", "1,", "-1", "1.5", "604801", &["1"; 21].join(",")] {
            assert_eq!(text.parse::<Schedule>(), Err(InvalidSchedule), "{text}");
        }
    }
}
