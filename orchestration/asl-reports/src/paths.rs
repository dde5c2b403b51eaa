//! The paths of a machine, level by level.

use indexmap::IndexMap;

use super::interval::Interval;
use super::totals::Totals;
use super::walks::{Visit, Walks, count};
use asl_analysis::Hints;
use asl_analysis::graph::{Level, Trigger, inner_levels};
use asl_document::{MapState, State};

/// The name of a level.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LevelId {
    Machine,
    Branch {
        state: String,
        /// Counted from 1.
        number: usize,
    },
    Item {
        state: String,
    },
}

/// All paths of one level.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{LevelId, Path, PathCount, PathEnd, PathStep, Paths, PriceTable, Report};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// let Paths { level, listed, count, .. } = &report.paths[0];
/// assert_eq!(*level, LevelId::Machine);
/// assert_eq!(*count, PathCount { number: 2, is_lower_bound: false });
///
/// let [straight, caught] = &listed[..] else { panic!("there are two") };
/// assert_eq!(straight.steps, [PathStep { state: "Charge".to_owned(), caught: None }]);
/// assert_eq!(straight.end, PathEnd::Succeeded);
///
/// let Path { steps, end, .. } = caught;
/// assert_eq!(steps[0].caught, Some(vec!["States.ALL".to_owned()]));
/// assert_eq!(*end, PathEnd::Failed(Some("OrderFailed".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub level: LevelId,
    /// In written order; at most [`MAX_LISTED_PATHS`](super::MAX_LISTED_PATHS).
    pub listed: Vec<Path>,
    /// Whether there are more than those that are listed.
    pub is_truncated: bool,
    /// The number of paths, with all combinations of the branches of a Parallel. A Map counts once.
    pub count: PathCount,
}

/// A number of paths.
///
/// See [`Paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathCount {
    pub number: u64,
    /// Whether there may be more.
    pub is_lower_bound: bool,
}

/// One path through a level, without retries. A loop is passed, or repeated once.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The states in the order in which they are entered.
    pub steps: Vec<PathStep>,
    pub end: PathEnd,
    /// The totals, as intervals that cover all paths inside of its states.
    pub totals: Totals,
    /// The totals without errors inside of its states either; `None` if the path has a caught error, or fails.
    pub error_free: Option<Totals>,
    /// The number of combinations of paths inside of its states.
    pub combinations: u64,
}

/// A state of a path.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    pub state: String,
    /// The names of the caught errors, if the state was left by a catcher.
    pub caught: Option<Vec<String>>,
}

/// The end of a path.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathEnd {
    Succeeded,
    /// A Fail with this error, if it is a literal.
    Failed(Option<String>),
}

/// The paths of a level, and those of all levels inside of it.
pub(super) fn all_paths(id: LevelId, level: Level<'_>, hints: &Hints) -> (Paths, Vec<Paths>) {
    let mut all = Vec::new();
    let mut inner = IndexMap::new();
    for (name, state) in level.states {
        let mut totals = Vec::new();
        for (index, level) in inner_levels(state).into_iter().enumerate() {
            let state_name = name.clone();
            let id = match state {
                State::Map(_) => LevelId::Item { state: state_name },
                _ => LevelId::Branch {
                    state: state_name,
                    number: index + 1,
                },
            };
            let (own, further) = all_paths(id, level, hints);
            totals.push(LevelTotals::of(&own));
            all.push(own);
            all.extend(further);
        }
        inner.insert(name.as_str(), totals);
    }
    (Context { inner, hints }.paths(id, level), all)
}

/// The totals of all paths of a branch or of an item processor.
struct LevelTotals {
    /// Of the paths that succeed.
    succeeded: Option<Totals>,
    /// Of the error-free paths.
    error_free: Option<Totals>,
    /// Of all paths.
    any: Totals,
    successes: u64,
}

impl LevelTotals {
    fn of(paths: &Paths) -> Self {
        let all = paths.listed.iter();
        let succeeded = all.clone().filter(|path| path.end == PathEnd::Succeeded);
        Self {
            succeeded: succeeded.clone().map(|path| path.totals).reduce(Totals::or),
            error_free: all.clone().filter_map(|path| path.error_free).reduce(Totals::or),
            // An endless loop has no path.
            any: all
                .map(|path| path.totals)
                .reduce(Totals::or)
                .unwrap_or(Totals::ZERO),
            successes: succeeded
                .map(|path| path.combinations)
                .fold(0, u64::saturating_add),
        }
    }
}

