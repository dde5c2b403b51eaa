//! The search: depth first through the tree of decisions, without merging states.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::node::{Choice, LateResults, Node};
use super::report::{Ending, Report, Violation};
use super::{Explorer, Interleavings, When};
use crate::history::Details;
use crate::invariant::Invariant;
use crate::random::index;
use crate::{EventType, Execution, HistoryEvent};

const HAS_CHOICES: &str = "a path that goes on has choices";

#[derive(Default)]
struct Tally {
    ended: u64,
    cut: u64,
    failing: u64,
    endings: BTreeMap<Ending, u64>,
    visited: BTreeSet<Arc<str>>,
}

pub(super) struct Search<'a> {
    explorer: &'a Explorer,
    tally: Tally,
    /// The Parallel and Map states in which one branch aborted the others; all interleavings are tried while one of them
    /// runs.
    racing: BTreeSet<Arc<str>>,
    /// The choices from the start to the current node.
    path: Vec<Choice>,
    shortest: Option<Found<'a>>,
}

struct Found<'a> {
    path: Vec<Choice>,
    invariant: &'a str,
    message: String,
    execution: Execution,
}

/// The result of visiting a node.
enum Visit {
    Choose(Vec<Choice>),
    PathEnded,
    /// More interleavings have to be tried: the search begins again.
    Restart,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Exhausted,
    Violation,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    Complete,
    Bounded,
    Restart,
}

