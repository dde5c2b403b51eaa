//! The contents of a picture, and their positions.

use super::layout::{Edge, Node, Point, Route, Size, factor, layout};
use super::text::{even, label, label_size, name_width, note, small_width};
use asl_analysis::graph::{Level, Trigger, edges, inner_levels, is_callback};
use asl_document::State;

/// The height of a state, and its least width.
pub(super) const STATE: Size = Size {
    width: 96.0,
    height: 44.0,
};
/// The marks of a level's beginning and end.
const MARK: Size = Size {
    width: 16.0,
    height: 16.0,
};
const EMPTY: Size = Size {
    width: 0.0,
    height: 0.0,
};
/// Room around the name of a state; the points of a Choice need more.
const ROOM: f64 = 28.0;
const ROOM_OF_CHOICE: f64 = 52.0;
/// The height of a frame's title, and the room around and between the panels in it.
const TITLE: f64 = 48.0;
const PADDING: f64 = 12.0;
/// The extent of a self-loop, and the gap between it and its label.
const LOOP: f64 = 22.0;
const GAP: f64 = 4.0;

/// All that is drawn, from the back to the front.
#[derive(Debug, Clone, Default)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) panels: Vec<Panel>,
    pub(super) edges: Vec<DrawnEdge>,
    pub(super) states: Vec<DrawnState>,
    pub(super) marks: Vec<Mark>,
}

/// The background of one branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    pub(super) corner: Point,
    pub(super) size: Size,
    /// The number of panels around it.
    pub(super) depth: usize,
}

#[derive(Debug, Clone)]
pub(super) struct DrawnState {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) comment: Option<String>,
    pub(super) shape: Shape,
    pub(super) corner: Point,
    pub(super) size: Size,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Task,
    Callback,
    Choice,
    Pass,
    Wait,
    Succeed,
    Fail,
    Frame,
}

/// The beginning or the end of a level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) middle: Point,
    pub(super) is_end: bool,
}

#[derive(Debug, Clone)]
pub(super) struct DrawnEdge {
    pub(super) points: Vec<Point>,
    /// The names of its states; `None` at the beginning and the end of a level.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) is_caught: bool,
    /// The lines of the label, and its middle.
    pub(super) label: Option<(Point, Vec<String>)>,
}

/// An edge without a position.
struct LabelledEdge {
    edge: Edge,
    is_caught: bool,
    label: Option<Vec<String>>,
}

/// A state without a position, with the pictures of the levels inside of it.
struct StateBox {
    node: Node,
    inner: Vec<Picture>,
}

/// The picture of a level and of all levels inside of it, with room for notes of this width.
pub(super) fn picture(level: Level<'_>, note_width: f64) -> Picture {
    let (loops, edges): (Vec<_>, Vec<_>) = level_edges(level).into_iter().partition(LabelledEdge::is_loop);
    let own_loop = |index: usize| loops.iter().find(move |edge| edge.edge.from == index + 1);
    let states = level.states.iter().enumerate();
    let boxes = states.map(|(index, (name, state))| state_box(name, state, own_loop(index), note_width));
    let boxes: Vec<StateBox> = boxes.collect();
    let mark = Node {
        size: MARK,
        margin: 0.0,
    };
    let has_end = edges.iter().any(|edge| edge.edge.to == boxes.len() + 1);
    let mut nodes = vec![mark];
    nodes.extend(boxes.iter().map(|state| state.node));
    nodes.extend(has_end.then_some(mark));
    let lines: Vec<Edge> = edges.iter().map(|edge| edge.edge).collect();
    let layout = layout(&nodes, &lines);

    let mut picture = Picture {
        width: layout.size.width,
        height: layout.size.height,
        ..Picture::default()
    };
    let (begin, corners) = layout.corners.split_at(1);
    let (corners, end) = corners.split_at(boxes.len());
    for (marks, is_end) in [(begin, false), (end, true)] {
        picture.marks.extend(marks.iter().map(|corner| Mark {
            middle: corner.moved(MARK.width / 2.0, MARK.height / 2.0),
            is_end,
        }));
    }
    let drawn = edges.into_iter().zip(layout.routes);
    picture
        .edges
        .extend(drawn.map(|(edge, route)| edge.drawn(route, level)));
    let states = level.states.iter().zip(boxes).zip(corners).enumerate();
    for (index, (((name, state), state_box), corner)) in states {
        let size = state_box.node.size;
        picture
            .edges
            .extend(own_loop(index).map(|edge| edge.drawn_loop(*corner, size, name)));
        picture.states.push(DrawnState {
            name: name.clone(),
            note: note(state),
            comment: comment(state),
            shape: shape(state),
            corner: *corner,
            size,
        });
        picture.fill(*corner, size, state_box.inner);
    }
    picture
}

/// All edges of a level. Node 0 is the mark of its beginning, then come the states, and last the mark of its end. Each
/// state has at most one self-loop.
fn level_edges(level: Level<'_>) -> Vec<LabelledEdge> {
    let position = |name: &str| Some(level.states.get_index_of(name)? + 1);
    let begin = position(level.start_at).map(|to| LabelledEdge::new(0, to, None, false));
    let states = level.states.values().enumerate().flat_map(|(index, state)| {
        edges(state).into_iter().filter_map(move |edge| {
            let to = edge.to.map_or(Some(level.states.len() + 1), position)?;
            let is_caught = matches!(edge.trigger, Trigger::Caught(_));
            Some(LabelledEdge::new(index + 1, to, label(edge.trigger), is_caught))
        })
    });
    let mut all: Vec<LabelledEdge> = Vec::new();
    for edge in begin.into_iter().chain(states) {
        let same = |other: &&mut LabelledEdge| other.is_loop() && other.edge.from == edge.edge.from;
        match all.iter_mut().find(same) {
            Some(other) if edge.is_loop() => other.join(edge),
            _ => all.push(edge),
        }
    }
    all
}

