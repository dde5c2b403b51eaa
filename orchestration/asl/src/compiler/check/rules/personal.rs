//! Personal data: only in fields that are marked as personal.

use super::{Context, Flow, Report};
use crate::values::expr::{ExprKind, Node};
use crate::values::personal::Personal;

/// The path of an unmarked field in a payload, such as `order.note`, and the marked field that it gets personal data from.
type Leak = (String, &'static str);

pub(super) fn personal_data_goes_only_into_marked_fields(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    for node in flow.nodes() {
        let mut leaks = Vec::new();
        collect(node, "", &mut leaks);
        leaks.dedup();
        for (into, from) in leaks {
            let message = format!("its payload's `{into}` may not see personal data, and is given `{from}`");
            let help = "mark the field as personal in its contract, or leave the data out";
            report.push(flow.entry(), message, help);
        }
    }
}

/// The leaks into the fields of payload literals.
///
/// A record that is handed on as a whole keeps its type and so its marks. A marked field may hold personal data at any depth.
fn collect(node: &'static Node, path: &str, leaks: &mut Vec<Leak>) {
    match &node.kind {
        _ if node.personal == Personal::Declassified => {}
        ExprKind::Object(fields) => {
            for field in fields.iter().filter(|field| !field.personal) {
                let into = match path {
                    "" => field.name.to_owned(),
                    path => format!("{path}.{}", field.name),
                };
                match field.value.personal {
                    Personal::Yes(from) => leaks.push((into, from)),
                    _ => collect(field.value, &into, leaks),
                }
            }
        }
        // Of a literal only the field that is read is handed on.
        ExprKind::Field { of, name, .. } if let Some(field) = of.literal_field(name) => {
            collect(field, path, leaks);
        }
        _ => node
            .kind
            .parts()
            .into_iter()
            .for_each(|part| collect(part, path, leaks)),
    }
}

pub(super) fn no_personal_data_in_causes(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Fail(fail) = flow
        && let Personal::Yes(from) = fail.cause.personal
    {
        let message = format!("its cause may not see personal data, and is given `{from}`");
        let help = "leave the data out: everybody who may look at executions sees it";
        report.push(&fail.name, message, help);
    }
}
