//! The paths of a machine and of what is inside of its states.

use indexmap::IndexMap;

use super::span::Span;
use super::totals::{Totals, of_stay};
use super::walks::{Stay, Walks, count};
use asl_analysis::Hints;
use asl_analysis::graph::{Edge, Level, Trigger, inner_levels};
use asl_document::{MapState, State};

/// Where a path or a state is.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On the outermost level.
    Machine,
    /// In a branch of a Parallel, counted from 1.
    Branch {
        /// The Parallel.
        state: String,
        /// Which branch.
        number: usize,
    },
    /// In what a Map runs per item.
    Item {
        /// The Map.
        state: String,
    },
}

/// All paths of one level.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{Count, End, Path, Paths, Place, PriceTable, Report, Step};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// let Paths { place, listed, count, .. } = &report.paths[0];
/// assert_eq!(*place, Place::Machine);
/// assert_eq!(*count, Count { number: 2, at_least: false });
///
/// let [straight, caught] = &listed[..] else { panic!("there are two") };
/// assert_eq!(straight.steps, [Step { state: "Charge".to_owned(), caught: None }]);
/// assert_eq!(straight.end, End::Done);
///
/// let Path { steps, end, .. } = caught;
/// assert_eq!(steps[0].caught, Some(vec!["States.ALL".to_owned()]));
/// assert_eq!(*end, End::Failed(Some("OrderFailed".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Of which level.
    pub place: Place,
    /// In written order; at most [`MOST_LISTED`](super::MOST_LISTED).
    pub listed: Vec<Path>,
    /// Whether there are more than those that are listed.
    pub cut: bool,
    /// How many there are, with all combinations of what the branches of a Parallel do. A Map counts once.
    pub count: Count,
}

/// How many there are.
///
/// See [`Paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// So many.
    pub number: u64,
    /// Whether there may be more.
    pub at_least: bool,
}

/// One way through a level, without retries. A loop is walked once, and once more.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The states in the order in which they are entered.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: End,
    /// What it comes to.
    pub totals: Totals,
    /// What it comes to if nothing fails inside of its states either; `None` if it has a caught error, or fails.
    pub undisturbed: Option<Totals>,
    /// How many combinations of what happens inside of its states it stands for.
    pub combinations: u64,
}

/// A state of a path.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The state.
    pub state: String,
    /// The errors because of which it was left, if it was left because of errors.
    pub caught: Option<Vec<String>>,
}

/// How a path ends.
///
/// See [`Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The level is done.
    Done,
    /// In a Fail with this error, where that is written down.
    Failed(Option<String>),
}

/// The paths of a level and of all levels inside of it, its own first.
pub(super) fn paths_of(place: Place, level: Level<'_>, hints: &Hints) -> Vec<Paths> {
    let mut all = Vec::new();
    let mut within = IndexMap::new();
    for (name, state) in level.states {
        let mut parts = Vec::new();
        for (index, inner) in inner_levels(state).into_iter().enumerate() {
            let state_name = name.clone();
            let place = match state {
                State::Map(_) => Place::Item { state: state_name },
                _ => Place::Branch {
                    state: state_name,
                    number: index + 1,
                },
            };
            let inner = paths_of(place, inner, hints);
            parts.extend(inner.first().map(Part::of));
            all.extend(inner);
        }
        within.insert(name.as_str(), parts);
    }
    let context = Context { within, hints };
    all.insert(0, context.paths(place, level));
    all
}

/// What the paths of a branch, or of a Map's item, come to all together.
struct Part {
    /// Of the paths that end well.
    done: Option<Totals>,
    /// Of those along which nothing fails.
    undisturbed: Option<Totals>,
    /// Of all.
    any: Totals,
    /// How many end well.
    well: u64,
}

impl Part {
    fn of(paths: &Paths) -> Self {
        let done = |path: &&Path| path.end == End::Done;
        let ending_well = paths.listed.iter().filter(done);
        Self {
            done: ending_well.clone().map(|path| path.totals).reduce(Totals::or),
            undisturbed: paths
                .listed
                .iter()
                .filter_map(|path| path.undisturbed)
                .reduce(Totals::or),
            any: paths
                .listed
                .iter()
                .map(|path| path.totals)
                .reduce(Totals::or)
                .unwrap_or(Totals::NOTHING),
            well: ending_well
                .map(|path| path.combinations)
                .fold(0, u64::saturating_add),
        }
    }
}

