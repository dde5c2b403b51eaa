//! Walks through a level: paths on which a loop is repeated once.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;
use petgraph::visit::{DfsPostOrder, Walker};

use asl_analysis::graph::{Edge, Level, NamedState, Trigger, edges};
use asl_document::State;

/// The most paths of one level that are listed.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{MAX_LISTED_PATHS, PriceTable, Report};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// assert!(report.paths.iter().all(|paths| paths.listed.len() <= MAX_LISTED_PATHS));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MAX_LISTED_PATHS: usize = 500;

/// The most steps of the search. Only among many loops are so many of them dead ends.
const MAX_STEPS: usize = 200_000;

/// The most visits of a state by a walk, so that a loop is passed, and repeated once.
const MAX_VISITS: usize = 2;

/// A visit of a state, with the transition out of it; `None` for a Fail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) name: &'a str,
    pub(super) state: &'a State,
    pub(super) trigger: Option<Trigger<'a>>,
}

impl<'a> Visit<'a> {
    /// The names of the caught errors, if the state was left by a catcher.
    pub(super) fn caught(&self) -> Option<&'a [String]> {
        match self.trigger {
            Some(Trigger::Caught(errors)) => Some(errors),
            _ => None,
        }
    }
}

/// The walks from the first state of a level to an end of it, in written order.
#[derive(Default)]
pub(super) struct Walks<'a> {
    pub(super) listed: Vec<Vec<Visit<'a>>>,
    /// Whether there may be more.
    pub(super) is_truncated: bool,
}

/// The last visits of the walk that is searched, and their transitions that were not tried yet.
type Open<'a> = Vec<(Visit<'a>, std::vec::IntoIter<Edge<'a>>)>;

impl<'a> Walks<'a> {
    pub(super) fn of(level: Level<'a>) -> Self {
        let mut walks = Self::default();
        let mut open = Open::new();
        walks.enter(level, level.start_at, &mut open);
        for _ in 0..MAX_STEPS {
            let Some((visit, edges)) = open.last_mut() else {
                return walks;
            };
            let Some(edge) = edges.next() else {
                open.pop();
                continue;
            };
            visit.trigger = Some(edge.trigger);
            match edge.to {
                None => walks.list(&open),
                Some(next) => walks.enter(level, next, &mut open),
            }
            if walks.is_truncated {
                return walks;
            }
        }
        walks.is_truncated = true;
        walks
    }

    /// Visits a state, unless the document lacks it or the walk has visited it often enough.
    fn enter(&mut self, level: Level<'a>, name: &str, open: &mut Open<'a>) {
        let Some((name, state)) = level.states.get_key_value(name) else {
            return;
        };
        if open.iter().filter(|(visit, _)| visit.name == name).count() >= MAX_VISITS {
            return;
        }
        let visit = Visit {
            name,
            state,
            trigger: None,
        };
        open.push((visit, edges(state).into_iter()));
        if let State::Fail(_) = state {
            self.list(open);
            open.pop();
        }
    }

    fn list(&mut self, walk: &Open<'a>) {
        if self.listed.len() < MAX_LISTED_PATHS {
            self.listed.push(walk.iter().map(|(visit, _)| *visit).collect());
        } else {
            self.is_truncated = true;
        }
    }
}

/// The number of walks, without a list of them; `None` if there is a loop.
///
/// A transition counts as often as `multiplicity` says.
pub(super) fn count(
    level: Level<'_>,
    multiplicity: impl Fn(&str, &State, Trigger<'_>) -> u64,
) -> Option<u64> {
    let graph = level.graph();
    let start = level.node(level.start_at)?;
    let mut counts: HashMap<NodeIndex, u64> = HashMap::new();
    // In post-order, each state comes after its successors, unless there is a loop.
    for node in DfsPostOrder::new(&graph, start).iter(&graph) {
        let NamedState { name, state } = graph[node];
        let mut walks = u64::from(matches!(state, State::Fail(_)));
        for edge in edges(state) {
            let further = match edge.to.map(|next| level.node(next)) {
                None => 1,
                Some(Some(next)) => *counts.get(&next)?,
                // The document lacks the next state.
                Some(None) => 0,
            };
            let times = multiplicity(name, state, edge.trigger);
            walks = walks.saturating_add(times.saturating_mul(further));
        }
        counts.insert(node, walks);
    }
    counts.get(&start).copied()
}
