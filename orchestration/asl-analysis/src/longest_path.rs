//! The longest_path walk through a level: the longest, or the one with the most of something.
//!
//! Each state has a weight. Where a level has no loop, its states are walked once, in an order in which each comes
//! after all that lead to it. A loop is walked like a level of its own, as often as it has rounds.

use crate::Hints;
use crate::components::components;
use crate::graph::{Level, edges};
use crate::unbounded::{Reason, Unbounded};
use asl_document::State;

/// More loops than these inside of each other are no machine that anyone has written.
const DEEPEST: usize = 32;

/// A level as a graph: states by their position.
struct Graph<'a> {
    level: Level<'a>,
    /// Where one can go from each state. What leads to no state of the level is left out.
    ways: Vec<Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn new(level: Level<'a>) -> Self {
        let position = |name: &str| level.states.get_index_of(name);
        let ways = level
            .states
            .values()
            .map(|state| {
                edges(state)
                    .into_iter()
                    .filter_map(|way| position(way.to?))
                    .collect()
            })
            .collect();
        Self { level, ways }
    }

    fn start(&self) -> Option<usize> {
        self.level.states.get_index_of(self.level.start_at)
    }

    fn state(&self, index: usize) -> Option<(&'a str, &'a State)> {
        let (name, state) = self.level.states.get_index(index)?;
        Some((name, state))
    }

    fn name(&self, index: usize) -> &'a str {
        self.state(index).map_or("", |(name, _)| name)
    }

    fn ways(&self, index: usize) -> &[usize] {
        self.ways.get(index).map_or(&[], Vec::as_slice)
    }

    /// The ways within a region, without those to its `head`.
    fn edges(&self, region: &[usize], head: Option<usize>) -> Vec<Vec<usize>> {
        let mut inside = vec![false; self.ways.len()];
        for state in region {
            set(&mut inside, *state);
        }
        let mut edges = vec![Vec::new(); self.ways.len()];
        for state in region {
            let ways = self.ways(*state).iter().copied();
            if let Some(edges) = edges.get_mut(*state) {
                edges.extend(ways.filter(|to| holds(&inside, *to) && Some(*to) != head));
            }
        }
        edges
    }
}

/// Whether the states of a component lead back to themselves.
fn is_loop(component: &[usize], edges: &[Vec<usize>]) -> bool {
    component.len() > 1
        || component
            .iter()
            .any(|state| edges.get(*state).is_some_and(|ways| ways.contains(state)))
}

/// The longest_path walk from the level's first state to any end of it.
pub(crate) fn longest_path(
    level: Level<'_>,
    hints: &Hints,
    weigh: impl Fn(&str, &State) -> Result<u64, Unbounded>,
) -> Result<u64, Unbounded> {
    let graph = Graph::new(level);
    let Some(start) = graph.start() else {
        return Ok(0);
    };
    let mut walk = Walk {
        weights: vec![None; graph.ways.len()],
        graph,
        hints,
        weigh,
    };
    let all: Vec<usize> = (0..walk.weights.len()).collect();
    let arrived = walk.region(&all, start, None, 0)?;
    Ok(arrived.into_iter().flatten().max().unwrap_or(0))
}

/// How often a loop is walked.
struct Bound {
    /// How often it leads back to its head.
    returns: u64,
    /// Which states the last round still has: those up to the Choices that end it.
    last: Vec<bool>,
}

impl Bound {
    /// How many rounds are over when a state is entered for the last time; `None` if it never is.
    fn before(&self, state: usize) -> Option<u64> {
        if holds(&self.last, state) {
            Some(self.returns)
        } else {
            self.returns.checked_sub(1)
        }
    }
}

struct Walk<'a, W> {
    graph: Graph<'a>,
    hints: &'a Hints,
    weigh: W,
    /// The weights of the states that were asked for.
    weights: Vec<Option<u64>>,
}

