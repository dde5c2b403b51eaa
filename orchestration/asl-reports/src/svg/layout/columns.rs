//! How far from the left everything is.

use super::{Cell, GAP, Layers, What};

/// How often each layer is moved toward its neighbours.
const SWEEPS: usize = 80;

/// How much a cell that no line leads to would like to stay.
const ALONE: f64 = 0.1;

/// The middle of each cell. Within a layer nothing overlaps; beyond that, what lines connect is near each other.
pub(super) fn columns(layers: &Layers) -> Vec<f64> {
    let mut columns = vec![0.0; layers.cells.len()];
    for layer in &layers.order {
        let wishes = vec![(0.0, 1.0); layer.len()];
        spread(layers, layer, &mut columns, &wishes);
    }
    let (above, below) = layers.neighbours();
    for sweep in 0..layers.sweeps(SWEEPS) {
        let down = sweep % 2 == 0;
        let rough = sweep < SWEEPS / 4;
        let count = layers.order.len();
        for step in 0..count {
            let rank = if down { step } else { count - 1 - step };
            let Some(layer) = layers.order.get(rank) else {
                continue;
            };
            let wish = |cell: &usize| {
                let above = above.get(*cell).map_or(&[][..], Vec::as_slice);
                let below = below.get(*cell).map_or(&[][..], Vec::as_slice);
                match (down, rough) {
                    (true, true) if !above.is_empty() => wish(layers, *cell, above.iter(), &columns),
                    (false, true) if !below.is_empty() => wish(layers, *cell, below.iter(), &columns),
                    _ => wish(layers, *cell, above.iter().chain(below), &columns),
                }
            };
            let wishes: Vec<(f64, f64)> = layer.iter().map(wish).collect();
            spread(layers, layer, &mut columns, &wishes);
        }
    }
    straighten(layers, &mut columns);
    let left = |(index, column): (usize, &f64)| column - layers.cell(index).half();
    let leftmost = columns.iter().enumerate().map(left).fold(f64::INFINITY, f64::min);
    columns.iter().map(|column| (column - leftmost).round()).collect()
}

/// Where a cell would like to be, and how much. Long lines would like to be straight most of all.
fn wish<'a>(
    layers: &Layers,
    cell: usize,
    neighbours: impl Iterator<Item = &'a usize>,
    columns: &[f64],
) -> (f64, f64) {
    let column = |cell: usize| columns.get(cell).copied().unwrap_or(0.0);
    let own = layers.cell(cell);
    let weight = |other: Cell| match (own.what, other.what) {
        (What::Thing, What::Thing) => 2.0,
        (What::Thing, _) | (_, What::Thing) => 1.0,
        _ => 8.0,
    };
    let (mut sum, mut weights) = (0.0, 0.0);
    for other in neighbours {
        let weight = weight(layers.cell(*other));
        sum += weight * column(*other);
        weights += weight;
    }
    if weights > 0.0 {
        (sum / weights, weights)
    } else {
        (column(cell), ALONE)
    }
}

/// Gives the bends of a line one column, for as many layers in a row as there is room for that.
fn straighten(layers: &Layers, columns: &mut [f64]) {
    for chain in &layers.chains {
        let mut rest = chain.cells.get(1..chain.cells.len() - 1).unwrap_or_default();
        while !rest.is_empty() {
            let mut range = (f64::NEG_INFINITY, f64::INFINITY);
            let mut length = 0;
            for cell in rest {
                let (least, greatest) = free(layers, *cell, columns);
                let both = (range.0.max(least), range.1.min(greatest));
                if length > 0 && both.0 > both.1 {
                    break;
                }
                range = both;
                length += 1;
            }
            let (straight, behind) = rest.split_at(length);
            let wishes: f64 = straight.iter().filter_map(|cell| columns.get(*cell)).sum();
            let count = f64::from(u16::try_from(length).unwrap_or(u16::MAX));
            let column = (wishes / count).max(range.0).min(range.1);
            for cell in straight {
                if let Some(own) = columns.get_mut(*cell) {
                    *own = column;
                }
            }
            rest = behind;
        }
    }
}

/// From where to where a cell may move between its neighbours.
fn free(layers: &Layers, cell: usize, columns: &[f64]) -> (f64, f64) {
    let layer = layers
        .order
        .get(layers.cell(cell).rank)
        .map_or(&[][..], Vec::as_slice);
    let position = layer.iter().position(|other| *other == cell).unwrap_or(0);
    let half = |cell: usize| layers.cell(cell).half();
    let beside = |other: Option<&usize>, side: f64| {
        let other = *other?;
        Some(columns.get(other)? + side * (half(other) + GAP + half(cell)))
    };
    let before = position.checked_sub(1).and_then(|before| layer.get(before));
    (
        beside(before, 1.0).unwrap_or(f64::NEG_INFINITY),
        beside(layer.get(position + 1), -1.0).unwrap_or(f64::INFINITY),
    )
}

/// Puts the cells of a layer as near to their wishes as their widths and their order allow: least squares under
/// distances, which is an isotonic regression once the distances are taken off.
fn spread(layers: &Layers, layer: &[usize], columns: &mut [f64], wishes: &[(f64, f64)]) {
    struct Block {
        sum: f64,
        weight: f64,
        cells: usize,
    }

    let mut offsets = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let (mut offset, mut half) = (0.0, 0.0);
    for (index, (cell, (wish, weight))) in layer.iter().zip(wishes).enumerate() {
        let own = layers.cell(*cell).half();
        offset += if index == 0 { 0.0 } else { half + GAP + own };
        half = own;
        offsets.push(offset);
        let mut block = Block {
            sum: (wish - offset) * weight,
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
        if let Some(column) = columns.get_mut(*cell) {
            *column = middle + offset;
        }
    }
}
