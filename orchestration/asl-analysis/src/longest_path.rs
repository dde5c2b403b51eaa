//! Longest weighted path through a level, with loops condensed.
//!
//! The strongly connected components of a level are visited in topological order. A state outside of loops adds its
//! weight once. A loop is condensed into one node: its states, without the edges back to its first one (the head), are
//! a graph of their own, whose longest path is multiplied by the rounds that [`Hints::rounds`] allows. Loops inside of
//! loops are condensed in the same way.
//!
//! For example, with weights in parentheses and at most three rounds by the Choice `Again`:
//!
//! ```text
//! Start (1) ──► Poll (10) ──► Again (0) ──► Done (2)
//!                  ▲              │
//!                  └── Rest (5) ◄─┘
//! ```
//!
//! The loop consists of `Poll` (the head), `Again` and `Rest`. Once around, without the edge `Rest` to `Poll`, is
//! 10 + 0 + 5 = 15. `Again` allows three polls, thus two returns to the head. The last round ends at `Again`, after
//! 10 + 0. The loop is condensed into one node of weight 2 × 15 + 10 = 40:
//!
//! ```text
//! Start (1) ──► [Poll, Again, Rest] (40) ──► Done (2)
//! ```
//!
//! The longest path weighs 1 + 40 + 2 = 43.

use std::collections::{HashMap, HashSet};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{EdgeReference, NodeIndex};
use petgraph::visit::{Dfs, EdgeFiltered, EdgeRef, IntoNeighbors, Walker};

use crate::Hints;
use crate::graph::{Level, LevelGraph, NamedState, Trigger};
use crate::unbounded::{Reason, Unbounded};
use asl_document::State;

/// The deepest nesting of loops that is analysed, which keeps the recursion short.
const MAX_NESTED_LOOPS: usize = 32;

/// The weight of the longest path from the level's first state to any of its ends.
pub(crate) fn longest_path(
    level: Level<'_>,
    hints: &Hints,
    weight: impl Fn(&str, &State) -> Result<u64, Unbounded>,
) -> Result<u64, Unbounded> {
    let Some(start) = level.node(level.start_at) else {
        return Ok(0);
    };
    let graph = level.graph();
    let states: Vec<NodeIndex> = graph.node_indices().collect();
    let region = Region {
        states: &states,
        start,
        nesting: 0,
    };
    let weights = Search { graph, hints, weight }.path_weights(region)?;
    #[expect(clippy::expect_used, reason = "a broken invariant of this module")]
    let longest = weights.into_values().max().expect("the first state has a path");
    Ok(longest)
}

/// A whole level, or the states of one loop without the edges back to its head.
#[derive(Clone, Copy)]
struct Region<'a> {
    /// Sorted.
    states: &'a [NodeIndex],
    /// The first state of the level, or the head of the loop.
    start: NodeIndex,
    /// The number of loops around it.
    nesting: usize,
}

impl Region<'_> {
    fn has(&self, edge: EdgeReference<'_, Trigger<'_>>) -> bool {
        let inside = |state| self.states.binary_search(&state).is_ok();
        let is_back_edge = self.nesting > 0 && edge.target() == self.start;
        !is_back_edge && inside(edge.source()) && inside(edge.target())
    }
}

struct Rounds {
    /// The most returns to the head.
    returns: u64,
    /// The states that the last round can still enter: those up to the Choices that end the loop.
    last: HashSet<NodeIndex>,
}

struct Search<'a, W> {
    graph: LevelGraph<'a>,
    hints: &'a Hints,
    weight: W,
}

