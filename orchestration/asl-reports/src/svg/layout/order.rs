//! Crossing reduction: the order of each layer from left to right.

use super::Layers;

/// The number of sweeps over all layers, down and up in turn.
const SWEEPS: usize = 12;

/// Orders each layer by the barycentres of the cells' neighbours, and takes the order with the fewest crossings.
pub(super) fn order(layers: &mut Layers) {
    let (above, below) = layers.neighbours();
    layers.order = search_order(layers, &below);
    if layers.sweeps(SWEEPS) < SWEEPS {
        return;
    }
    let mut best = (crossings(&layers.order, &below), layers.order.clone());
    for sweep in 0..SWEEPS {
        let count = layers.order.len();
        for step in 1..count {
            let (rank, fixed, neighbours) = if sweep % 2 == 0 {
                (step, step - 1, &above)
            } else {
                (count - 1 - step, count - step, &below)
            };
            let positions = positions(&layers.order[fixed], neighbours.len());
            sort(&mut layers.order[rank], &positions, neighbours);
        }
        let crossed = crossings(&layers.order, &below);
        if crossed < best.0 {
            best = (crossed, layers.order.clone());
        }
    }
    layers.order = best.1;
}

/// Each layer in the order in which a depth-first search along the edges, as they are written, reaches its cells.
fn search_order(layers: &Layers, below: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut ordered = vec![Vec::new(); layers.order.len()];
    let mut seen = vec![false; below.len()];
    for first in 0..below.len() {
        let mut open = vec![first];
        while let Some(cell) = open.pop() {
            if !std::mem::replace(&mut seen[cell], true) {
                ordered[layers.cells[cell].rank].push(cell);
                open.extend(below[cell].iter().rev());
            }
        }
    }
    ordered
}

/// By cell, the position in a layer.
fn positions(layer: &[usize], cells: usize) -> Vec<Option<usize>> {
    let mut positions = vec![None; cells];
    for (position, cell) in layer.iter().enumerate() {
        positions[*cell] = Some(position);
    }
    positions
}

/// Cells without neighbours stay where they are, between those that move.
fn sort(layer: &mut [usize], positions: &[Option<usize>], neighbours: &[Vec<usize>]) {
    let barycentre = |cell: usize| {
        let positions: Vec<usize> = neighbours[cell]
            .iter()
            .filter_map(|cell| positions[*cell])
            .collect();
        // In 840ths, which every small number of neighbours divides.
        let count = positions.len();
        (count > 0).then(|| positions.iter().sum::<usize>() * 840 / count)
    };
    let barycentres: Vec<Option<usize>> = layer.iter().map(|cell| barycentre(*cell)).collect();
    let (slots, mut cells): (Vec<usize>, Vec<(usize, usize)>) = barycentres
        .iter()
        .enumerate()
        .filter_map(|(slot, barycentre)| Some((slot, (barycentre.as_ref().copied()?, layer[slot]))))
        .unzip();
    cells.sort_by_key(|(barycentre, _)| *barycentre);
    for (slot, (_, cell)) in slots.into_iter().zip(cells) {
        layer[slot] = cell;
    }
}

fn crossings(layers: &[Vec<usize>], below: &[Vec<usize>]) -> usize {
    let between = |(upper, lower): (&Vec<usize>, &Vec<usize>)| {
        let positions = positions(lower, below.len());
        let ends = |cell: &usize| below[*cell].iter().filter_map(|cell| positions[*cell]).collect();
        let ends: Vec<Vec<usize>> = upper.iter().map(ends).collect();
        let crossed = ends.iter().enumerate().map(|(index, left)| {
            let right = ends[index + 1..].iter().flatten();
            right
                .map(|right| left.iter().filter(|left| *left > right).count())
                .sum::<usize>()
        });
        crossed.sum::<usize>()
    };
    layers.iter().zip(layers.iter().skip(1)).map(between).sum()
}
