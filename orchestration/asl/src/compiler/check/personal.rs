//! Where personal data may go: only into fields that are marked as personal.

use crate::values::expr::{ExprKind, Node};
use crate::values::personal::Personal;

/// Personal data in a field that may not see it.
#[derive(PartialEq, Eq)]
pub(super) struct Leak {
    /// The field that is given it; where it stands in a payload inside, with those around.
    pub(super) into: String,
    /// The field that it comes from.
    pub(super) from: &'static str,
}

/// What is given to the fields of the payload literals in `node`, and may not be.
///
/// A whole record that is handed on keeps its type and so its marks; what stands inside of a field that may see
/// personal data may do so as well.
pub(super) fn leaks(node: &'static Node) -> Vec<Leak> {
    let mut leaks = Vec::new();
    collect(node, "", &mut leaks);
    leaks.dedup();
    leaks
}

fn collect(node: &'static Node, around: &str, leaks: &mut Vec<Leak>) {
    match &node.kind {
        _ if node.personal == Personal::Declassified => {}
        ExprKind::Object(fields) => {
            for field in fields.iter().filter(|field| !field.personal) {
                let into = match around {
                    "" => field.name.to_owned(),
                    around => format!("{around}.{}", field.name),
                };
                match field.value.personal {
                    Personal::Yes(from) => leaks.push(Leak { into, from }),
                    _ => collect(field.value, &into, leaks),
                }
            }
        }
        // Of a literal only what is read goes on.
        ExprKind::Field { of, name, .. } if let Some(field) = of.literal_field(name) => {
            collect(field, around, leaks);
        }
        _ => node
            .parts()
            .into_iter()
            .for_each(|part| collect(part, around, leaks)),
    }
}
