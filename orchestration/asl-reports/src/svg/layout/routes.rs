//! Edge routing: from layers and columns to positions and lines.

use super::{Cell, CellKind, LAYER_GAP, Layers, Layout, Point, Route, Size, factor};

/// The distance between the ends of two edges at a node, and between them and the node's corners.
const PORT_GAP: f64 = 16.0;
const CORNER: f64 = 20.0;

pub(super) fn routes(layers: &Layers, columns: &[f64], nodes: usize) -> Layout {
    let mut bands = Vec::new();
    let mut top = 0.0;
    for layer in &layers.order {
        let heights = layer.iter().map(|cell| layers.cells[*cell].size.height);
        let height = heights.fold(0.0, f64::max);
        bands.push(Band { top, height });
        top += height + LAYER_GAP;
    }
    let router = Router {
        layers,
        columns,
        bands,
    };
    let right = |(cell, column): (&Cell, &f64)| column + cell.half();
    let rights = layers.cells.iter().zip(columns).map(right);
    Layout {
        size: Size {
            width: rights.fold(0.0, f64::max).ceil(),
            height: (top - LAYER_GAP).max(0.0),
        },
        corners: (0..nodes).map(|node| router.corner(node)).collect(),
        routes: (0..layers.chains.len()).map(|edge| router.route(edge)).collect(),
    }
}

/// The vertical extent of a layer.
#[derive(Clone, Copy)]
struct Band {
    top: f64,
    height: f64,
}

struct Router<'a> {
    layers: &'a Layers,
    columns: &'a [f64],
    /// By rank.
    bands: Vec<Band>,
}

impl Router<'_> {
    fn corner(&self, cell: usize) -> Point {
        let Cell { size, rank, kind, .. } = self.layers.cells[cell];
        let Band { top, height } = self.bands[rank];
        Point {
            x: (self.columns[cell] - size.width / 2.0).round(),
            y: match kind {
                CellKind::Label => (top + (height.min(LAYER_GAP * 2.0) - size.height).max(0.0) / 2.0).round(),
                _ => top,
            },
        }
    }

    fn route(&self, edge: usize) -> Route {
        let chain = &self.layers.chains[edge];
        let last = chain.cells.len() - 1;
        let mut points: Vec<Point> = Vec::new();
        for (step, cell) in chain.cells.iter().enumerate() {
            let own = self.layers.cells[*cell];
            let Band { top, height } = self.bands[own.rank];
            let bottom = top + height;
            if step == 0 {
                let x = self.port(*cell, edge, true);
                let y = top + own.size.height;
                points.push(Point { x, y });
                if bottom > y {
                    points.push(Point { x, y: bottom });
                }
            } else if step == last {
                let x = self.port(*cell, edge, false);
                points.push(Point { x, y: top });
            } else {
                let x = self.columns[*cell];
                points.push(Point { x, y: top });
                points.push(Point { x, y: bottom });
            }
        }
        if chain.is_reversed {
            points.reverse();
        }
        let label = chain.label.map(|cell| Point {
            x: self.columns[cell],
            y: self.corner(cell).y + self.layers.cells[cell].size.height / 2.0,
        });
        Route { points, label }
    }

    /// The column in which an edge meets a node: as near as possible to its next cell, and beside the other edges.
    fn port(&self, node: usize, edge: usize, is_below: bool) -> f64 {
        let (middle, width) = (self.columns[node], self.layers.cells[node].size.width);
        let reach = (width / 2.0 - CORNER).max(0.0);
        let mut ends: Vec<(f64, usize)> = Vec::new();
        for (index, chain) in self.layers.chains.iter().enumerate() {
            let last = chain.cells.len() - 1;
            let (end, next) = if is_below { (0, 1) } else { (last, last - 1) };
            if chain.cells[end] == node {
                ends.push((self.preference(node, chain.cells[next], last == 1), index));
            }
        }
        ends.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let gaps = ends.len().saturating_sub(1);
        let gap = PORT_GAP.min(2.0 * reach / factor(gaps.max(1)));
        let mut min = middle - reach;
        let mut port = middle;
        for (position, (preferred, index)) in ends.iter().enumerate() {
            let max = middle + reach - factor(gaps - position) * gap;
            port = preferred.max(min).min(max);
            if *index == edge {
                break;
            }
            min = port + gap;
        }
        port.round()
    }

    /// The column in which an edge would be straight.
    fn preference(&self, node: usize, next: usize, is_node: bool) -> f64 {
        let (own, other) = (self.columns[node], self.columns[next]);
        let width = |cell: usize| self.layers.cells[cell].size.width;
        if !is_node || width(next) * 2.0 < width(node) {
            other
        } else if width(node) * 2.0 < width(next) {
            own
        } else {
            f64::midpoint(own, other)
        }
    }
}