/// A node with more than one choice.
struct Frame<'a> {
    node: Node<'a>,
    choices: std::vec::IntoIter<Choice>,
    /// How many choices led here.
    length: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(explorer: &'a Explorer) -> Self {
        Self {
            explorer,
            tally: Tally::default(),
            racing: BTreeSet::new(),
            path: Vec::new(),
            shortest: None,
        }
    }

    pub(super) fn run(mut self) -> Report {
        loop {
            self.tally = Tally::default();
            self.shortest = None;
            let walk = self.walk(self.explorer.max_depth, Until::Exhausted);
            let walked = self.tally.ended;
            let drawn = match walk {
                Walk::Bounded => self.draw(),
                Walk::Complete | Walk::Restart => walk,
            };
            if drawn == Walk::Restart {
                continue;
            }
            let tally = std::mem::take(&mut self.tally);
            let complete = walk == Walk::Complete && tally.cut == 0;
            if !complete && self.shorten() == Walk::Restart {
                continue;
            }
            return self.report(tally, walked, complete);
        }
    }

    /// Walks all paths in the order of their choices, up to the bound.
    fn walk(&mut self, depth: usize, until: Until) -> Walk {
        let mut frames: Vec<Frame<'a>> = Vec::new();
        let mut node = self.explorer.root();
        self.path.clear();
        loop {
            match self.visit(&mut node, depth) {
                Visit::Restart => return Walk::Restart,
                Visit::PathEnded => {}
                Visit::Choose(choices) => {
                    let is_fork = choices.len() > 1;
                    let mut choices = choices.into_iter();
                    let first = choices.next().expect_invariant(HAS_CHOICES);
                    if is_fork {
                        frames.push(Frame {
                            node: node.clone(),
                            choices,
                            length: self.path.len(),
                        });
                    }
                    self.step(&mut node, first);
                    continue;
                }
            }
            if until == Until::Violation && self.tally.failing > 0 {
                return Walk::Bounded;
            }
            let is_full = self.tally.ended + self.tally.cut >= self.explorer.max_paths;
            if is_full && frames.iter().any(|frame| frame.choices.len() > 0) {
                return Walk::Bounded;
            }
            match self.back(&mut frames) {
                Some(next) => node = next,
                None => return Walk::Complete,
            }
        }
    }

    /// Backtracks: takes the next choice at the last node that has one left.
    fn back(&mut self, frames: &mut Vec<Frame<'a>>) -> Option<Node<'a>> {
        loop {
            let mut frame = frames.pop()?;
            self.path.truncate(frame.length);
            let Some(choice) = frame.choices.next() else {
                continue;
            };
            // The last choice can use the node itself.
            let mut node = if frame.choices.len() == 0 {
                frame.node
            } else {
                let node = frame.node.clone();
                frames.push(frame);
                node
            };
            self.step(&mut node, choice);
            return Some(node);
        }
    }

    fn step(&mut self, node: &mut Node<'a>, choice: Choice) {
        self.path.push(choice);
        node.take(choice);
    }

    /// Walks paths that are drawn at random.
    fn draw(&mut self) -> Walk {
        let mut random = ChaCha8Rng::seed_from_u64(self.explorer.sample_seed);
        for _ in 0..self.explorer.samples {
            let mut node = self.explorer.root();
            self.path.clear();
            loop {
                match self.visit(&mut node, self.explorer.max_depth) {
                    Visit::Restart => return Walk::Restart,
                    Visit::PathEnded => break,
                    Visit::Choose(choices) => {
                        let choice = choices.get(index(choices.len(), &mut random));
                        self.step(&mut node, *choice.expect_invariant(HAS_CHOICES));
                    }
                }
            }
        }
        Walk::Bounded
    }

    /// Shortens the counterexample: walks again with a growing bound on the depth, until a violation is found.
    fn shorten(&mut self) -> Walk {
        let Some(longest) = self.shortest.as_ref().map(|found| found.path.len()) else {
            return Walk::Complete;
        };
        for depth in 0..longest {
            self.tally = Tally::default();
            let walk = self.walk(depth, Until::Violation);
            if walk != Walk::Complete {
                return walk;
            }
        }
        Walk::Complete
    }

    /// Checks the invariants at a node, and finds its choices.
    fn visit(&mut self, node: &mut Node<'a>, depth: usize) -> Visit {
        if self.read_new_events(node) {
            return Visit::Restart;
        }
        if node.late_results == LateResults::Accepted {
            let message = "a result was accepted after its attempt had ended".to_owned();
            return self.violated(node, "late results are rejected", message);
        }
        for invariant in self
            .explorer
            .invariants
            .iter()
            .filter(|check| check.when == When::Always)
        {
            if let Err(message) = (invariant.holds)(&node.execution) {
                return self.violated(node, &invariant.name, message);
            }
        }
        match self.options(node) {
            Some(choices) if choices.is_empty() => self.ended(node),
            Some(choices) if self.path.len() < depth => Visit::Choose(choices),
            _ => {
                self.tally.cut += 1;
                Visit::PathEnded
            }
        }
    }

    fn options(&self, node: &Node<'a>) -> Option<Vec<Choice>> {
        if !node.execution.status().is_running() {
            return Some(Vec::new());
        }
        let in_any_order = match self.explorer.interleavings {
            Interleavings::None => false,
            Interleavings::All => true,
            Interleavings::AroundFailures => {
                !self.racing.is_empty()
                    && node
                        .execution
                        .is_fork_running(&|state| self.racing.contains(state))
            }
        };
        if in_any_order {
            node.options_in_any_order(self.explorer.retries)
        } else {
            node.options(self.explorer.retries)
        }
    }

    /// Reads the events since the last time; true if more interleavings have to be tried.
    fn read_new_events(&mut self, node: &mut Node<'a>) -> bool {
        let mut found = self.read_events(node.execution.history().iter().skip(node.seen));
        node.seen = node.execution.history().len();
        for child in node.execution.children() {
            found |= self.read_child(child);
        }
        found && self.explorer.interleavings == Interleavings::AroundFailures
    }

    /// The same for a child execution of a distributed Map.
    fn read_child(&mut self, child: &Execution) -> bool {
        let found = self.read_events(child.history().iter());
        child
            .children()
            .fold(found, |found, child| self.read_child(child) || found)
    }

    fn read_events<'e>(&mut self, events: impl Iterator<Item = &'e HistoryEvent>) -> bool {
        let mut found = false;
        for event in events {
            match (&event.details, event.event_type, &event.location.state) {
                (Details::StateEntered { name, .. }, _, _) if !self.tally.visited.contains(name) => {
                    self.tally.visited.insert(Arc::clone(name));
                }
                (_, EventType::ParallelStateFailed | EventType::MapStateFailed, Some(state)) => {
                    found |= self.racing.insert(Arc::clone(state));
                }
                _ => {}
            }
        }
        found
    }

    fn ended(&mut self, node: &Node<'a>) -> Visit {
        for invariant in self
            .explorer
            .invariants
            .iter()
            .filter(|check| check.when == When::AtTheEnd)
        {
            if let Err(message) = (invariant.holds)(&node.execution) {
                return self.violated(node, &invariant.name, message);
            }
        }
        self.count(node)
    }

    fn count(&mut self, node: &Node<'a>) -> Visit {
        self.tally.ended += 1;
        let ending = Ending::of(node.execution.status());
        *self.tally.endings.entry(ending).or_default() += 1;
        Visit::PathEnded
    }

    fn violated(&mut self, node: &Node<'a>, invariant: &'a str, message: String) -> Visit {
        self.tally.failing += 1;
        let is_shortest = self
            .shortest
            .as_ref()
            .is_none_or(|found| self.path.len() < found.path.len());
        if is_shortest {
            self.shortest = Some(Found {
                path: self.path.clone(),
                invariant,
                message,
                execution: node.execution.clone(),
            });
        }
        self.count(node)
    }

    fn report(self, tally: Tally, walked: u64, complete: bool) -> Report {
        let explorer = self.explorer;
        let visited: BTreeSet<String> = tally.visited.iter().map(ToString::to_string).collect();
        Report {
            paths: walked,
            sampled: tally.ended - walked,
            cut: tally.cut,
            failing: tally.failing,
            complete,
            endings: tally.endings,
            never_visited: explorer
                .machine
                .state_names()
                .filter(|state| !visited.contains(*state))
                .map(str::to_owned)
                .collect(),
            visited,
            racing: self.racing.iter().map(ToString::to_string).collect(),
            violation: self.shortest.map(|found| Violation {
                invariant: found.invariant.to_owned(),
                message: found.message,
                decisions: explorer.spell_out(&found.path),
                execution: found.execution,
            }),
        }
    }
}

impl Explorer {
    fn spell_out(&self, path: &[Choice]) -> Vec<super::Decision> {
        let mut node = self.root();
        path.iter()
            .map(|choice| {
                let decision = node.decision(*choice);
                node.take(*choice);
                decision
            })
            .collect()
    }
}
