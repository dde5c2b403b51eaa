//! Placeholders: DynamoDB's expressions name attributes and values by them, since many plain names are reserved.
//!
//! Source: [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html).

use crate::Field;
use crate::values::expr::{Node, ObjectField};

/// The placeholders of one call, and what they mean.
#[derive(Default)]
pub(super) struct Terms {
    names: Vec<(String, &'static str)>,
    values: Vec<(String, (&'static Field, &'static Node))>,
}

impl Terms {
    pub(super) fn name(&mut self, name: &'static str) -> String {
        if let Some((placeholder, _)) = self.names.iter().find(|(_, known)| *known == name) {
            return placeholder.clone();
        }
        let placeholder = free(&format!("#{}", plain(name)), &self.names);
        self.names.push((placeholder.clone(), name));
        placeholder
    }

    /// The placeholder of a value for the attribute of this name.
    pub(super) fn value(&mut self, of: &'static Field, value: &'static Node) -> String {
        let placeholder = free(&format!(":{}", plain(of.name)), &self.values);
        self.values.push((placeholder.clone(), (of, value)));
        placeholder
    }

    pub(super) fn arguments(self) -> impl Iterator<Item = (&'static str, &'static Node)> {
        let names = self.names.into_iter().map(|(placeholder, name)| ObjectField {
            name: leaked(placeholder),
            personal: false,
            value: Node::literal(name.into()),
        });
        let values = self
            .values
            .into_iter()
            .map(|(placeholder, (of, value))| ObjectField {
                name: leaked(placeholder),
                personal: of.personal,
                value,
            });
        [
            ("ExpressionAttributeNames", names.collect::<Vec<_>>()),
            ("ExpressionAttributeValues", values.collect()),
        ]
        .into_iter()
        .filter(|(_, terms)| !terms.is_empty())
        .map(|(argument, terms)| (argument, Node::object(terms)))
    }
}

fn plain(name: &str) -> String {
    name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

/// The placeholder, with a number if it is taken already.
fn free<V>(placeholder: &str, taken: &[(String, V)]) -> String {
    let mut free = placeholder.to_owned();
    let mut number = 2;
    while taken.iter().any(|(known, _)| *known == free) {
        free = format!("{placeholder}{number}");
        number += 1;
    }
    free
}

/// Like the nodes themselves: a definition is built once.
fn leaked(placeholder: String) -> &'static str {
    Box::leak(placeholder.into_boxed_str())
}
