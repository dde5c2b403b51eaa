//! What can be read at a place of a workflow.

use proptest::sample::Index;

/// Values and lists, the oldest first: as they are for the meaning, as expressions for the workflow.
#[derive(Debug, Clone)]
pub(crate) struct Scope<V, L> {
    values: Vec<Known<V>>,
    lists: Vec<Known<L>>,
}

#[derive(Debug, Clone)]
struct Known<T> {
    value: T,
    /// Whether it is made of the item of the map around: a map inside of that has another.
    of_item: bool,
}

impl<V: Clone, L: Clone> Scope<V, L> {
    /// What an execution sees that gets `value`.
    pub(crate) fn new(value: V) -> Self {
        Self {
            values: vec![Known {
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
        more.lists.push(Known {
            value,
            of_item: false,
        });
        more
    }

    /// What a run of a map sees.
    pub(crate) fn in_map(&self, item: V) -> Self {
        let mut inside = self.clone();
        inside.values.retain(|known| !known.of_item);
        inside.lists.retain(|known| !known.of_item);
        inside.and(item, true)
    }

    /// Something else that is made of the item.
    pub(crate) fn with_item(&self, value: V) -> Self {
        self.and(value, true)
    }

    /// Something that is read of a value, and not kept by a state: it can be read as far as that value.
    pub(crate) fn with_part(&self, of: Index, value: V) -> Self {
        self.and(value, of.get(&self.values).of_item)
    }

    fn and(&self, value: V, of_item: bool) -> Self {
        let mut more = self.clone();
        more.values.push(Known { value, of_item });
        more
    }

    pub(crate) fn value(&self, of: Index) -> V {
        of.get(&self.values).value.clone()
    }

    /// One of the lists; a distributed map's execution may have none.
    pub(crate) fn list(&self, of: Index) -> Option<L> {
        (!self.lists.is_empty()).then(|| of.get(&self.lists).value.clone())
    }
}