fn state_box(name: &str, state: &State, own_loop: Option<&LabelledEdge>, note_width: f64) -> StateBox {
    let inner: Vec<Picture> = inner_levels(state)
        .into_iter()
        .map(|level| picture(level, note_width))
        .collect();
    let room = if let State::Choice(_) = state {
        ROOM_OF_CHOICE
    } else {
        ROOM
    };
    let text = name_width(name).max(small_width(&note(state))).max(note_width) + room;
    let size = if inner.is_empty() {
        Size {
            width: even(text.max(STATE.width)),
            ..STATE
        }
    } else {
        let height = inner.iter().map(|picture| picture.height).fold(0.0, f64::max);
        Size {
            width: even(text.max(panel_widths(&inner) + PADDING)),
            height: TITLE + height + 3.0 * PADDING,
        }
    };
    let label = own_loop.map(|edge| edge.edge.label.unwrap_or(EMPTY));
    let node = Node {
        size: Size {
            height: size.height.max(label.map_or(0.0, |label| label.height)),
            ..size
        },
        margin: label.map_or(0.0, |label| LOOP + GAP + label.width),
    };
    StateBox { node, inner }
}

/// The width of all panels of a frame, each with the padding on its left.
fn panel_widths(inner: &[Picture]) -> f64 {
    inner.iter().map(|picture| picture.width + 3.0 * PADDING).sum()
}

impl LabelledEdge {
    fn new(from: usize, to: usize, label: Option<Vec<String>>, is_caught: bool) -> Self {
        let size = label.as_deref().map(label_size);
        Self {
            edge: Edge {
                from,
                to,
                label: size,
            },
            is_caught,
            label,
        }
    }

    fn is_loop(&self) -> bool {
        self.edge.from == self.edge.to
    }

    /// Makes one edge of two, with the labels of both.
    fn join(&mut self, other: Self) {
        let labels = [self.label.take(), other.label];
        let lines = labels.into_iter().flatten().flatten().collect();
        *self = Self::new(
            self.edge.from,
            self.edge.to,
            Some(lines),
            self.is_caught && other.is_caught,
        );
    }

    fn drawn(self, route: Route, level: Level<'_>) -> DrawnEdge {
        let name = |node: usize| {
            let (name, _) = level.states.get_index(node.checked_sub(1)?)?;
            Some(name.clone())
        };
        DrawnEdge {
            points: route.points,
            from: name(self.edge.from),
            to: name(self.edge.to),
            is_caught: self.is_caught,
            label: route.label.zip(self.label),
        }
    }

    /// A self-loop leaves its state on the right and comes back there.
    fn drawn_loop(&self, corner: Point, size: Size, name: &str) -> DrawnEdge {
        let right = corner.moved(size.width, size.height / 2.0);
        let width = self.edge.label.map_or(0.0, |label| label.width);
        DrawnEdge {
            points: vec![
                right.moved(0.0, 8.0),
                right.moved(LOOP, 8.0),
                right.moved(LOOP, -8.0),
                right.moved(0.0, -8.0),
            ],
            from: Some(name.to_owned()),
            to: Some(name.to_owned()),
            is_caught: self.is_caught,
            label: self
                .label
                .clone()
                .map(|lines| (right.moved(LOOP + GAP + width / 2.0, 0.0), lines)),
        }
    }
}

impl Picture {
    /// Puts the pictures of the branches side by side into the frame with this corner.
    fn fill(&mut self, corner: Point, size: Size, inner: Vec<Picture>) {
        let unused = size.width - PADDING - panel_widths(&inner);
        let share = unused / factor(inner.len().max(1));
        let mut left = corner.x + PADDING;
        for picture in inner {
            let panel = Panel {
                corner: Point {
                    x: left,
                    y: corner.y + TITLE,
                },
                size: Size {
                    width: picture.width + 2.0 * PADDING + share,
                    height: size.height - TITLE - PADDING,
                },
                depth: 0,
            };
            self.panels.push(panel);
            left += panel.size.width + PADDING;
            let centred = PADDING + (share / 2.0).round();
            self.put(picture, panel.corner.moved(centred, PADDING));
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
        self.edges.extend(other.edges.into_iter().map(|edge| DrawnEdge {
            points: edge.points.into_iter().map(moved).collect(),
            label: edge.label.map(|(middle, lines)| (moved(middle), lines)),
            ..edge
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

fn shape(state: &State) -> Shape {
    match state {
        State::Task(_) if is_callback(state) => Shape::Callback,
        State::Task(_) => Shape::Task,
        State::Parallel(_) | State::Map(_) => Shape::Frame,
        State::Choice(_) => Shape::Choice,
        State::Pass(_) => Shape::Pass,
        State::Wait(_) => Shape::Wait,
        State::Succeed(_) => Shape::Succeed,
        State::Fail(_) => Shape::Fail,
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
