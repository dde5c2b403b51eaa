//! From layers and columns to places and lines.

use super::{Cell, LAYER_GAP, Layers, Layout, Point, Route, Size, What};

/// Between two lines that begin or end at the same thing, and between them and its corners.
const PORT_GAP: f64 = 16.0;
const CORNER: f64 = 20.0;

pub(super) fn routes(layers: &Layers, columns: &[f64], things: usize) -> Layout {
    let heights: Vec<f64> = layers
        .order
        .iter()
        .map(|layer| {
            layer
                .iter()
                .map(|cell| layers.cell(*cell).size.height)
                .fold(0.0, f64::max)
        })
        .collect();
    let mut top = 0.0;
    let mut tops = Vec::new();
    for height in &heights {
        tops.push(top);
        top += height + LAYER_GAP;
    }
    let places = Places {
        layers,
        columns,
        heights,
        tops,
    };
    let right = |index: usize| places.column(index) + layers.cell(index).half();
    let size = Size {
        width: (0..layers.cells.len()).map(right).fold(0.0, f64::max).ceil(),
        height: (top - LAYER_GAP).max(0.0),
    };
    Layout {
        size,
        corners: (0..things).map(|thing| places.corner(thing)).collect(),
        routes: (0..layers.chains.len())
            .map(|chain| places.route(chain))
            .collect(),
    }
}

struct Places<'a> {
    layers: &'a Layers,
    columns: &'a [f64],
    heights: Vec<f64>,
    tops: Vec<f64>,
}

impl Places<'_> {
    fn column(&self, cell: usize) -> f64 {
        self.columns.get(cell).copied().unwrap_or(0.0)
    }

    fn corner(&self, cell: usize) -> Point {
        let Cell { size, rank, what, .. } = self.layers.cell(cell);
        let top = self.tops.get(rank).copied().unwrap_or(0.0);
        let height = self.heights.get(rank).copied().unwrap_or(0.0);
        Point {
            x: (self.column(cell) - size.width / 2.0).round(),
            y: match what {
                What::Label => (top + (height.min(LAYER_GAP * 2.0) - size.height).max(0.0) / 2.0).round(),
                _ => top,
            },
        }
    }

    fn route(&self, index: usize) -> Route {
        let Some(chain) = self.layers.chains.get(index) else {
            return Route {
                points: Vec::new(),
                label: None,
            };
        };
        let last = chain.cells.len().saturating_sub(1);
        let mut points: Vec<Point> = Vec::new();
        for (step, cell) in chain.cells.iter().enumerate() {
            let own = self.layers.cell(*cell);
            let top = self.tops.get(own.rank).copied().unwrap_or(0.0);
            let bottom = top + self.heights.get(own.rank).copied().unwrap_or(0.0);
            if step == 0 {
                let x = self.port(*cell, index, true);
                let y = top + own.size.height;
                points.push(Point { x, y });
                if bottom > y {
                    points.push(Point { x, y: bottom });
                }
            } else if step == last {
                let x = self.port(*cell, index, false);
                points.push(Point { x, y: top });
            } else {
                let x = self.column(*cell);
                points.push(Point { x, y: top });
                points.push(Point { x, y: bottom });
            }
        }
        if chain.upwards {
            points.reverse();
        }
        let label = chain.label.map(|cell| {
            let (corner, size) = (self.corner(cell), self.layers.cell(cell).size);
            Point {
                x: self.column(cell),
                y: corner.y + size.height / 2.0,
            }
        });
        Route { points, label }
    }

    /// Where a line begins or ends at a thing: as near as it can be to the column that it comes from or goes to, and
    /// beside the other lines there.
    fn port(&self, cell: usize, chain: usize, below: bool) -> f64 {
        let (middle, width) = (self.column(cell), self.layers.cell(cell).size.width);
        let most = (width / 2.0 - CORNER).max(0.0);
        let mut lines: Vec<(f64, usize)> = Vec::new();
        for (index, chain) in self.layers.chains.iter().enumerate() {
            let (end, next) = if below {
                (chain.cells.first(), chain.cells.get(1))
            } else {
                (chain.cells.last(), chain.cells.iter().rev().nth(1))
            };
            if let (Some(end), Some(next)) = (end, next)
                && *end == cell
            {
                lines.push((self.wish(cell, *next, chain.cells.len() == 2), index));
            }
        }
        lines.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let gaps = lines.len().saturating_sub(1);
        let gap = PORT_GAP.min(2.0 * most / number(gaps.max(1)));
        let mut least = middle - most;
        let mut port = middle;
        for (position, (wish, index)) in lines.iter().enumerate() {
            let greatest = middle + most - number(gaps - position) * gap;
            port = wish.max(least).min(greatest);
            if *index == chain {
                break;
            }
            least = port + gap;
        }
        port.round()
    }
}

impl Places<'_> {
    /// Where a line would best begin or end at a thing, to be straight.
    fn wish(&self, cell: usize, toward: usize, meets_a_thing: bool) -> f64 {
        let (own, other) = (self.column(cell), self.column(toward));
        let (width, other_width) = (
            self.layers.cell(cell).size.width,
            self.layers.cell(toward).size.width,
        );
        if !meets_a_thing || other_width * 2.0 < width {
            other
        } else if width * 2.0 < other_width {
            own
        } else {
            f64::midpoint(own, other)
        }
    }
}

fn number(small: usize) -> f64 {
    f64::from(u16::try_from(small).unwrap_or(u16::MAX))
}
