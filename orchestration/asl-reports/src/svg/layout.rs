//! Where things stand, and how lines run between them: in layers, from top to bottom.
//!
//! Each thing is one layer below whatever leads to it. What a line passes on its way, and what is written on it, has
//! a place of its own in each layer, so that lines run straight down through the layers and turn only between them:
//! nothing is ever crossed but other lines.
//!
//! No library of layouts is used. The ports of dagre to Rust are young, and set things in a layer by their middles:
//! then lines cut the corners of tall frames.

mod columns;
mod order;
mod ranks;
mod routes;

/// Between things of a layer, and between layers.
const GAP: f64 = 20.0;
const LAYER_GAP: f64 = 30.0;

#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// So many cells are moved at the most, over all sweeps.
const MOST_SWEPT: usize = 400_000;

/// Something that has a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    pub(super) size: Size,
    /// The room that it needs on each side besides, where no line begins or ends.
    pub(super) beside: f64,
}

/// A line between two things, by their position, with the size of what is written on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: Option<Size>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// How a line runs.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Between each two of them it runs straight down, or turns from one column to another.
    pub(super) points: Vec<Point>,
    /// The middle of what is written on it.
    pub(super) label: Option<Point>,
}

/// Where all is.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) size: Size,
    /// The upper left corners of the things.
    pub(super) corners: Vec<Point>,
    pub(super) routes: Vec<Route>,
}

/// What has a place in a layer.
#[derive(Debug, Clone, Copy)]
struct Cell {
    size: Size,
    beside: f64,
    rank: usize,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Thing,
    /// What is written on a line.
    Label,
    /// A line that passes.
    Bend,
}

/// The way of a line through the layers, from top to bottom.
#[derive(Debug, Clone)]
struct Chain {
    cells: Vec<usize>,
    /// Whether the line leads from the bottom to the top.
    upwards: bool,
    label: Option<usize>,
}

/// Cells, and the ways of lines through them.
struct Layers {
    cells: Vec<Cell>,
    chains: Vec<Chain>,
    /// The cells of each layer from left to right.
    order: Vec<Vec<usize>>,
}

impl Cell {
    /// How far it reaches from its middle.
    fn half(self) -> f64 {
        self.size.width / 2.0 + self.beside
    }
}

impl Layers {
    fn cell(&self, index: usize) -> Cell {
        self.cells.get(index).copied().unwrap_or(NOWHERE)
    }

    /// How often all layers are gone through: less often where there are more cells than anyone can look at.
    fn sweeps(&self, wanted: usize) -> usize {
        wanted.min(MOST_SWEPT / self.cells.len().max(1))
    }

    /// For each cell the cells that lines lead to in the layer above, and in the one below.
    fn neighbours(&self) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let (mut above, mut below) = (
            vec![Vec::new(); self.cells.len()],
            vec![Vec::new(); self.cells.len()],
        );
        for chain in &self.chains {
            for (upper, lower) in chain.cells.iter().zip(chain.cells.iter().skip(1)) {
                if let (Some(above), Some(below)) = (above.get_mut(*lower), below.get_mut(*upper)) {
                    above.push(*upper);
                    below.push(*lower);
                }
            }
        }
        (above, below)
    }
}

const NOWHERE: Cell = Cell {
    size: Size {
        width: 0.0,
        height: 0.0,
    },
    beside: 0.0,
    rank: 0,
    what: What::Bend,
};

/// Finds a place for everything. The first thing is where all begins.
pub(super) fn layout(things: &[Thing], lines: &[Line]) -> Layout {
    let mut layers = ranks::layers(things, lines);
    order::order(&mut layers);
    let columns = columns::columns(&layers);
    routes::routes(&layers, &columns, things.len())
}
