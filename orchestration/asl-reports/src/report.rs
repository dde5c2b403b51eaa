//! What is to be known of a machine before it runs: its paths, how long it takes, how long its history becomes, and
//! what it costs.
//!
//! All of it follows from the emitted document and from what only the author knows ([`Hints`]). [`worst_case`],
//! [`max_events`] and [`max_transitions`] walk each level of the machine once, so that they can be asked at every
//! build; a [`Report`] also lists the paths, and is written as Markdown.

use std::time::Duration;

use indexmap::IndexMap;

use crate::markdown;
use crate::paths::{self, Paths, Place};
use crate::prices::PriceTable;
use crate::totals::Totals;
use asl_analysis::graph::{NamedState, all_states};
use asl_analysis::{
    Hints, Unbounded, events_of_state, max_events, max_retries, max_transitions, worst_case, worst_cases,
};
use asl_document::{State, StateMachine};

/// All that is told of a machine.
///
/// ```
/// use asl_reports::{Hints, PriceTable, Report};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// let report = Report::of("Nothing", &machine, &Hints::default(), &PriceTable::US_EAST_1);
///
/// assert_eq!(report.paths[0].listed[0].totals.transitions.most, Some(1));
/// assert!(report.to_markdown().starts_with("# Nothing\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the machine is called.
    pub name: String,
    /// What a person reading the definition should know first.
    pub comment: Option<String>,
    /// Where the machine's picture is, from where the report is; none by default.
    pub picture: Option<String>,
    /// Its states, those inside of a state right behind it.
    pub states: Vec<StateFacts>,
    /// The paths of the machine itself, and then those of what is inside of its states.
    pub paths: Vec<Paths>,
    /// The machine's own time-out.
    pub timeout: Option<Duration>,
    /// See [`worst_case`].
    pub worst_case: Result<Duration, Unbounded>,
    /// See [`max_events`].
    pub max_events: Result<u64, Unbounded>,
    /// See [`max_transitions`].
    pub max_transitions: Result<u64, Unbounded>,
    /// What the paths come to along which nothing fails; `None` if there is none.
    pub undisturbed: Option<Totals>,
    /// What the costs are computed with.
    pub prices: PriceTable,
    /// What is known of the machine besides its document.
    pub hints: Hints,
}

/// What is told of one state.
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
/// let charged = &report.states[0];
/// assert_eq!((charged.name.as_str(), charged.kind), ("Charge", "Task"));
/// assert_eq!(charged.attempts, 6);
/// assert!(!charged.is_callback);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFacts {
    /// Its name.
    pub name: String,
    /// Its kind, as the document names it.
    pub kind: &'static str,
    /// Whether it waits for somebody to send its token back.
    pub is_callback: bool,
    /// How often it is tried at the most.
    pub attempts: u64,
    /// See [`worst_cases`].
    pub worst_case: Result<Duration, Unbounded>,
    /// How many events it adds to the history at the most, with what is inside of it.
    pub max_events: Result<u64, Unbounded>,
}

impl Report {
    /// Computes all of it.
    /// See [`Report`].
    pub fn of(name: &str, machine: &StateMachine, hints: &Hints, prices: &PriceTable) -> Self {
        let paths = paths::paths_of(Place::Machine, machine.into(), hints);
        let undisturbed = paths.first().and_then(|paths| {
            let undisturbed = paths.listed.iter().filter_map(|path| path.undisturbed);
            undisturbed.reduce(Totals::or)
        });
        Self {
            name: name.to_owned(),
            comment: machine.comment.clone(),
            picture: None,
            states: states(machine, hints),
            paths,
            timeout: machine.timeout_seconds.map(Duration::from_secs),
            worst_case: worst_case(machine, hints),
            max_events: max_events(machine, hints),
            max_transitions: max_transitions(machine, hints),
            undisturbed,
            prices: *prices,
            hints: hints.clone(),
        }
    }

    /// Shows the machine's picture: `link` leads there from where the report is.
    ///
    /// ```
    /// # use asl_reports::{Hints, PriceTable, Report};
    /// # let machine: asl_document::StateMachine = serde_json::from_str(
    /// #     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
    /// # )?;
    /// let report = Report::of("Nothing", &machine, &Hints::default(), &PriceTable::US_EAST_1)
    ///     .with_picture("nothing.svg");
    ///
    /// assert!(report.to_markdown().contains("(nothing.svg)"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_picture(self, link: &str) -> Self {
        Self {
            picture: Some(link.to_owned()),
            ..self
        }
    }

    /// How many states there are of each kind, in the order in which the kinds appear.
    ///
    /// ```
    /// # use shop::*;
    /// use asl::Function;
    ///
    /// # use asl_reports::{PriceTable, Report};
    /// # let place_order = PlaceOrder::define(|order| {
    /// #     charge(order).catch_all(|_| failed("NotCharged"))
    /// # });
    /// # let machine = place_order.build()?;
    /// let report =
    ///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
    ///
    /// assert!(report.kinds().into_iter().eq([("Task", 1), ("Fail", 1)]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kinds(&self) -> IndexMap<&'static str, usize> {
        let mut kinds = IndexMap::new();
        for state in &self.states {
            *kinds.entry(state.kind).or_default() += 1;
        }
        kinds
    }

    /// The report as Markdown, legible as it is. The same report gives the same text.
    /// See [`Report`].
    pub fn to_markdown(&self) -> String {
        markdown::markdown(self)
    }
}

fn states(machine: &StateMachine, hints: &Hints) -> Vec<StateFacts> {
    let mut worst = worst_cases(machine, hints);
    all_states(machine)
        .into_iter()
        .map(|NamedState { name, state }| StateFacts {
            name: name.to_owned(),
            kind: kind(state),
            is_callback: asl_analysis::graph::is_callback(state),
            attempts: max_retries(state).saturating_add(1),
            worst_case: worst.swap_remove(name).unwrap_or(Ok(Duration::ZERO)),
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
