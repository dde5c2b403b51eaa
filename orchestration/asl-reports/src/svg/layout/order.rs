//! The order of each layer from left to right.

use super::Layers;

/// How often all layers are put in order after their neighbours. It is the best order of all that is kept.
const SWEEPS: usize = 12;

/// Finds an order with few crossings: each cell near the middle of the cells that lines lead to.
pub(super) fn order(layers: &mut Layers) {
    let (above, below) = layers.neighbours();
    layers.order = as_reached(layers, &below);
    if layers.sweeps(SWEEPS) < SWEEPS {
        return;
    }
    let mut best = (crossings(&layers.order, &below), layers.order.clone());
    for sweep in 0..SWEEPS {
        let count = layers.order.len();
        for step in 1..count {
            let (rank, toward, neighbours) = if sweep % 2 == 0 {
                (step, step - 1, &above)
            } else {
                (count - 1 - step, count - step, &below)
            };
            let positions = positions(
                layers.order.get(toward).map_or(&[], Vec::as_slice),
                neighbours.len(),
            );
            if let Some(layer) = layers.order.get_mut(rank) {
                sort(layer, &positions, neighbours);
            }
        }
        let crossed = crossings(&layers.order, &below);
        if crossed < best.0 {
            best = (crossed, layers.order.clone());
        }
    }
    layers.order = best.1;
}

/// Each layer in the order in which its cells are reached along the lines, as they are written.
fn as_reached(layers: &Layers, below: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut ordered = vec![Vec::new(); layers.order.len()];
    let mut seen = vec![false; below.len()];
    for first in 0..below.len() {
        let mut open = vec![first];
        while let Some(cell) = open.pop() {
            let Some(seen) = seen.get_mut(cell) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            if let Some(layer) = ordered.get_mut(layers.cell(cell).rank) {
                layer.push(cell);
            }
            open.extend(below.get(cell).into_iter().flatten().rev());
        }
    }
    ordered
}

fn positions(layer: &[usize], cells: usize) -> Vec<Option<usize>> {
    let mut positions = vec![None; cells];
    for (position, cell) in layer.iter().enumerate() {
        if let Some(known) = positions.get_mut(*cell) {
            *known = Some(position);
        }
    }
    positions
}

/// Cells without neighbours stay where they are, between those that move.
fn sort(layer: &mut [usize], positions: &[Option<usize>], neighbours: &[Vec<usize>]) {
    let middle = |cell: usize| {
        let cells = neighbours.get(cell)?.iter();
        let positions: Vec<usize> = cells
            .filter_map(|cell| positions.get(*cell).copied().flatten())
            .collect();
        // In 840ths, which every small number of neighbours divides.
        let count = positions.len();
        (count > 0).then(|| positions.iter().sum::<usize>() * 840 / count)
    };
    let middles: Vec<Option<usize>> = layer.iter().map(|cell| middle(*cell)).collect();
    let mut movable: Vec<(usize, usize)> = layer
        .iter()
        .zip(&middles)
        .filter_map(|(cell, middle)| Some((middle.as_ref().copied()?, *cell)))
        .collect();
    movable.sort_by_key(|(middle, _)| *middle);
    let mut movable = movable.into_iter();
    for (cell, middle) in layer.iter_mut().zip(&middles) {
        if middle.is_some()
            && let Some((_, next)) = movable.next()
        {
            *cell = next;
        }
    }
}

fn crossings(layers: &[Vec<usize>], below: &[Vec<usize>]) -> usize {
    let between = |(upper, lower): (&Vec<usize>, &Vec<usize>)| {
        let positions = positions(lower, below.len());
        let ends: Vec<Vec<usize>> = upper
            .iter()
            .map(|cell| {
                let cells = below.get(*cell).into_iter().flatten();
                cells
                    .filter_map(|cell| positions.get(*cell).copied().flatten())
                    .collect()
            })
            .collect();
        let crossed = ends.iter().enumerate().map(|(index, left)| {
            let right = ends.iter().skip(index + 1).flatten();
            right
                .map(|right| left.iter().filter(|left| *left > right).count())
                .sum::<usize>()
        });
        crossed.sum::<usize>()
    };
    layers.iter().zip(layers.iter().skip(1)).map(between).sum()
}