struct Context<'a> {
    /// By state, the levels inside of it.
    inner: IndexMap<&'a str, Vec<LevelTotals>>,
    hints: &'a Hints,
}

impl Context<'_> {
    fn paths(&self, id: LevelId, level: Level<'_>) -> Paths {
        let walks = Walks::of(level);
        let listed: Vec<Path> = walks.listed.iter().filter_map(|walk| self.path(walk)).collect();
        let combinations = listed.iter().map(|path| path.combinations);
        let sum = combinations.fold(0, u64::saturating_add);
        let number = if walks.is_truncated {
            count(level, |name, state, trigger| {
                self.combinations(name, state, trigger)
            })
        } else {
            Some(sum)
        };
        Paths {
            level: id,
            listed,
            is_truncated: walks.is_truncated,
            count: PathCount {
                number: number.unwrap_or(sum),
                is_lower_bound: number.is_none(),
            },
        }
    }

    /// A walk with its totals; `None` if a state succeeds on it whose branches cannot.
    fn path(&self, walk: &[Visit<'_>]) -> Option<Path> {
        let mut totals = Totals::ZERO;
        let mut error_free = Some(Totals::ZERO);
        let mut combinations = 1_u64;
        for visit in walk {
            let own = Totals::of_visit(visit, self.hints);
            totals = totals
                .plus(own)
                .plus(self.inner_totals(visit, |level| level.succeeded)?);
            error_free = error_free
                .filter(|_| visit.caught().is_none())
                .and_then(|before| {
                    let inner = self.inner_totals(visit, |level| level.error_free)?;
                    Some(before.plus(own).plus(inner))
                });
            if let Some(trigger) = visit.trigger {
                combinations =
                    combinations.saturating_mul(self.combinations(visit.name, visit.state, trigger));
            }
        }
        let end = match walk.last().map(|visit| visit.state) {
            Some(State::Fail(fail)) => PathEnd::Failed(fail.error.clone()),
            _ => PathEnd::Succeeded,
        };
        Some(Path {
            steps: walk.iter().map(PathStep::of).collect(),
            error_free: error_free.filter(|_| end == PathEnd::Succeeded),
            end,
            totals,
            combinations,
        })
    }

    /// The totals of the levels inside of a state; `None` if one of them cannot end as the visit has it.
    fn inner_totals(&self, visit: &Visit<'_>, of: impl Fn(&LevelTotals) -> Option<Totals>) -> Option<Totals> {
        let is_caught = visit.caught().is_some();
        let levels = self.levels(visit.name);
        if let (State::Map(map), [item]) = (visit.state, levels) {
            let items = items(visit.name, map, self.hints);
            return if is_caught {
                Some(item.any.per_item(map, items).aborted(0))
            } else {
                Some(of(item)?.per_item(map, items))
            };
        }
        levels.iter().try_fold(Totals::ZERO, |all, branch| {
            let totals = if is_caught {
                branch.any.aborted(1)
            } else {
                of(branch)?
            };
            Some(all.parallel(totals))
        })
    }

    /// The number of combinations of paths inside of a state that lead to this transition.
    fn combinations(&self, name: &str, state: &State, trigger: Trigger<'_>) -> u64 {
        match (state, trigger) {
            (State::Parallel(_), Trigger::Done) => {
                let branches = self.levels(name).iter();
                branches
                    .map(|branch| branch.successes)
                    .fold(1, u64::saturating_mul)
            }
            _ => 1,
        }
    }

    #[expect(clippy::expect_used, reason = "a broken invariant of this module")]
    fn levels(&self, state: &str) -> &[LevelTotals] {
        self.inner.get(state).expect("all states of the level were added")
    }
}

impl PathStep {
    fn of(visit: &Visit<'_>) -> Self {
        Self {
            state: visit.name.to_owned(),
            caught: visit.caught().map(<[String]>::to_vec),
        }
    }
}

/// The number of a Map's items, as far as it is known.
fn items(name: &str, map: &MapState, hints: &Hints) -> Interval<u64> {
    let max = hints.max_items(name, map);
    let is_literal = map.items.as_ref().is_some_and(serde_json::Value::is_array);
    Interval {
        min: max.filter(|_| is_literal).unwrap_or(0),
        max,
    }
}
