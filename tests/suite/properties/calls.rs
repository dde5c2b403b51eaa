//! The expected calls of tasks, with a partial order for parallel parts.

use std::collections::BTreeSet;

use super::contracts::Sample;

/// A call of a task: its state, and what it is about.
pub(crate) type Call = (String, Sample);

/// The expected calls of an execution, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct ExpectedCalls(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    One(Call),
    /// Parallel calls, in any order: all of `all`, and any of `optional`, which were running when another part failed.
    Parallel {
        all: Vec<Call>,
        optional: Vec<Call>,
    },
}

impl ExpectedCalls {
    pub(crate) fn push(&mut self, call: Call) {
        self.0.push(Part::One(call));
    }

    pub(crate) fn then(&mut self, calls: Self) {
        self.0.extend(calls.0);
    }

    /// Adds the calls of parallel parts: those that ran to their end, and those that were cut off.
    pub(crate) fn side_by_side(&mut self, done: Vec<Self>, cut: Vec<Self>) {
        let (mut all, mut optional) = (Vec::new(), Vec::new());
        for part in done.into_iter().flat_map(|calls| calls.0) {
            match part {
                Part::One(call) => all.push(call),
                Part::Parallel {
                    all: calls,
                    optional: others,
                } => {
                    all.extend(calls);
                    optional.extend(others);
                }
            }
        }
        for part in cut.into_iter().flat_map(|calls| calls.0) {
            match part {
                Part::One(call) => optional.push(call),
                Part::Parallel {
                    all,
                    optional: others,
                } => {
                    optional.extend(all);
                    optional.extend(others);
                }
            }
        }
        self.0.push(Part::Parallel { all, optional });
    }

    /// Whether the calls are as expected.
    pub(crate) fn match_calls(&self, calls: &[Call]) -> bool {
        let mut ends = BTreeSet::from([0]);
        for part in &self.0 {
            ends = ends.iter().flat_map(|from| part.ends(calls, *from)).collect();
        }
        ends.contains(&calls.len())
    }
}

impl Part {
    /// The indices at which this part may end if it begins at `from`.
    fn ends(&self, calls: &[Call], from: usize) -> Vec<usize> {
        let rest = &calls[from..];
        match self {
            Self::One(call) => rest
                .first()
                .filter(|first| *first == call)
                .map(|_| from + 1)
                .into_iter()
                .collect(),
            Self::Parallel { all, optional } => {
                let most = rest.len().min(all.len() + optional.len());
                let lengths = all.len()..=most;
                let matching = lengths.filter(|length| is_some_of(&rest[..*length], all, optional));
                matching.map(|length| from + length).collect()
            }
        }
    }
}

/// Whether `calls` are all of `all` and any of `optional`.
fn is_some_of(calls: &[Call], all: &[Call], optional: &[Call]) -> bool {
    let Some(left) = without(calls, all) else {
        return false;
    };
    without(optional, &left).is_some()
}

/// `calls` without `others`, if all of these are among them.
fn without(calls: &[Call], others: &[Call]) -> Option<Vec<Call>> {
    let mut left = calls.to_vec();
    for other in others {
        let at = left.iter().position(|call| call == other)?;
        left.swap_remove(at);
    }
    Some(left)
}
