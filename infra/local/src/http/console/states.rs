//! What happened to the states of an execution, from its history.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use asl_reports::{Outcome, Overlay, StateOverlay, TakenTransition};
use simulator::timeline::{Row, RowKind, rows};
use simulator::{EpochMillis, EventType, HistoryEvent};

/// A state that was entered. If that happened more than once, the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StateRun {
    pub(super) name: Arc<str>,
    pub(super) outcome: Outcome,
    /// What it waits for.
    pub(super) waits_for: Option<&'static str>,
    /// Whether there are states inside of it.
    pub(super) is_frame: bool,
    /// How many Parallel and Map states are around it.
    pub(super) depth: usize,
    pub(super) attempts: u32,
    pub(super) entered_at: EpochMillis,
    pub(super) left_at: Option<EpochMillis>,
    /// The name of the last attempt's error.
    pub(super) error: Option<Arc<str>>,
}

impl StateRun {
    pub(super) fn is_active(&self) -> bool {
        matches!(self.outcome, Outcome::Running | Outcome::Waiting)
    }

    /// The time in the state so far.
    pub(super) fn duration(&self, now: EpochMillis) -> Duration {
        self.left_at.unwrap_or(now).since(self.entered_at)
    }

    fn note(&self, now: EpochMillis) -> String {
        let duration = short(self.duration(now));
        match self.attempts {
            0 | 1 => duration,
            // More do not fit.
            attempts => format!("{duration}, {} tries", attempts.min(999)),
        }
    }
}

/// The states in the order in which they were entered.
pub(super) fn states(history: &[HistoryEvent], is_running: bool) -> Vec<StateRun> {
    let continued: HashSet<u64> = history.iter().map(|event| event.previous_event_id).collect();
    let mut states: Vec<StateRun> = Vec::new();
    for (row, event) in rows_with_events(history) {
        let Some(name) = row.location.state.clone() else {
            continue;
        };
        let known = states.iter_mut().find(|state| state.name == name);
        let is_new = row.kind == RowKind::Entered || event.event_type == EventType::FailStateEntered;
        let state = match known {
            Some(known) if is_new => {
                *known = entered(name, &row, event.event_type);
                known
            }
            Some(known) => known,
            // A Pass, a Choice or a Succeed has a row only when it is left, in the same moment.
            None => states.push_mut(entered(name, &row, event.event_type)),
        };
        state.apply(&row, continued.contains(&event.id));
    }
    if !is_running {
        let end = history.last().map(|event| event.timestamp);
        for state in states.iter_mut().filter(|state| state.is_active()) {
            state.outcome = Outcome::Aborted;
            state.left_at = end;
        }
    }
    states
}

fn rows_with_events(history: &[HistoryEvent]) -> impl Iterator<Item = (Row, &HistoryEvent)> {
    rows(history).into_iter().filter_map(|row| {
        let index = usize::try_from(row.event).ok()?.checked_sub(1)?;
        Some((row, history.get(index)?))
    })
}

fn entered(name: Arc<str>, row: &Row, event_type: EventType) -> StateRun {
    let is_wait = event_type == EventType::WaitStateEntered;
    StateRun {
        name,
        outcome: if is_wait {
            Outcome::Waiting
        } else {
            Outcome::Running
        },
        waits_for: is_wait.then_some("its time"),
        is_frame: matches!(
            event_type,
            EventType::ParallelStateEntered | EventType::MapStateEntered
        ),
        depth: row.location.depth,
        attempts: 1,
        entered_at: row.at,
        left_at: None,
        error: None,
    }
}

impl StateRun {
    /// Follows a row of the timeline; `continued` is whether another event follows from its event.
    fn apply(&mut self, row: &Row, continued: bool) {
        let is_wait = self.waits_for.take();
        match row.kind {
            RowKind::Entered => self.waits_for = is_wait,
            RowKind::Retried => {
                self.attempts = self.attempts.saturating_add(1);
                self.outcome = Outcome::Running;
            }
            RowKind::WaitingForToken => self.wait_for("its token"),
            RowKind::WaitingForJob => self.wait_for("its job"),
            RowKind::Succeeded => self.leave(Outcome::Succeeded, row.at),
            RowKind::Caught => self.leave(Outcome::Caught, row.at),
            RowKind::Aborted => self.leave(Outcome::Aborted, row.at),
            RowKind::Failed | RowKind::TimedOut => {
                self.error.clone_from(&row.error);
                if continued {
                    self.leave(Outcome::Failed, row.at);
                } else {
                    self.wait_for("its next attempt");
                }
            }
            // An execution's own rows, and kinds of later versions of the simulator.
            _ => {}
        }
    }

    fn wait_for(&mut self, what: &'static str) {
        self.outcome = Outcome::Waiting;
        self.waits_for = Some(what);
    }

    fn leave(&mut self, outcome: Outcome, at: EpochMillis) {
        self.outcome = outcome;
        self.left_at = Some(at);
    }
}

/// What the diagram shows.
pub(super) fn overlay(history: &[HistoryEvent], states: &[StateRun], now: EpochMillis) -> Overlay {
    let states = states.iter().map(|state| {
        let overlay = StateOverlay {
            outcome: state.outcome,
            note: state.note(now),
        };
        (state.name.to_string(), overlay)
    });
    Overlay {
        states: states.collect(),
        transitions: transitions(history),
    }
}

/// The transitions that were taken.
fn transitions(history: &[HistoryEvent]) -> HashSet<TakenTransition> {
    let caught: HashSet<u64> = rows(history)
        .iter()
        .filter(|row| row.kind == RowKind::Caught)
        .map(|row| row.event)
        .collect();
    let is_exit = |event: &HistoryEvent| event.event_type.name().ends_with("StateExited");
    let name = |event: &HistoryEvent| event.location.state.as_deref().map(str::to_owned);
    let entries = history
        .iter()
        .filter(|event| event.event_type.name().ends_with("StateEntered"));
    let mut left = HashSet::new();
    let mut taken = HashSet::new();
    for entry in entries {
        let index = usize::try_from(entry.previous_event_id).ok();
        let exit = index
            .and_then(|index| history.get(index.checked_sub(1)?))
            .filter(|event| is_exit(event));
        left.extend(exit.map(|exit| exit.id));
        taken.insert(TakenTransition {
            from: exit.and_then(name),
            to: name(entry),
            is_caught: exit.is_some_and(|exit| caught.contains(&exit.id)),
        });
    }
    // Whatever no state follows is the end of its level.
    let ends = history
        .iter()
        .filter(|event| is_exit(event) && !left.contains(&event.id));
    taken.extend(ends.map(|exit| TakenTransition {
        from: name(exit),
        to: None,
        is_caught: caught.contains(&exit.id),
    }));
    taken
}

/// A duration in its largest unit: `120 ms`, `1.2 s`, `59 min`, `24 h`.
pub(super) fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.subsec_millis()),
        1..60 => format!("{seconds}.{} s", duration.subsec_millis() / 100),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests;
