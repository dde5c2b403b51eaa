//! The endpoint's circuit breaker: nothing is sent to an endpoint that was unavailable again and again.

use std::time::Duration;

use contracts::values::Timestamp;

/// The first pause of an endpoint; each one after which it is still unavailable is followed by one twice as long.
const FIRST_PAUSE: Duration = Duration::from_mins(1);

/// The longest of those pauses. An endpoint that is well again is tried within this time.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The longest pause that an endpoint can ask for with `Retry-After`.
const LONGEST_REQUESTED_PAUSE: Duration = Duration::from_hours(24);

/// How long a probe may take. After that, another function probes: the one that did may have died.
const PROBE_TIME: Duration = Duration::from_secs(30);

/// What an endpoint gets at the moment. It is stored only when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// All events. `since` is the last time that it was closed; `None` if it was never open.
    Closed { since: Option<Timestamp> },
    /// Nothing until this time; then one event as a probe.
    Open { until: Timestamp, pauses: u32 },
    /// One function probes, and nobody else sends anything until this time.
    HalfOpen { until: Timestamp, pauses: u32 },
    /// Nothing: it answered 410, which says that it wants no events any more. Only an operator enables it again.
    Disabled { since: Timestamp },
}

/// What a circuit lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    Pass,
    /// One event passes: that of the function which changes the circuit to this one.
    Probe(Circuit),
    Wait {
        until: Timestamp,
    },
    Disabled,
}

impl Circuit {
    pub(crate) const NEW: Self = Self::Closed { since: None };

    /// What it lets through at this time.
    pub(crate) fn gate(self, now: Timestamp) -> Gate {
        match self {
            Self::Closed { .. } => Gate::Pass,
            Self::Open { until, .. } | Self::HalfOpen { until, .. } if now < until => Gate::Wait { until },
            Self::Open { pauses, .. } | Self::HalfOpen { pauses, .. } => Gate::Probe(Self::HalfOpen {
                until: now.plus(PROBE_TIME),
                pauses,
            }),
            Self::Disabled { .. } => Gate::Disabled,
        }
    }

    /// The circuit after an endpoint was unavailable: a pause, which is longer after a probe.
    pub(crate) fn opened(self, now: Timestamp) -> Self {
        let pauses = match self {
            Self::HalfOpen { pauses, .. } | Self::Open { pauses, .. } => pauses.saturating_add(1),
            Self::Closed { .. } | Self::Disabled { .. } => 0,
        };
        let pause = FIRST_PAUSE.saturating_mul(1_u32.checked_shl(pauses).unwrap_or(u32::MAX));
        Self::Open {
            until: now.plus(pause.min(LONGEST_PAUSE)),
            pauses,
        }
    }

    /// The circuit after the endpoint asked for a pause.
    pub(crate) fn paused(self, now: Timestamp, pause: Duration) -> Self {
        Self::Open {
            until: now.plus(pause.min(LONGEST_REQUESTED_PAUSE)),
            pauses: match self {
                Self::HalfOpen { pauses, .. } | Self::Open { pauses, .. } => pauses,
                Self::Closed { .. } | Self::Disabled { .. } => 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_epoch_millis(seconds * 1_000).unwrap()
    }

    #[test]
    fn a_closed_circuit_lets_everything_through() {
        assert_eq!(Circuit::NEW.gate(at(0)), Gate::Pass);
    }

    #[test]
    fn an_open_circuit_lets_one_probe_through_when_its_time_is_over() {
        let open = Circuit::NEW.opened(at(0));

        assert_eq!(open.gate(at(59)), Gate::Wait { until: at(60) });
        let probing = Circuit::HalfOpen {
            until: at(90),
            pauses: 0,
        };
        assert_eq!(open.gate(at(60)), Gate::Probe(probing));
        assert_eq!(probing.gate(at(89)), Gate::Wait { until: at(90) });
        assert!(matches!(probing.gate(at(90)), Gate::Probe(_)));
    }

    #[test]
    fn each_pause_is_twice_as_long_up_to_an_hour() {
        let mut circuit = Circuit::NEW;
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..40 {
            circuit = circuit.opened(now);
            let Circuit::Open { until, .. } = circuit else {
                panic!("it is open");
            };
            pauses.push(until.epoch_seconds() - now.epoch_seconds());
            now = until;
            let Gate::Probe(probing) = circuit.gate(now) else {
                panic!("it is probed");
            };
            circuit = probing;
        }

        assert_eq!(pauses[..7], [60, 120, 240, 480, 960, 1_920, 3_600]);
        assert!(pauses[7..].iter().all(|pause| *pause == 3_600));
    }

    #[test]
    fn an_endpoint_can_ask_for_a_pause_of_up_to_a_day() {
        for (asked, granted) in [(0, 0), (7, 7), (86_400, 86_400), (u64::MAX, 86_400)] {
            let circuit = Circuit::NEW.paused(at(0), Duration::from_secs(asked));

            let until = at(granted);
            assert_eq!(circuit, Circuit::Open { until, pauses: 0 }, "{asked}");
        }
    }

    #[test]
    fn a_disabled_circuit_stays_disabled() {
        assert_eq!(
            Circuit::Disabled { since: at(0) }.gate(at(1_000_000)),
            Gate::Disabled
        );
    }
}
