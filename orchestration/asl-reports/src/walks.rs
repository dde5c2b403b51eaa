//! The ways through one level.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;
use petgraph::visit::{DfsPostOrder, Walker};

use asl_analysis::graph::{Edge, Level, NamedState, Trigger, edges};
use asl_document::State;

/// The most walks of one level that are listed.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{MOST_LISTED, PriceTable, Report};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// assert!(report.paths.iter().all(|paths| paths.listed.len() <= MOST_LISTED));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MOST_LISTED: usize = 500;

/// The most steps that are taken to find them. Only in a tangle of loops do so many lead nowhere.
const MOST_STEPS: usize = 200_000;

/// How often a walk may enter a state: so a loop is walked once, and repeated once.
const MOST_STAYS: usize = 2;

/// One stay in a state, and the way by which it was left; `None` for a Fail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay<'a> {
    pub(super) name: &'a str,
    pub(super) state: &'a State,
    pub(super) edge: Option<Edge<'a>>,
}

impl Stay<'_> {
    pub(super) fn is_caught(&self) -> bool {
        matches!(
            self.edge,
            Some(Edge {
                trigger: Trigger::Caught(_),
                ..
            })
        )
    }
}

/// The walks from the first state of a level to an end of it, in written order.
pub(super) struct Walks<'a> {
    pub(super) listed: Vec<Vec<Stay<'a>>>,
    /// Whether there may be more.
    pub(super) cut: bool,
}

/// A state whose ways are tried one by one.
struct Open<'a> {
    name: &'a str,
    state: &'a State,
    edges: std::vec::IntoIter<Edge<'a>>,
}

impl<'a> Walks<'a> {
    pub(super) fn of(level: Level<'a>) -> Self {
        let mut walks = Self {
            listed: Vec::new(),
            cut: false,
        };
        let mut walked: Vec<Stay<'a>> = Vec::new();
        let mut open: Vec<Open<'a>> = Vec::new();
        walks.enter(level, level.start_at, &walked, &mut open);
        for _ in 0..MOST_STEPS {
            let Some(last) = open.last_mut() else {
                return walks;
            };
            let (name, state) = (last.name, last.state);
            let Some(edge) = last.edges.next() else {
                open.pop();
                continue;
            };
            walked.truncate(open.len() - 1);
            walked.push(Stay {
                name,
                state,
                edge: Some(edge),
            });
            match edge.to {
                None => walks.list(walked.clone()),
                Some(next) => walks.enter(level, next, &walked, &mut open),
            }
            if walks.cut {
                return walks;
            }
        }
        walks.cut = true;
        walks
    }

    fn enter(&mut self, level: Level<'a>, name: &str, walked: &[Stay<'a>], open: &mut Vec<Open<'a>>) {
        let Some((name, state)) = level.states.get_key_value(name) else {
            return;
        };
        if walked.iter().filter(|stay| stay.name == name).count() >= MOST_STAYS {
            return;
        }
        if let State::Fail(_) = state {
            let mut walked = walked.to_vec();
            walked.push(Stay {
                name,
                state,
                edge: None,
            });
            return self.list(walked);
        }
        open.push(Open {
            name,
            state,
            edges: edges(state).into_iter(),
        });
    }

    fn list(&mut self, walk: Vec<Stay<'a>>) {
        if self.listed.len() < MOST_LISTED {
            self.listed.push(walk);
        } else {
            self.cut = true;
        }
    }
}

/// The numbers of walks that succeed and that fail, without a list of them; `None` if there is a loop.
///
/// A transition counts as often as `multiplicity` says.
pub(super) fn count(
    level: Level<'_>,
    multiplicity: impl Fn(&str, &State, Trigger<'_>) -> u64,
) -> Option<(u64, u64)> {
    let graph = level.graph();
    let start = level.node(level.start_at)?;
    let mut counts: HashMap<NodeIndex, (u64, u64)> = HashMap::new();
    // In post-order, each state comes after its successors, unless there is a loop.
    for node in DfsPostOrder::new(&graph, start).iter(&graph) {
        let NamedState { name, state } = graph[node];
        let mut walks = (0_u64, u64::from(matches!(state, State::Fail(_))));
        for edge in edges(state) {
            let times = multiplicity(name, state, edge.trigger);
            let (succeeding, failing) = match edge.to.map(|next| level.node(next)) {
                None => (1, 0),
                Some(Some(next)) => *counts.get(&next)?,
                Some(None) => (0, 0),
            };
            walks.0 = walks.0.saturating_add(times.saturating_mul(succeeding));
            walks.1 = walks.1.saturating_add(times.saturating_mul(failing));
        }
        counts.insert(node, walks);
    }
    counts.get(&start).copied()
}
