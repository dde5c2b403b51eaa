//! Layered graph layout, from top to bottom.
//!
//! The steps are those of [Sugiyama's method](https://en.wikipedia.org/wiki/Layered_graph_drawing): layer assignment
//! (`ranks`), crossing reduction (`order`), coordinate assignment (`columns`) and edge routing (`routes`). An edge that
//! spans layers has a cell of its own in each of them, and its label is a cell as well. So edges run straight down
//! through the layers and turn only between them: they cross nothing but other edges.
//!
//! No layout library is used: the ports of dagre to Rust are young, and align the nodes of a layer by their middles, so
//! that edges cut the corners of tall frames.
#![expect(
    clippy::indexing_slicing,
    reason = "an index that this layout gave to a node, an edge or a cell is valid in all its vectors"
)]

mod columns;
mod order;
mod ranks;
mod routes;

/// The distance between the cells of a layer, and between layers.
const GAP: f64 = 20.0;
const LAYER_GAP: f64 = 30.0;

/// The most cells that are moved over all sweeps.
const MAX_MOVES: usize = 400_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) size: Size,
    /// Additional room on each side, where no edge begins or ends.
    pub(super) margin: f64,
}

/// An edge between two nodes, by their index, with the size of its label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: Option<Size>,
}

/// The line of an edge.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Between each two of them it runs straight down, or turns from one column to another.
    pub(super) points: Vec<Point>,
    /// The middle of the label.
    pub(super) label: Option<Point>,
}

#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) size: Size,
    /// The upper left corners of the nodes.
    pub(super) corners: Vec<Point>,
    pub(super) routes: Vec<Route>,
}

/// A rectangle in a layer.
#[derive(Debug, Clone, Copy)]
struct Cell {
    size: Size,
    margin: f64,
    /// The index of the layer.
    rank: usize,
    kind: CellKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellKind {
    Node,
    Label,
    /// An edge that passes the layer.
    Bend,
}

/// The cells of an edge, from top to bottom: its nodes, and one in each layer between them.
#[derive(Debug, Clone)]
struct Chain {
    cells: Vec<usize>,
    /// Whether the edge leads from the bottom to the top.
    is_reversed: bool,
    label: Option<usize>,
}

struct Layers {
    /// First those of the nodes.
    cells: Vec<Cell>,
    /// One per edge.
    chains: Vec<Chain>,
    /// The cells of each layer from left to right.
    order: Vec<Vec<usize>>,
}

impl Cell {
    /// Half of its width, the margin included.
    fn half(self) -> f64 {
        self.size.width / 2.0 + self.margin
    }
}

impl Layers {
    /// The number of sweeps over all layers: fewer in graphs that are too large to be looked at.
    fn sweeps(&self, wanted: usize) -> usize {
        wanted.min(MAX_MOVES / self.cells.len().max(1))
    }

    /// For each cell its neighbours in the layer above, and in the one below.
    fn neighbours(&self) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let none = vec![Vec::new(); self.cells.len()];
        let (mut above, mut below) = (none.clone(), none);
        for chain in &self.chains {
            for (upper, lower) in chain.cells.iter().zip(&chain.cells[1..]) {
                above[*lower].push(*upper);
                below[*upper].push(*lower);
            }
        }
        (above, below)
    }
}

/// Positions for all nodes and edges. Layers are ordered as a search from the first node reaches them.
pub(super) fn layout(nodes: &[Node], edges: &[Edge]) -> Layout {
    let mut layers = ranks::layers(nodes, edges);
    order::order(&mut layers);
    let columns = columns::columns(&layers);
    routes::routes(&layers, &columns, nodes.len())
}

/// A small number of things as a factor.
pub(super) fn factor(count: usize) -> f64 {
    f64::from(u16::try_from(count).unwrap_or(u16::MAX))
}
