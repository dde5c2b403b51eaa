//! Report of a machine: its paths, duration, history and cost.

use std::time::Duration;

use crate::markdown;
use crate::mermaid;
use crate::paths::{LevelId, Paths, all_paths};
use crate::prices::PriceTable;
use crate::totals::Totals;
use asl_analysis::graph::{NamedState, all_states, is_callback};
use asl_analysis::{
    Hints, RetryBudget, Unbounded, events_of_state, max_events, max_retries, max_transitions, retry_budgets,
    worst_case, worst_cases,
};
use asl_document::{State, StateMachine};

/// The figures of a machine, from its document and its [`Hints`].
///
/// ```
/// use asl_reports::{Hints, PriceTable, Report};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// let report = Report::of("Nothing", &machine, &Hints::default(), &PriceTable::US_EAST_1);
///
/// assert_eq!(report.paths[0].listed[0].totals.transitions.max, Some(1));
/// assert!(report.to_markdown().starts_with("# Nothing\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub name: String,
    pub comment: Option<String>,
    /// The machine's diagrams in Markdown; none by default.
    pub diagrams: Option<String>,
    /// The states of all levels, those inside of a state right behind it.
    pub states: Vec<StateSummary>,
    /// The paths of the machine itself, and then those of the levels inside of its states.
    pub paths: Vec<Paths>,
    /// The machine's own timeout.
    pub timeout: Option<Duration>,
    /// See [`worst_case`].
    pub worst_case: Result<Duration, Unbounded>,
    /// See [`max_events`].
    pub max_events: Result<u64, Unbounded>,
    /// See [`max_transitions`].
    pub max_transitions: Result<u64, Unbounded>,
    /// The totals of the error-free paths; `None` if there is none.
    pub error_free: Option<Totals>,
    /// The prices that the costs are computed with.
    pub prices: PriceTable,
    /// The hints that the figures are computed with.
    pub hints: Hints,
}

/// The figures of one state.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{PriceTable, Report};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// let charge = &report.states[0];
/// assert_eq!((charge.name.as_str(), charge.kind), ("Charge", "Task"));
/// assert_eq!(charge.max_attempts, 6);
/// assert!(!charge.is_callback);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSummary {
    pub name: String,
    pub kind: &'static str,
    /// Whether it is a task that waits for its task token.
    pub is_callback: bool,
    /// The most attempts: the first one and all retries.
    pub max_attempts: u64,
    /// Its retry policies.
    pub retries: Vec<RetryBudget>,
    /// See [`worst_cases`].
    pub worst_case: Result<Duration, Unbounded>,
    /// The most history events of one visit, the states inside of it included.
    pub max_events: Result<u64, Unbounded>,
}

impl Report {
    pub fn of(name: &str, machine: &StateMachine, hints: &Hints, prices: &PriceTable) -> Self {
        let (own, inner) = all_paths(LevelId::Machine, machine.into(), hints);
        let error_free = own.listed.iter().filter_map(|path| path.error_free);
        Self {
            name: name.to_owned(),
            comment: machine.comment.clone(),
            diagrams: None,
            states: states(machine, hints),
            timeout: machine.timeout_seconds.map(Duration::from_secs),
            worst_case: worst_case(machine, hints),
            max_events: max_events(machine, hints),
            max_transitions: max_transitions(machine, hints),
            error_free: error_free.reduce(Totals::or),
            paths: [own].into_iter().chain(inner).collect(),
            prices: *prices,
            hints: hints.clone(),
        }
    }

    /// Adds the machine's diagrams: a link to its SVG file, and its Mermaid flowchart, folded.
    ///
    /// ```
    /// # use asl_reports::{Hints, PriceTable, Report};
    /// # let machine: asl_document::StateMachine = serde_json::from_str(
    /// #     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
    /// # )?;
    /// let report = Report::of("Nothing", &machine, &Hints::default(), &PriceTable::US_EAST_1)
    ///     .with_diagrams(&machine, "nothing.svg");
    ///
    /// assert!(report.to_markdown().contains("(nothing.svg)"));
    /// assert!(report.to_markdown().contains("```mermaid\nflowchart TD\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_diagrams(self, machine: &StateMachine, svg: &str) -> Self {
        let diagrams = format!(
            "![State diagram of {}]({svg})\n\n<details>\n<summary>The same as a Mermaid \
             flowchart</summary>\n\n```mermaid\n{}```\n\n</details>",
            self.name,
            mermaid(machine)
        );
        Self {
            diagrams: Some(diagrams),
            ..self
        }
    }

    /// The report as Markdown whose tables are aligned in the source. The same report gives the same text.
    pub fn to_markdown(&self) -> String {
        markdown::markdown(self)
    }
}

#[expect(clippy::expect_used, reason = "a broken invariant of asl-analysis")]
fn states(machine: &StateMachine, hints: &Hints) -> Vec<StateSummary> {
    let worst_cases = worst_cases(machine, hints);
    all_states(machine)
        .into_iter()
        .map(|NamedState { name, state }| StateSummary {
            name: name.to_owned(),
            kind: kind(state),
            is_callback: is_callback(state),
            max_attempts: max_retries(state).saturating_add(1),
            retries: retry_budgets(state),
            worst_case: worst_cases
                .get(name)
                .cloned()
                .expect("each state has a worst case"),
            max_events: events_of_state(name, state, hints),
        })
        .collect()
}

fn kind(state: &State) -> &'static str {
    match state {
        State::Task(_) => "Task",
        State::Parallel(_) => "Parallel",
        State::Map(_) => "Map",
        State::Choice(_) => "Choice",
        State::Pass(_) => "Pass",
        State::Wait(_) => "Wait",
        State::Succeed(_) => "Succeed",
        State::Fail(_) => "Fail",
    }
}
