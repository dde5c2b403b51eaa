//! Symbols: where a state reads the values of the workflow.

use std::collections::HashMap;

use crate::values::expr::Binding;

/// The JSONata path of each value, such as `$charge` or `$states.input`.
#[derive(Clone, Default)]
pub(crate) struct SymbolTable(HashMap<Binding, String>);

impl SymbolTable {
    /// Returns the path that the value had before.
    pub(crate) fn insert(&mut self, binding: Binding, path: String) -> Option<String> {
        self.0.insert(binding, path)
    }

    pub(crate) fn path(&self, binding: Binding) -> &str {
        #[expect(clippy::expect_used, reason = "a rule of `build` rejects reads out of scope")]
        let path = self.0.get(&binding).expect("a value that is read has a path");
        path
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}
