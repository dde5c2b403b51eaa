//! Layer assignment.

use std::cmp::Reverse;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::DfsPostOrder;

use super::{Cell, CellKind, Chain, Edge, Layers, Node, Size};

/// The room of an edge that passes a layer.
const BEND: Size = Size {
    width: 4.0,
    height: 0.0,
};

/// An edge as it is drawn: from top to bottom.
struct Directed {
    upper: usize,
    lower: usize,
    is_reversed: bool,
    label: Option<Size>,
}

pub(super) fn layers(nodes: &[Node], edges: &[Edge]) -> Layers {
    let finished = finishing_order(nodes.len(), edges);
    let directed: Vec<Directed> = edges.iter().map(|edge| directed(*edge, &finished)).collect();
    let ranks = ranks(&finished, &directed);
    let node = |(node, rank): (&Node, &usize)| Cell {
        size: node.size,
        margin: node.margin,
        rank: *rank,
        kind: CellKind::Node,
    };
    let mut cells: Vec<Cell> = nodes.iter().zip(&ranks).map(node).collect();
    let chains = directed
        .iter()
        .map(|edge| chain(edge, &ranks, &mut cells))
        .collect();
    let count = ranks.iter().max().map_or(0, |last| last + 1);
    Layers {
        cells,
        chains,
        order: vec![Vec::new(); count],
    }
}

/// When a depth-first search leaves each node.
fn finishing_order(nodes: usize, edges: &[Edge]) -> Vec<usize> {
    let mut graph = DiGraph::<(), ()>::new();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for edge in edges {
        graph.add_edge(NodeIndex::new(edge.from), NodeIndex::new(edge.to), ());
    }
    let mut finished = vec![0; nodes];
    let mut numbers = 0..;
    let mut search = DfsPostOrder::empty(&graph);
    for start in graph.node_indices() {
        search.move_to(start);
        while let Some((node, number)) = search.next(&graph).zip(numbers.next()) {
            finished[node.index()] = number;
        }
    }
    finished
}

/// Reverses an edge that closes a cycle: a back edge of the search.
fn directed(edge: Edge, finished: &[usize]) -> Directed {
    let Edge { from, to, label } = edge;
    let is_reversed = finished[from] < finished[to];
    let (upper, lower) = if is_reversed { (to, from) } else { (from, to) };
    Directed {
        upper,
        lower,
        is_reversed,
        label,
    }
}

/// The layer of each node: the length of the longest path to it. A label takes a layer of its own.
fn ranks(finished: &[usize], edges: &[Directed]) -> Vec<usize> {
    let mut topological: Vec<&Directed> = edges.iter().collect();
    topological.sort_by_key(|edge| Reverse(finished[edge.upper]));
    let mut ranks = vec![0; finished.len()];
    for edge in topological {
        let length = if edge.label.is_some() { 2 } else { 1 };
        ranks[edge.lower] = ranks[edge.lower].max(ranks[edge.upper] + length);
    }
    ranks
}

/// Adds the cells of an edge in the layers between its nodes.
fn chain(edge: &Directed, ranks: &[usize], cells: &mut Vec<Cell>) -> Chain {
    let mut chain = Chain {
        cells: vec![edge.upper],
        is_reversed: edge.is_reversed,
        label: None,
    };
    let between = ranks[edge.upper] + 1..ranks[edge.lower];
    // The label is near the beginning of the edge.
    let label_rank = if edge.is_reversed {
        between.end - 1
    } else {
        between.start
    };
    for rank in between {
        let label = edge.label.filter(|_| rank == label_rank);
        if label.is_some() {
            chain.label = Some(cells.len());
        }
        chain.cells.push(cells.len());
        cells.push(Cell {
            size: label.unwrap_or(BEND),
            margin: 0.0,
            rank,
            kind: if label.is_some() {
                CellKind::Label
            } else {
                CellKind::Bend
            },
        });
    }
    chain.cells.push(edge.lower);
    chain
}
