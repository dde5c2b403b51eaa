//! Which states of a level lead to each other.

/// What can be reached from `start`, in groups of states that lead to each other. A group comes after all that lead
/// to it; a state that is in no loop is a group by itself.
///
/// The algorithm of Kosaraju and Sharir, with lists of what is still to be done in the place of recursion.
pub fn components(start: usize, edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let finished = finished(start, edges);
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for from in &finished {
        for to in edges.get(*from).into_iter().flatten() {
            if let Some(back) = back.get_mut(*to) {
                back.push(*from);
            }
        }
    }
    let mut seen = vec![false; edges.len()];
    let mut components = Vec::new();
    for first in finished.iter().rev() {
        let mut component = Vec::new();
        let mut open = vec![*first];
        while let Some(state) = open.pop() {
            if visit(&mut seen, state) {
                component.push(state);
                open.extend(back.get(state).into_iter().flatten());
            }
        }
        if !component.is_empty() {
            component.sort_unstable();
            components.push(component);
        }
    }
    components
}

/// What can be reached from `start`, each state behind all that can be reached from it and were not seen before.
fn finished(start: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut finished = Vec::new();
    let mut open = Vec::new();
    if visit(&mut seen, start) {
        open.push((start, 0));
    }
    while let Some((state, done)) = open.pop() {
        match edges.get(state).and_then(|edges| edges.get(done)) {
            Some(next) => {
                open.push((state, done + 1));
                if visit(&mut seen, *next) {
                    open.push((*next, 0));
                }
            }
            None => finished.push(state),
        }
    }
    finished
}

/// Marks a state; false if it is marked already, or is none.
fn visit(seen: &mut [bool], state: usize) -> bool {
    match seen.get_mut(state) {
        Some(seen) => !std::mem::replace(seen, true),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_behind_all_that_lead_to_them() {
        let edges = [vec![1, 3], vec![2], vec![1, 3], vec![], vec![0]];

        assert_eq!(components(0, &edges), [vec![0], vec![1, 2], vec![3]]);
    }

    #[test]
    fn a_chain_of_any_length_needs_no_recursion() {
        let edges: Vec<Vec<usize>> = (1..=200_000).map(|next| vec![next]).collect();

        assert_eq!(components(0, &edges).len(), 200_000);
    }
}
