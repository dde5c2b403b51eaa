//! Coordinate assignment: the horizontal position of each cell.

use super::{Cell, CellKind, GAP, Layers, factor};

/// The number of sweeps over all layers, down and up in turn.
const SWEEPS: usize = 80;

/// The weight of a cell without neighbours, which stays where it is.
const UNCONNECTED: f64 = 0.1;

/// A preferred position, and its weight against those of the other cells in the layer.
type Preference = (f64, f64);

/// The middle of each cell. Cells of a layer do not overlap; beyond that, neighbours are near each other.
pub(super) fn columns(layers: &Layers) -> Vec<f64> {
    let mut columns = vec![0.0; layers.cells.len()];
    for layer in &layers.order {
        spread(layers, layer, &mut columns, &vec![(0.0, 1.0); layer.len()]);
    }
    let (above, below) = layers.neighbours();
    for sweep in 0..layers.sweeps(SWEEPS) {
        let is_down = sweep % 2 == 0;
        let is_rough = sweep < SWEEPS / 4;
        let count = layers.order.len();
        for step in 0..count {
            let layer = &layers.order[if is_down { step } else { count - 1 - step }];
            let preference = |cell: &usize| {
                let (above, below) = (&above[*cell], &below[*cell]);
                match (is_down, is_rough) {
                    (true, true) if !above.is_empty() => preference(layers, *cell, above, &columns),
                    (false, true) if !below.is_empty() => preference(layers, *cell, below, &columns),
                    _ => preference(layers, *cell, above.iter().chain(below), &columns),
                }
            };
            let preferences: Vec<Preference> = layer.iter().map(preference).collect();
            spread(layers, layer, &mut columns, &preferences);
        }
    }
    straighten(layers, &mut columns);
    let left = |(cell, column): (&Cell, &f64)| column - cell.half();
    let leftmost = layers.cells.iter().zip(&columns).map(left);
    let leftmost = leftmost.fold(f64::INFINITY, f64::min);
    columns.iter().map(|column| (column - leftmost).round()).collect()
}

/// The weighted mean of the neighbours' positions. Straight long edges have the greatest weight.
fn preference<'a>(
    layers: &Layers,
    cell: usize,
    neighbours: impl IntoIterator<Item = &'a usize>,
    columns: &[f64],
) -> Preference {
    let own = layers.cells[cell].kind;
    let (mut sum, mut weights) = (0.0, 0.0);
    for other in neighbours {
        let weight = match (own, layers.cells[*other].kind) {
            (CellKind::Node, CellKind::Node) => 2.0,
            (CellKind::Node, _) | (_, CellKind::Node) => 1.0,
            _ => 8.0,
        };
        sum += weight * columns[*other];
        weights += weight;
    }
    if weights > 0.0 {
        (sum / weights, weights)
    } else {
        (columns[cell], UNCONNECTED)
    }
}

/// Gives the bends of an edge one column, for as many consecutive layers as have room for that.
fn straighten(layers: &Layers, columns: &mut [f64]) {
    for chain in &layers.chains {
        let mut rest = &chain.cells[1..chain.cells.len() - 1];
        while !rest.is_empty() {
            let mut range = (f64::NEG_INFINITY, f64::INFINITY);
            let mut length = 0;
            for cell in rest {
                let (min, max) = free_range(layers, *cell, columns);
                let both = (range.0.max(min), range.1.min(max));
                if length > 0 && both.0 > both.1 {
                    break;
                }
                range = both;
                length += 1;
            }
            let (straight, behind) = rest.split_at(length);
            let sum: f64 = straight.iter().map(|cell| columns[*cell]).sum();
            let column = (sum / factor(length)).max(range.0).min(range.1);
            for cell in straight {
                columns[*cell] = column;
            }
            rest = behind;
        }
    }
}

/// The least and the greatest column of a cell between its neighbours in the layer.
fn free_range(layers: &Layers, cell: usize, columns: &[f64]) -> (f64, f64) {
    let distance = |other: usize| layers.cells[other].half() + GAP + layers.cells[cell].half();
    let mut layer = layers.order[layers.cells[cell].rank].iter();
    let before = layer.by_ref().take_while(|other| **other != cell).last();
    (
        before.map_or(f64::NEG_INFINITY, |other| columns[*other] + distance(*other)),
        layer
            .next()
            .map_or(f64::INFINITY, |other| columns[*other] - distance(*other)),
    )
}

/// Moves the cells of a layer as near to their preferences as their widths and their order allow: least squares under
/// minimum distances, which is an isotonic regression once the distances are subtracted.
fn spread(layers: &Layers, layer: &[usize], columns: &mut [f64], preferences: &[Preference]) {
    struct Block {
        sum: f64,
        weight: f64,
        cells: usize,
    }

    let mut offsets = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let (mut offset, mut half) = (0.0, 0.0);
    for (index, (cell, (preferred, weight))) in layer.iter().zip(preferences).enumerate() {
        let own = layers.cells[*cell].half();
        offset += if index == 0 { 0.0 } else { half + GAP + own };
        half = own;
        offsets.push(offset);
        let mut block = Block {
            sum: (preferred - offset) * weight,
            weight: *weight,
            cells: 1,
        };
        while let Some(before) = blocks.pop_if(|before| before.sum * block.weight > block.sum * before.weight)
        {
            block.sum += before.sum;
            block.weight += before.weight;
            block.cells += before.cells;
        }
        blocks.push(block);
    }
    let middles = blocks
        .iter()
        .flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.cells));
    for ((cell, offset), middle) in layer.iter().zip(offsets).zip(middles) {
        columns[*cell] = middle + offset;
    }
}
