//! A state machine as a graph: levels, states and the transitions between them.

use petgraph::graph::{DiGraph, NodeIndex};

use asl_document::{Branch, Catcher, ChoiceRule, State, StateMachine, States, Transition};

/// One level of a machine: its outermost states, those of a Parallel's branch, or those of a Map's item processor.
#[derive(Debug, Clone, Copy)]
pub struct Level<'a> {
    /// The state that an execution enters first.
    pub start_at: &'a str,
    /// By name, in written order.
    pub states: &'a States,
}

/// The states of a level and the transitions between them. A node's index is the position of its state in the level.
pub type LevelGraph<'a> = DiGraph<NamedState<'a>, Trigger<'a>>;

impl<'a> Level<'a> {
    /// The level as a graph, without the transitions that end it or whose target does not exist.
    pub fn graph(&self) -> LevelGraph<'a> {
        let mut graph = DiGraph::new();
        for (name, state) in self.states {
            graph.add_node(NamedState { name, state });
        }
        for (from, state) in graph.node_indices().zip(self.states.values()) {
            for edge in edges(state) {
                if let Some(to) = edge.to.and_then(|to| self.node(to)) {
                    graph.add_edge(from, to, edge.trigger);
                }
            }
        }
        graph
    }

    /// The node of a state in the level's graph, if there is such a state.
    pub fn node(&self, name: &str) -> Option<NodeIndex> {
        self.states.get_index_of(name).map(NodeIndex::new)
    }
}

impl<'a> From<&'a StateMachine> for Level<'a> {
    fn from(machine: &'a StateMachine) -> Self {
        Self {
            start_at: &machine.start_at,
            states: &machine.states,
        }
    }
}

impl<'a> From<&'a Branch> for Level<'a> {
    fn from(branch: &'a Branch) -> Self {
        Self {
            start_at: &branch.start_at,
            states: &branch.states,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge<'a> {
    pub trigger: Trigger<'a>,
    /// The next state; `None` at the end of the level.
    pub to: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trigger<'a> {
    Done,
    /// The state failed with one of these errors.
    Caught(&'a [String]),
    /// This rule of a Choice holds, counted from 1.
    Rule(usize, &'a ChoiceRule),
    /// No rule of a Choice holds.
    Otherwise,
}

/// The transitions out of a state, in written order: first the one on success. A Fail has none.
pub fn edges(state: &State) -> Vec<Edge<'_>> {
    match state {
        State::Task(task) => with_catchers(&task.transition, &task.catch),
        State::Parallel(parallel) => with_catchers(&parallel.transition, &parallel.catch),
        State::Map(map) => with_catchers(&map.transition, &map.catch),
        State::Pass(pass) => with_catchers(&pass.transition, &[]),
        State::Wait(wait) => with_catchers(&wait.transition, &[]),
        State::Choice(choice) => {
            let rules = choice.choices.iter().enumerate().map(|(index, rule)| Edge {
                trigger: Trigger::Rule(index + 1, rule),
                to: Some(&rule.next),
            });
            let otherwise = choice.default.as_deref().map(|default| Edge {
                trigger: Trigger::Otherwise,
                to: Some(default),
            });
            rules.chain(otherwise).collect()
        }
        State::Succeed(_) => with_catchers(&Transition::End, &[]),
        State::Fail(_) => Vec::new(),
    }
}

fn with_catchers<'a>(transition: &'a Transition, catchers: &'a [Catcher]) -> Vec<Edge<'a>> {
    let done = Edge {
        trigger: Trigger::Done,
        to: match transition {
            Transition::Next(next) => Some(next),
            Transition::End => None,
        },
    };
    let catchers = catchers.iter().map(|catcher| Edge {
        trigger: Trigger::Caught(&catcher.error_equals),
        to: Some(&catcher.next),
    });
    [done].into_iter().chain(catchers).collect()
}

/// The levels inside of a state: one per branch of a Parallel, the one of a Map, none of any other.
pub fn inner_levels(state: &State) -> Vec<Level<'_>> {
    match state {
        State::Parallel(parallel) => parallel.branches.iter().map(Level::from).collect(),
        State::Map(map) => vec![Level::from(&map.item_processor)],
        _ => Vec::new(),
    }
}

/// Whether a state is a task that waits for its task token.
pub fn is_callback(state: &State) -> bool {
    matches!(state, State::Task(task) if task.resource.ends_with(".waitForTaskToken"))
}

/// A state of any level.
#[derive(Debug, Clone, Copy)]
pub struct NamedState<'a> {
    /// Unique over all levels of a machine.
    pub name: &'a str,
    pub state: &'a State,
}

/// The states of all levels in written order, those inside of a state right behind it.
pub fn all_states(machine: &StateMachine) -> Vec<NamedState<'_>> {
    let mut all = Vec::new();
    let mut open = vec![machine.states.iter()];
    while let Some(states) = open.last_mut() {
        let Some((name, state)) = states.next() else {
            open.pop();
            continue;
        };
        all.push(NamedState { name, state });
        let inner = inner_levels(state).into_iter().rev();
        open.extend(inner.map(|level| level.states.iter()));
    }
    all
}
