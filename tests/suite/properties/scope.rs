//! Scopes: the values that can be read at a point of a workflow.

use proptest::sample::Index;

/// Values and lists, the oldest first. The interpreter has the values themselves, the builder expressions for them.
#[derive(Debug, Clone)]
pub(crate) struct Scope<V, L> {
    values: Vec<Entry<V>>,
    lists: Vec<Entry<L>>,
}

#[derive(Debug, Clone)]
struct Entry<T> {
    value: T,
    /// Whether it derives from the item of the enclosing map, which a nested map cannot read.
    of_item: bool,
}

impl<V: Clone, L: Clone> Scope<V, L> {
    /// The scope of an execution with this input.
    pub(crate) fn new(value: V) -> Self {
        Self {
            values: vec![Entry {
                value,
                of_item: false,
            }],
            lists: Vec::new(),
        }
    }

    pub(crate) fn with(&self, value: V) -> Self {
        self.and(value, false)
    }

    pub(crate) fn with_list(&self, value: L) -> Self {
        let mut more = self.clone();
        more.lists.push(Entry {
            value,
            of_item: false,
        });
        more
    }

    /// The scope of an iteration of a map.
    pub(crate) fn in_map(&self, item: V) -> Self {
        let mut inside = self.clone();
        inside.values.retain(|known| !known.of_item);
        inside.lists.retain(|known| !known.of_item);
        inside.and(item, true)
    }

    /// Adds a value that derives from the item.
    pub(crate) fn with_item(&self, value: V) -> Self {
        self.and(value, true)
    }

    /// Adds a part of a value, which can be read wherever that value can.
    pub(crate) fn with_part(&self, of: Index, value: V) -> Self {
        self.and(value, of.get(&self.values).of_item)
    }

    fn and(&self, value: V, of_item: bool) -> Self {
        let mut more = self.clone();
        more.values.push(Entry { value, of_item });
        more
    }

    pub(crate) fn value(&self, of: Index) -> V {
        of.get(&self.values).value.clone()
    }

    /// One of the lists; the executions of a distributed map may have none.
    pub(crate) fn list(&self, of: Index) -> Option<L> {
        (!self.lists.is_empty()).then(|| of.get(&self.lists).value.clone())
    }
}