struct Context<'a> {
    /// What is inside of each state.
    within: IndexMap<&'a str, Vec<Part>>,
    hints: &'a Hints,
}

impl Context<'_> {
    fn paths(&self, place: Place, level: Level<'_>) -> Paths {
        let walks = Walks::of(level);
        let listed: Vec<Path> = walks.listed.iter().filter_map(|walk| self.path(walk)).collect();
        let sum = listed
            .iter()
            .map(|path| path.combinations)
            .fold(0, u64::saturating_add);
        let count = if walks.cut {
            match count(level, |name, state, trigger| {
                self.combinations(name, state, trigger)
            }) {
                Some((well, badly)) => Count {
                    number: well.saturating_add(badly),
                    at_least: false,
                },
                None => Count {
                    number: sum,
                    at_least: true,
                },
            }
        } else {
            Count {
                number: sum,
                at_least: false,
            }
        };
        Paths {
            place,
            listed,
            cut: walks.cut,
            count,
        }
    }

    /// A walk with what it comes to; `None` if no branch of one of its states can end as the walk has it.
    fn path(&self, walk: &[Stay<'_>]) -> Option<Path> {
        let mut totals = Totals::NOTHING;
        let mut undisturbed = Some(Totals::NOTHING);
        let mut combinations = 1_u64;
        for stay in walk {
            let own = of_stay(stay.name, stay.state, stay.edge, self.hints);
            totals = totals.plus(own).plus(self.inner_levels(stay, |part| part.done)?);
            undisturbed = undisturbed.filter(|_| !stay.is_caught()).and_then(|before| {
                let inside = self.inner_levels(stay, |part| part.undisturbed)?;
                Some(before.plus(own).plus(inside))
            });
            if let Some(edge) = stay.edge {
                combinations =
                    combinations.saturating_mul(self.combinations(stay.name, stay.state, edge.trigger));
            }
        }
        let end = match walk.last()?.state {
            State::Fail(fail) => End::Failed(fail.error.clone()),
            _ => End::Done,
        };
        Some(Path {
            steps: walk.iter().map(Step::of).collect(),
            undisturbed: undisturbed.filter(|_| end == End::Done),
            end,
            totals,
            combinations,
        })
    }

    /// What happens inside of a state; `None` if that cannot happen.
    fn inner_levels(&self, stay: &Stay<'_>, of: impl Fn(&Part) -> Option<Totals>) -> Option<Totals> {
        let parts = self.within.get(stay.name).map_or(&[][..], Vec::as_slice);
        match stay.state {
            State::Parallel(_) if stay.is_caught() => Some(
                parts
                    .iter()
                    .map(|part| part.any.cut_short(1))
                    .fold(Totals::NOTHING, Totals::beside),
            ),
            State::Parallel(_) => parts
                .iter()
                .try_fold(Totals::NOTHING, |all, part| Some(all.beside(of(part)?))),
            State::Map(map) => {
                let items = items(stay.name, map, self.hints);
                let part = parts.first()?;
                if stay.is_caught() {
                    Some(part.any.per_item(map, items).cut_short(0))
                } else {
                    Some(of(part)?.per_item(map, items))
                }
            }
            _ => Some(Totals::NOTHING),
        }
    }

    /// In how many ways a state can be left in this way.
    fn combinations(&self, name: &str, state: &State, trigger: Trigger<'_>) -> u64 {
        match (state, trigger) {
            (State::Parallel(_), Trigger::Done) => {
                let parts = self.within.get(name).into_iter().flatten();
                parts.map(|part| part.well).fold(1, u64::saturating_mul)
            }
            _ => 1,
        }
    }
}

impl Step {
    fn of(stay: &Stay<'_>) -> Self {
        Self {
            state: stay.name.to_owned(),
            caught: match stay.edge {
                Some(Edge {
                    trigger: Trigger::Caught(errors),
                    ..
                }) => Some(errors.to_vec()),
                _ => None,
            },
        }
    }
}

/// How many items there are, as far as that is known.
fn items(name: &str, map: &MapState, hints: &Hints) -> Span<u64> {
    let most = hints.max_items(name, map);
    let written = map.items.as_ref().is_some_and(serde_json::Value::is_array);
    Span {
        least: most.filter(|_| written).unwrap_or(0),
        most,
    }
}
