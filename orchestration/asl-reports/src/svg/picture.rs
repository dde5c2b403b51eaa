//! What a picture of a level shows, and where.

use super::layout::{self, Line, Point, Route, Size, layout};
use super::text::{even, label, label_size, name_width, note, small_width};
use asl_analysis::graph::{Level, edges, inner_levels, is_callback};
use asl_document::State;

/// The height of a state, and the least width.
pub(super) const STATE: Size = Size {
    width: 96.0,
    height: 44.0,
};
/// What marks where a level begins and ends.
const MARK: Size = Size {
    width: 16.0,
    height: 16.0,
};
const NOTHING: Size = Size {
    width: 0.0,
    height: 0.0,
};
/// Room around the name of a state; the points of a Choice need more.
const ROOM: f64 = 28.0;
const ROOM_OF_CHOICE: f64 = 52.0;
/// What stands above the branches in a frame, around and between them.
const HEAD: f64 = 48.0;
const PADDING: f64 = 12.0;
/// How far a line from a state to itself reaches out.
const SELF: f64 = 22.0;
/// Between that line and what is written on it.
const GAP: f64 = 4.0;

/// What is drawn, from the back to the front.
#[derive(Debug, Clone, Default)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) panels: Vec<Panel>,
    pub(super) lines: Vec<DrawnLine>,
    pub(super) states: Vec<DrawnState>,
    pub(super) marks: Vec<Mark>,
}

/// The room of one branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    pub(super) corner: Point,
    pub(super) size: Size,
    /// How many panels are around it.
    pub(super) depth: usize,
}

#[derive(Debug, Clone)]
pub(super) struct DrawnState {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) comment: Option<String>,
    pub(super) kind: Kind,
    pub(super) corner: Point,
    pub(super) size: Size,
}

/// How a state is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Task,
    Callback,
    Choice,
    Pass,
    Wait,
    Succeed,
    Fail,
    Frame,
}

/// Where a level begins or ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) middle: Point,
    pub(super) ends: bool,
}

#[derive(Debug, Clone)]
pub(super) struct DrawnLine {
    pub(super) points: Vec<Point>,
    pub(super) is_caught: bool,
    /// What is written on it, and the middle of that.
    pub(super) label: Option<(Point, Vec<String>)>,
}

/// A line before it has a place.
struct Edge {
    line: Line,
    is_caught: bool,
    label: Option<Vec<String>>,
}

/// A state before it has a place, with the pictures inside of it.
struct Thing {
    size: Size,
    /// The room on each side for a line to itself.
    beside: f64,
    inside: Vec<Picture>,
}

/// The picture of a level, with all that is inside of its states.
pub(super) fn picture(level: Level<'_>) -> Picture {
    let edges = level_ways(level);
    let ends = edges.iter().any(|edge| edge.line.to == level.states.len() + 1);
    let things: Vec<Thing> = level
        .states
        .iter()
        .enumerate()
        .map(|(index, (name, state))| thing(name, state, &edges, index + 1))
        .collect();
    let mark = layout::Thing {
        size: MARK,
        beside: 0.0,
    };
    let mut places = vec![mark];
    places.extend(things.iter().map(|thing| layout::Thing {
        size: thing.size,
        beside: thing.beside,
    }));
    if ends {
        places.push(mark);
    }
    let between = |edge: &&Edge| !edge.is_to_itself();
    let lines: Vec<Line> = edges.iter().filter(between).map(|edge| edge.line).collect();
    let layout = layout(&places, &lines);

    let mut picture = Picture {
        width: layout.size.width,
        height: layout.size.height,
        ..Picture::default()
    };
    let corner = |index: usize| {
        layout
            .corners
            .get(index)
            .copied()
            .unwrap_or(Point { x: 0.0, y: 0.0 })
    };
    for (index, ends) in [(0, false), (level.states.len() + 1, true)] {
        if index < places.len() {
            let corner = corner(index);
            picture.marks.push(Mark {
                middle: corner.moved(MARK.width / 2.0, MARK.height / 2.0),
                ends,
            });
        }
    }
    for (edge, route) in edges.iter().filter(between).zip(layout.routes) {
        picture.lines.push(edge.drawn(route));
    }
    for (index, ((name, state), thing)) in level.states.iter().zip(things).enumerate() {
        let corner = corner(index + 1);
        for edge in edges
            .iter()
            .filter(|edge| edge.line.from == index + 1 && !between(edge))
        {
            picture.lines.push(to_itself(edge, corner, thing.size));
        }
        picture.states.push(DrawnState {
            name: name.clone(),
            note: note(state),
            comment: comment(state),
            kind: kind(state),
            corner,
            size: thing.size,
        });
        picture.fill(corner, thing);
    }
    picture
}

