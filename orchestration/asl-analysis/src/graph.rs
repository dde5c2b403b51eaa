//! A state machine as a graph: levels, states and the edges between them.

use asl_document::{Branch, Catcher, State, StateMachine, States, Transition};

/// One level of a machine: its outermost states, those of a branch, or those that a Map runs per item.
#[derive(Debug, Clone, Copy)]
pub struct Level<'a> {
    /// The state that an execution enters first.
    pub start_at: &'a str,
    /// By name, in written order.
    pub states: &'a States,
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

/// A transition out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge<'a> {
    /// What makes an execution take this edge.
    pub trigger: Trigger<'a>,
    /// The state that it leads to; `None` for the end of the level.
    pub to: Option<&'a str>,
}

/// What makes an execution take an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger<'a> {
    /// The state is done.
    Done,
    /// The state failed with one of these errors.
    Caught(&'a [String]),
    /// This rule of a Choice holds, counted from 1.
    Rule(usize),
    /// No rule of a Choice holds.
    Otherwise,
}

/// The transitions out of a state, in written order: first the one on success. A Fail has none.
pub fn edges(state: &State) -> Vec<Edge<'_>> {
    match state {
        State::Task(task) => caught(&task.transition, &task.catch),
        State::Parallel(parallel) => caught(&parallel.transition, &parallel.catch),
        State::Map(map) => caught(&map.transition, &map.catch),
        State::Pass(pass) => vec![done(&pass.transition)],
        State::Wait(wait) => vec![done(&wait.transition)],
        State::Choice(choice) => {
            let rules = choice.choices.iter().enumerate().map(|(index, rule)| Edge {
                trigger: Trigger::Rule(index + 1),
                to: Some(&rule.next),
            });
            let otherwise = choice.default.as_deref().map(|default| Edge {
                trigger: Trigger::Otherwise,
                to: Some(default),
            });
            rules.chain(otherwise).collect()
        }
        State::Succeed(_) => vec![done(&Transition::End)],
        State::Fail(_) => Vec::new(),
    }
}

/// The levels inside of a state: one per branch of a Parallel, the one of a Map, none of any other.
pub fn inner_levels(state: &State) -> Vec<Level<'_>> {
    match state {
        State::Parallel(parallel) => parallel.branches.iter().map(Level::from).collect(),
        State::Map(map) => vec![Level::from(&map.item_processor)],
        _ => Vec::new(),
    }
}

/// Whether a state waits for somebody to send its token back.
pub fn is_callback(state: &State) -> bool {
    matches!(state, State::Task(task) if task.resource.ends_with(".waitForTaskToken"))
}

/// A state of any level.
#[derive(Debug, Clone, Copy)]
pub struct NamedState<'a> {
    /// Unique over all levels of a machine.
    pub name: &'a str,
    /// Its definition.
    pub state: &'a State,
}

/// All states of a machine in written order, those inside of a state right behind it.
pub fn all_states(machine: &StateMachine) -> Vec<NamedState<'_>> {
    let mut placed = Vec::new();
    let mut open = vec![machine.states.iter()];
    while let Some(states) = open.last_mut() {
        let Some((name, state)) = states.next() else {
            open.pop();
            continue;
        };
        placed.push(NamedState { name, state });
        open.extend(
            inner_levels(state)
                .into_iter()
                .rev()
                .map(|level| level.states.iter()),
        );
    }
    placed
}

fn caught<'a>(transition: &'a Transition, catchers: &'a [Catcher]) -> Vec<Edge<'a>> {
    let catchers = catchers.iter().map(|catcher| Edge {
        trigger: Trigger::Caught(&catcher.error_equals),
        to: Some(&catcher.next),
    });
    [done(transition)].into_iter().chain(catchers).collect()
}

fn done(transition: &Transition) -> Edge<'_> {
    Edge {
        trigger: Trigger::Done,
        to: match transition {
            Transition::Next(next) => Some(next),
            Transition::End => None,
        },
    }
}
