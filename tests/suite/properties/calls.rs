//! Which tasks are called, and in what order.

use std::collections::BTreeSet;

use super::contracts::Trio;

/// A call of a task: its state, and what it is about.
pub(crate) type Call = (String, Trio);

/// What is promised of the calls of an execution.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    One(Call),
    /// Calls side by side, in any order: all of these, and perhaps some of what was under way when another part failed.
    Some {
        all: Vec<Call>,
        perhaps: Vec<Call>,
    },
}

impl Calls {
    pub(crate) fn push(&mut self, call: Call) {
        self.0.push(Part::One(call));
    }

    pub(crate) fn then(&mut self, calls: Self) {
        self.0.extend(calls.0);
    }

    /// Side by side: what is `done` to its end, and what was `cut` off.
    pub(crate) fn side_by_side(&mut self, done: Vec<Self>, cut: Vec<Self>) {
        let (mut all, mut perhaps) = (Vec::new(), Vec::new());
        for part in done.into_iter().flat_map(|calls| calls.0) {
            match part {
                Part::One(call) => all.push(call),
                Part::Some {
                    all: calls,
                    perhaps: others,
                } => {
                    all.extend(calls);
                    perhaps.extend(others);
                }
            }
        }
        for part in cut.into_iter().flat_map(|calls| calls.0) {
            match part {
                Part::One(call) => perhaps.push(call),
                Part::Some { all, perhaps: others } => {
                    perhaps.extend(all);
                    perhaps.extend(others);
                }
            }
        }
        self.0.push(Part::Some { all, perhaps });
    }

    /// Whether these are calls as they were promised.
    pub(crate) fn are(&self, calls: &[Call]) -> bool {
        let mut ends = BTreeSet::from([0]);
        for part in &self.0 {
            ends = ends.iter().flat_map(|from| part.ends(calls, *from)).collect();
        }
        ends.contains(&calls.len())
    }
}

impl Part {
    /// Where this part may end, if it begins at `from`.
    fn ends(&self, calls: &[Call], from: usize) -> Vec<usize> {
        let rest = &calls[from..];
        match self {
            Self::One(call) => rest
                .first()
                .filter(|first| *first == call)
                .map(|_| from + 1)
                .into_iter()
                .collect(),
            Self::Some { all, perhaps } => {
                let most = rest.len().min(all.len() + perhaps.len());
                let lengths = all.len()..=most;
                let fits = lengths.filter(|length| is_some_of(&rest[..*length], all, perhaps));
                fits.map(|length| from + length).collect()
            }
        }
    }
}

/// Whether `calls` are all of `all` and some of `perhaps`.
fn is_some_of(calls: &[Call], all: &[Call], perhaps: &[Call]) -> bool {
    let Some(left) = without(calls, all) else {
        return false;
    };
    without(perhaps, &left).is_some()
}

/// What is left of `calls` without `others`, if they are among them.
fn without(calls: &[Call], others: &[Call]) -> Option<Vec<Call>> {
    let mut left = calls.to_vec();
    for other in others {
        let at = left.iter().position(|call| call == other)?;
        left.swap_remove(at);
    }
    Some(left)
}