/// All lines of a level: the mark of its beginning is 0, states count from 1, and the mark of its end is behind them.
fn level_ways(level: Level<'_>) -> Vec<Edge> {
    let position = |name: &str| Some(level.states.get_index_of(name)? + 1);
    let end = level.states.len() + 1;
    let begin = position(level.start_at).map(|to| Edge {
        line: Line {
            from: 0,
            to,
            label: None,
        },
        is_caught: false,
        label: None,
    });
    let states = level.states.values().enumerate().flat_map(|(index, state)| {
        edges(state).into_iter().filter_map(move |edge| {
            let to = match edge.to {
                Some(next) => position(next)?,
                None => end,
            };
            let label = label(state, edge.trigger);
            let line = Line {
                from: index + 1,
                to,
                label: label.as_deref().map(label_size),
            };
            let is_caught = matches!(edge.trigger, asl_analysis::graph::Trigger::Caught(_));
            Some(Edge {
                line,
                is_caught,
                label,
            })
        })
    });
    let mut all: Vec<Edge> = Vec::new();
    for edge in begin.into_iter().chain(states) {
        match all
            .iter_mut()
            .find(|other| other.is_to_itself() && other.line.from == edge.line.from)
        {
            Some(other) if edge.is_to_itself() => other.join(edge),
            _ => all.push(edge),
        }
    }
    all
}

fn thing(name: &str, state: &State, edges: &[Edge], position: usize) -> Thing {
    let inside: Vec<Picture> = inner_levels(state).into_iter().map(picture).collect();
    let room = if let State::Choice(_) = state {
        ROOM_OF_CHOICE
    } else {
        ROOM
    };
    let text = name_width(name).max(small_width(&note(state))) + room;
    let size = if inside.is_empty() {
        Size {
            width: even(text.max(STATE.width)),
            ..STATE
        }
    } else {
        let panels = inside.iter().map(|inner| inner.width + 3.0 * PADDING);
        let height = inside.iter().map(|inner| inner.height).fold(0.0, f64::max);
        Size {
            width: even(text.max(panels.sum::<f64>() + PADDING)),
            height: HEAD + height + 3.0 * PADDING,
        }
    };
    let itself = edges
        .iter()
        .find(|edge| edge.is_to_itself() && edge.line.from == position);
    let label = itself.map(|edge| edge.line.label.unwrap_or(NOTHING));
    Thing {
        size: Size {
            height: size.height.max(label.map_or(0.0, |label| label.height)),
            ..size
        },
        beside: label.map_or(0.0, |label| SELF + GAP + label.width),
        inside,
    }
}

impl Edge {
    fn is_to_itself(&self) -> bool {
        self.line.from == self.line.to
    }

    /// Makes one line of two, which has what is written on both.
    fn join(&mut self, other: Self) {
        let lines = [self.label.take(), other.label];
        let lines: Vec<String> = lines.into_iter().flatten().flatten().collect();
        self.line.label = Some(label_size(&lines));
        self.label = Some(lines);
        self.is_caught &= other.is_caught;
    }

