//! What a change of one function takes in the others: the place of `ValidateEmail`.

use std::collections::BTreeSet;

use crate::compositions::{Name, VALIDATE_EMAIL};
use crate::ledger::Node;

/// What must be changed to put another function in its place.
#[derive(Debug)]
pub(crate) struct Swap {
    /// The lines of the source that joins the functions which name `ValidateEmail` or its input, without comments, imports
    /// and tests.
    pub(crate) lines: usize,
    /// What calls it by name, and so is deployed again.
    pub(crate) callers: BTreeSet<Node>,
}

impl Swap {
    pub(crate) fn of(name: Name, names: &BTreeSet<(Node, Node)>) -> Self {
        let source = name.source();
        let shared = match name {
            Name::Orchestrator => "",
            _ => include_str!("payloads.rs"),
        };
        let callers = names
            .iter()
            .filter_map(|(caller, called)| (*called == Node::Function(VALIDATE_EMAIL)).then_some(*caller));
        Self {
            lines: lines(source) + lines(shared),
            callers: callers.collect(),
        }
    }
}

fn lines(source: &str) -> usize {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    // An import ends with a semicolon, in whichever line.
    let mut continues = false;
    let code = source.lines().map(str::trim).filter(|line| {
        let is_import = continues || line.starts_with("use ") || line.starts_with("pub use ");
        continues = is_import && !line.ends_with(';');
        !is_import && !line.starts_with("//")
    });
    code.filter(|line| names_it(line)).count()
}

fn names_it(line: &str) -> bool {
    ["ValidateEmail", "validate_email", "VALIDATE_EMAIL"]
        .iter()
        .any(|name| line.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_code_count_and_no_others() {
        let source = "//! ValidateEmail\nuse a::{\n    ValidateEmail,\n};\nvalidate_email(1);\nother();\n\
                      #[cfg(test)]\nvalidate_email(2);\n";

        assert_eq!(lines(source), 1);
    }
}
