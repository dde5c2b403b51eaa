//! Derivation trees: the text of an expression, and which part of it came from which template.

use std::fmt::{self, Display, Formatter};

/// An expression as it was derived. It displays as JSONata.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Tree(Tree),
}

/// What a part can be reduced to, besides the parts of its own.
const SIMPLEST: [&str; 5] = ["1", "\"a\"", "true", "[]", "{}"];

impl Tree {
    pub(crate) fn leaf(text: impl Into<String>) -> Self {
        let mut tree = Self::default();
        tree.push_text(text);
        tree
    }

    pub(crate) fn push_text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    pub(crate) fn push(&mut self, tree: Self) {
        self.parts.push(Part::Tree(tree));
    }

    /// The same in parentheses.
    pub(crate) fn in_parentheses(self) -> Self {
        let mut tree = Self::leaf("(");
        tree.push(self);
        tree.push_text(")");
        tree
    }

    /// The trees that are simpler by one step: a part of this tree, or this tree with one part made simpler. Not each of them
    /// is a valid expression.
    pub fn reductions(&self) -> impl Iterator<Item = Self> + '_ {
        let length = self.to_string().chars().count();
        let parts = self.inner().into_iter().cloned();
        let simplest = SIMPLEST.into_iter().map(Self::leaf);
        let within = (0..self.parts.len()).flat_map(move |at| self.reduced_at(at));
        (parts.chain(simplest).chain(within)).filter(move |tree| tree.to_string().chars().count() < length)
    }

    fn inner(&self) -> Vec<&Self> {
        let parts = self.parts.iter();
        parts
            .filter_map(|part| match part {
                Part::Text(_) => None,
                Part::Tree(tree) => Some(tree),
            })
            .collect()
    }

    /// The trees in which the part at that position is simpler.
    fn reduced_at(&self, at: usize) -> Vec<Self> {
        let Some(Part::Tree(part)) = self.parts.get(at) else {
            return Vec::new();
        };
        let with = |simpler: Self| {
            let mut parts = self.parts.clone();
            if let Some(part) = parts.get_mut(at) {
                *part = Part::Tree(simpler);
            }
            Self { parts }
        };
        part.reductions().map(with).collect()
    }
}

impl Display for Tree {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => formatter.write_str(text),
            Part::Tree(tree) => Display::fmt(tree, formatter),
        })
    }
}
