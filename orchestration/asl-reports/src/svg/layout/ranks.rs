//! Which layer everything is in.

use super::{Cell, Chain, Layers, Line, Size, Thing, What};

/// The room that a line takes when it passes a layer.
const BEND: Size = Size {
    width: 4.0,
    height: 0.0,
};

pub(super) fn layers(things: &[Thing], lines: &[Line]) -> Layers {
    let upwards = upwards(things.len(), lines);
    let downwards: Vec<(usize, usize, usize)> = lines
        .iter()
        .zip(&upwards)
        .map(|(line, upwards)| {
            let (upper, lower) = if *upwards {
                (line.to, line.from)
            } else {
                (line.from, line.to)
            };
            (upper, lower, if line.label.is_some() { 2 } else { 1 })
        })
        .collect();
    let ranks = ranks(things.len(), &downwards);
    let rank = |thing: usize| ranks.get(thing).copied().unwrap_or(0);
    let thing = |(index, thing): (usize, &Thing)| Cell {
        size: thing.size,
        beside: thing.beside,
        rank: rank(index),
        what: What::Thing,
    };
    let mut cells: Vec<Cell> = things.iter().enumerate().map(thing).collect();
    let mut chains = Vec::new();
    for ((line, upwards), (upper, lower, _)) in lines.iter().zip(&upwards).zip(&downwards) {
        let mut chain = Chain {
            cells: vec![*upper],
            upwards: *upwards,
            label: None,
        };
        let between = rank(*upper) + 1..rank(*lower);
        // What is written on a line stands near its beginning.
        let label_at = if *upwards {
            between.end.checked_sub(1)
        } else {
            Some(between.start)
        };
        for rank in between {
            let label = line.label.filter(|_| label_at == Some(rank));
            if label.is_some() {
                chain.label = Some(cells.len());
            }
            chain.cells.push(cells.len());
            cells.push(Cell {
                size: label.unwrap_or(BEND),
                beside: 0.0,
                rank,
                what: if label.is_some() { What::Label } else { What::Bend },
            });
        }
        chain.cells.push(*lower);
        chains.push(chain);
    }
    let count = cells.iter().map(|cell| cell.rank + 1).max().unwrap_or(0);
    let mut order = vec![Vec::new(); count];
    for (index, cell) in cells.iter().enumerate() {
        if let Some(layer) = order.get_mut(cell.rank) {
            layer.push(index);
        }
    }
    Layers { cells, chains, order }
}

/// Which lines lead back to something that has led to them.
fn upwards(things: usize, lines: &[Line]) -> Vec<bool> {
    let mut upwards = vec![false; lines.len()];
    let mut seen = vec![false; things];
    for start in 0..things {
        let mut open: Vec<(usize, usize)> = Vec::new();
        if visit(&mut seen, start) {
            open.push((start, 0));
        }
        while let Some((thing, done)) = open.pop() {
            let next = lines
                .iter()
                .enumerate()
                .skip(done)
                .find(|(_, line)| line.from == thing);
            let Some((index, line)) = next else { continue };
            open.push((thing, index + 1));
            if open.iter().any(|(open, _)| *open == line.to) {
                if let Some(upwards) = upwards.get_mut(index) {
                    *upwards = true;
                }
            } else if visit(&mut seen, line.to) {
                open.push((line.to, 0));
            }
        }
    }
    upwards
}

fn visit(seen: &mut [bool], thing: usize) -> bool {
    seen.get_mut(thing)
        .is_some_and(|seen| !std::mem::replace(seen, true))
}

/// Each thing as far up as the lines to it allow.
fn ranks(things: usize, downwards: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut ranks = vec![0; things];
    // There is no circle, so that nothing is lower than all lines together make it.
    for _ in 0..=things {
        let mut moved = false;
        for (upper, lower, length) in downwards {
            let least = ranks.get(*upper).copied().unwrap_or(0) + length;
            if let Some(rank) = ranks.get_mut(*lower)
                && *rank < least
            {
                *rank = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    ranks
}