impl<W: Fn(&str, &State) -> Result<u64, Unbounded>> Walk<'_, W> {
    /// The weight of the longest_path walk from `start` up to and with each state, by position; `None` where none leads.
    ///
    /// Only states of the region count. Of a loop, what leads back to its `head` is left out.
    fn region(
        &mut self,
        region: &[usize],
        start: usize,
        head: Option<usize>,
        depth: usize,
    ) -> Result<Vec<Option<u64>>, Unbounded> {
        if depth > DEEPEST {
            return Err(Reason::Tangled.of(self.graph.name(start)));
        }
        let edges = self.graph.edges(region, head);
        let mut entered: Vec<Option<u64>> = vec![None; edges.len()];
        let mut left = entered.clone();
        raise(&mut entered, start, 0);
        for component in components(start, &edges) {
            let mut begins = component
                .iter()
                .filter_map(|state| Some((*state, value(&entered, *state)?)));
            let Some((begin, before)) = begins.next() else {
                continue;
            };
            if !is_loop(&component, &edges) {
                let weight = self.weight(begin)?;
                raise(&mut left, begin, before.saturating_add(weight));
            } else if begins.next().is_some() {
                return Err(Reason::Tangled.of(self.graph.name(begin)));
            } else {
                for (state, weight) in self.rounds(&component, begin, depth)? {
                    raise(&mut left, state, before.saturating_add(weight));
                }
            }
            for state in &component {
                let weight = value(&left, *state);
                for next in edges.get(*state).into_iter().flatten() {
                    if let (Some(weight), false) = (weight, component.contains(next)) {
                        raise(&mut entered, *next, weight);
                    }
                }
            }
        }
        Ok(left)
    }

    /// The weight of all rounds of a loop up to and with the last stay in each of its states.
    fn rounds(
        &mut self,
        component: &[usize],
        head: usize,
        depth: usize,
    ) -> Result<Vec<(usize, u64)>, Unbounded> {
        let once = self.region(component, head, Some(head), depth + 1)?;
        let bound = self
            .bound(component, head)
            .ok_or_else(|| Reason::NoRounds.of(self.graph.name(head)))?;
        let leads_back = |state: &&usize| self.graph.ways(**state).contains(&head);
        let round = component.iter().filter(leads_back);
        let round = round.filter_map(|state| value(&once, *state)).max().unwrap_or(0);
        let last_stay = |state: &usize| {
            let rounds = round.saturating_mul(bound.before(*state)?);
            Some((*state, rounds.saturating_add(value(&once, *state)?)))
        };
        Ok(component.iter().filter_map(last_stay).collect())
    }

    /// How often a loop leads back to its head, if Choices that are known to be bounded stand on every way around.
    ///
    /// A Choice bounds the innermost loop that it is in: its rounds say nothing of the loops around that.
    fn bound(&self, component: &[usize], head: usize) -> Option<Bound> {
        let edges = self.graph.edges(component, Some(head));
        let mut inner = components(head, &edges);
        inner.retain(|inner| is_loop(inner, &edges));
        let rounds = |state: usize| match self.graph.state(state) {
            Some((name, State::Choice(_))) if !inner.iter().flatten().any(|inner| *inner == state) => {
                self.hints.rounds.get(name).copied()
            }
            _ => None,
        };
        let mut bound = Bound {
            returns: 0,
            last: vec![false; self.graph.ways.len()],
        };
        set(&mut bound.last, head);
        let mut open = vec![head];
        while let Some(state) = open.pop() {
            if let Some(rounds) = rounds(state) {
                // A Choice at the beginning leads into every round, one at the end into all but the first.
                let first = u64::from(state != head);
                bound.returns = bound.returns.saturating_add(rounds.saturating_sub(first));
                continue;
            }
            for next in self.graph.ways(state) {
                if *next == head {
                    return None;
                }
                if component.contains(next) && !holds(&bound.last, *next) {
                    set(&mut bound.last, *next);
                    open.push(*next);
                }
            }
        }
        Some(bound)
    }

    fn weight(&mut self, index: usize) -> Result<u64, Unbounded> {
        if let Some(weight) = value(&self.weights, index) {
            return Ok(weight);
        }
        let Some((name, state)) = self.graph.state(index) else {
            return Ok(0);
        };
        let weight = (self.weigh)(name, state)?;
        raise(&mut self.weights, index, weight);
        Ok(weight)
    }
}

fn value(values: &[Option<u64>], index: usize) -> Option<u64> {
    values.get(index).copied().flatten()
}

fn raise(values: &mut [Option<u64>], index: usize, to: u64) {
    if let Some(value) = values.get_mut(index) {
        *value = Some(value.map_or(to, |value| value.max(to)));
    }
}

fn holds(flags: &[bool], index: usize) -> bool {
    flags.get(index).copied().unwrap_or(false)
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}