    fn drawn(&self, route: Route) -> DrawnLine {
        DrawnLine {
            points: route.points,
            is_caught: self.is_caught,
            label: route.label.zip(self.label.clone()),
        }
    }
}

/// A line that leaves a state on its right and comes back there.
fn to_itself(edge: &Edge, corner: Point, size: Size) -> DrawnLine {
    let right = corner.moved(size.width, size.height / 2.0);
    let label = edge.line.label.unwrap_or(NOTHING);
    DrawnLine {
        points: vec![
            right.moved(0.0, 8.0),
            right.moved(SELF, 8.0),
            right.moved(SELF, -8.0),
            right.moved(0.0, -8.0),
        ],
        is_caught: edge.is_caught,
        label: edge
            .label
            .clone()
            .map(|lines| (right.moved(SELF + GAP + label.width / 2.0, 0.0), lines)),
    }
}

impl Picture {
    /// Puts the pictures of branches side by side into the frame whose corner that is.
    fn fill(&mut self, corner: Point, thing: Thing) {
        let panels = thing.inside.iter().map(|inner| inner.width + 3.0 * PADDING);
        let unused = thing.size.width - PADDING - panels.sum::<f64>();
        let mut left = corner.x + PADDING;
        let share = unused / f64::from(u16::try_from(thing.inside.len().max(1)).unwrap_or(u16::MAX));
        for inner in thing.inside {
            let panel = Panel {
                corner: Point {
                    x: left,
                    y: corner.y + HEAD,
                },
                size: Size {
                    width: inner.width + 2.0 * PADDING + share,
                    height: thing.size.height - HEAD - PADDING,
                },
                depth: 0,
            };
            self.panels.push(panel);
            left += panel.size.width + PADDING;
            self.put(
                inner,
                panel.corner.moved(PADDING + (share / 2.0).round(), PADDING),
            );
        }
    }

    /// Puts another picture on this one.
    fn put(&mut self, other: Picture, at: Point) {
        let moved = |point: Point| point.moved(at.x, at.y);
        self.panels.extend(other.panels.into_iter().map(|panel| Panel {
            corner: moved(panel.corner),
            depth: panel.depth + 1,
            ..panel
        }));
        self.marks.extend(other.marks.into_iter().map(|mark| Mark {
            middle: moved(mark.middle),
            ..mark
        }));
        self.states
            .extend(other.states.into_iter().map(|state| DrawnState {
                corner: moved(state.corner),
                ..state
            }));
        self.lines.extend(other.lines.into_iter().map(|line| DrawnLine {
            points: line.points.into_iter().map(moved).collect(),
            label: line.label.map(|(middle, lines)| (moved(middle), lines)),
            ..line
        }));
    }
}

impl Point {
    fn moved(self, right: f64, down: f64) -> Self {
        Self {
            x: self.x + right,
            y: self.y + down,
        }
    }
}

fn kind(state: &State) -> Kind {
    match state {
        State::Task(_) if is_callback(state) => Kind::Callback,
        State::Task(_) => Kind::Task,
        State::Parallel(_) | State::Map(_) => Kind::Frame,
        State::Choice(_) => Kind::Choice,
        State::Pass(_) => Kind::Pass,
        State::Wait(_) => Kind::Wait,
        State::Succeed(_) => Kind::Succeed,
        State::Fail(_) => Kind::Fail,
    }
}

fn comment(state: &State) -> Option<String> {
    match state {
        State::Task(task) => task.comment.clone(),
        State::Parallel(parallel) => parallel.comment.clone(),
        State::Map(map) => map.comment.clone(),
        State::Choice(choice) => choice.comment.clone(),
        State::Pass(pass) => pass.comment.clone(),
        State::Wait(wait) => wait.comment.clone(),
        State::Succeed(succeed) => succeed.comment.clone(),
        State::Fail(fail) => fail.comment.clone(),
    }
}