impl<W: Fn(&str, &State) -> Result<u64, Unbounded>> Search<'_, W> {
    /// The weight of the longest path from the region's start to each state that it reaches, both included.
    fn path_weights(&self, region: Region<'_>) -> Result<HashMap<NodeIndex, u64>, Unbounded> {
        if region.nesting > MAX_NESTED_LOOPS {
            return Err(self.unbounded(Reason::TooManyNestedLoops, region.start));
        }
        let edges = EdgeFiltered::from_fn(&self.graph, |edge| region.has(edge));
        let mut before = HashMap::from([(region.start, 0_u64)]);
        let mut weights = HashMap::new();
        for mut component in kosaraju_scc(&edges).into_iter().rev() {
            component.sort_unstable();
            let entries = component
                .iter()
                .filter_map(|state| Some((*state, *before.get(state)?)));
            let (total, inner) = match entries.collect::<Vec<_>>()[..] {
                [] => continue,
                [(entry, total)] if !is_loop(&component, &edges) => {
                    let NamedState { name, state } = self.graph[entry];
                    (total, vec![(entry, (self.weight)(name, state)?)])
                }
                [(head, total)] => (total, self.loop_weights(&component, head, region.nesting)?),
                [(entry, _), ..] => return Err(self.unbounded(Reason::IrreducibleLoop, entry)),
            };
            for (state, weight) in inner {
                let weight = total.saturating_add(weight);
                weights.insert(state, weight);
                for next in edges.neighbors(state).filter(|next| !component.contains(next)) {
                    let longest = before.entry(next).or_default();
                    *longest = weight.max(*longest);
                }
            }
        }
        Ok(weights)
    }

    /// The weight of all rounds of a loop, up to and with the last visit of each state that is visited.
    fn loop_weights(
        &self,
        states: &[NodeIndex],
        head: NodeIndex,
        nesting: usize,
    ) -> Result<Vec<(NodeIndex, u64)>, Unbounded> {
        let region = Region {
            states,
            start: head,
            nesting: nesting + 1,
        };
        let once = self.path_weights(region)?;
        let rounds = self
            .rounds(region)
            .ok_or_else(|| self.unbounded(Reason::UnknownRounds, head))?;
        let returning = self.graph.neighbors_directed(head, Direction::Incoming);
        let round = returning.filter_map(|state| once.get(&state)).max();
        // There is none if the last rounds of inner loops end before the states that return.
        let round = round.copied().unwrap_or(0);
        let last_visit = |(state, weight): (NodeIndex, u64)| {
            let missed = u64::from(!rounds.last.contains(&state));
            let before = round.saturating_mul(rounds.returns.checked_sub(missed)?);
            Some((state, before.saturating_add(weight)))
        };
        Ok(once.into_iter().filter_map(last_visit).collect())
    }

    /// The bound of a loop, if every way around it passes a Choice whose rounds are known.
    ///
    /// A Choice bounds the innermost loop that it is in, and none of the loops around that.
    fn rounds(&self, region: Region<'_>) -> Option<Rounds> {
        let head = region.start;
        let edges = EdgeFiltered::from_fn(&self.graph, |edge| region.has(edge));
        let mut inner_loops = kosaraju_scc(&edges);
        inner_loops.retain(|component| is_loop(component, &edges));
        let returns = |state: NodeIndex| match self.graph[state] {
            NamedState {
                name,
                state: State::Choice(_),
            } if !inner_loops.iter().flatten().any(|inner| *inner == state) => {
                // A Choice at the head leads into every round, any other into all but the first.
                let first = u64::from(state != head);
                Some(self.hints.rounds.get(name)?.saturating_sub(first))
            }
            _ => None,
        };
        let last_round = EdgeFiltered::from_fn(&self.graph, |edge| {
            region.has(edge) && returns(edge.source()).is_none()
        });
        let last: HashSet<NodeIndex> = Dfs::new(&last_round, head).iter(&last_round).collect();
        let mut sum = 0_u64;
        for state in &last {
            match returns(*state) {
                Some(returns) => sum = sum.saturating_add(returns),
                None if self.graph.contains_edge(*state, head) => return None,
                None => {}
            }
        }
        Some(Rounds { returns: sum, last })
    }

    fn unbounded(&self, reason: Reason, state: NodeIndex) -> Unbounded {
        reason.of(self.graph[state].name)
    }
}

/// Whether the states of a component lead back to themselves.
fn is_loop(component: &[NodeIndex], edges: impl IntoNeighbors<NodeId = NodeIndex>) -> bool {
    component
        .iter()
        .any(|state| edges.neighbors(*state).any(|next| component.contains(&next)))
}
