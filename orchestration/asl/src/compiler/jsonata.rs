//! JSONata: expressions as text, and payload templates as JSON.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

mod literals;
mod names;

use serde_json::Value;

use crate::compiler::symbols::SymbolTable;
use crate::values::expr::{ExprKind, Node};

pub(crate) use literals::quoted;
use literals::{literal_text, value_template};
use names::parameter_name;
pub(crate) use names::{is_reserved, join};

/// The result of a task, for its own state.
pub(crate) const WHOLE_RESULT: &str = "$states.result";

/// The value as a payload template: JSON, with expressions in `{% %}`.
pub(crate) fn template(node: &Node, symbols: &SymbolTable) -> Value {
    match &node.kind {
        ExprKind::Literal(value) => value_template(value),
        ExprKind::Substitution(name) => Value::String(format!("${{{name}}}")),
        ExprKind::Object(fields) => {
            let fields = fields
                .iter()
                .map(|field| (field.name.to_owned(), template(field.value, symbols)));
            Value::Object(fields.collect())
        }
        ExprKind::Array(items) => Value::Array(items.iter().map(|item| template(item, symbols)).collect()),
        _ => Value::String(enclosed(&text(node, symbols))),
    }
}

/// An expression where the document takes a JSONata string.
pub(crate) fn enclosed(expression: &str) -> String {
    format!("{{% {expression} %}}")
}

/// The value as JSONata.
pub(crate) fn text(node: &Node, symbols: &SymbolTable) -> String {
    match &node.kind {
        ExprKind::Field { optional: true, .. } | ExprKind::At { .. } => or_null(&path(node, symbols)),
        ExprKind::Literal(value) => literal_text(value),
        ExprKind::Substitution(name) => format!("'${{{name}}}'"),
        ExprKind::Object(fields) => {
            let fields = fields
                .iter()
                .map(|field| format!("{}: {}", quoted(field.name), text(field.value, symbols)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Array(items) => {
            let items = items.iter().map(|item| text(item, symbols));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Infix {
            operator,
            left,
            right,
        } => {
            format!(
                "{} {operator} {}",
                operand(left, symbols),
                operand(right, symbols)
            )
        }
        ExprKind::Call { function, arguments } => {
            let arguments = arguments.iter().map(|argument| text(argument, symbols));
            let call = format!("${function}({})", arguments.collect::<Vec<_>>().join(", "));
            match *function {
                // They give a sequence. JSONata unwraps one of one item, and an empty one is nothing; brackets make it an
                // array again. Source: [floci#2676](https://github.com/floci-io/floci/pull/2676), measured on AWS.
                "partition" | "range" => format!("[{call}]"),
                _ => call,
            }
        }
        // A sequence, too. The brackets after it keep a single item from being taken for the whole, and those around it
        // make an array of nothing.
        ExprKind::Each {
            function,
            array,
            parameter,
            body,
        } => {
            let name = parameter_name(symbols);
            let mut inside = symbols.clone();
            inside.insert(*parameter, name.clone());
            format!(
                "[${function}({}, function({name}) {{ {} }})[]]",
                text(array, symbols),
                text(body, &inside)
            )
        }
        ExprKind::IsPresent(inner) => {
            let value = path(inner, symbols);
            format!("$exists({value}) and {value} != null")
        }
        ExprKind::Select { condition, yes, no } => {
            let (condition, yes) = (operand(condition, symbols), operand(yes, symbols));
            format!("{condition} ? {yes} : {}", operand(no, symbols))
        }
        _ => path(node, symbols),
    }
}

/// `null` where the value is absent, since an expression without a result fails its state.
pub(crate) fn or_null(path: &str) -> String {
    format!("$exists({path}) ? {path} : null")
}

fn operand(node: &Node, symbols: &SymbolTable) -> String {
    let text = text(node, symbols);
    match &node.kind {
        ExprKind::Infix { .. }
        | ExprKind::IsPresent(_)
        | ExprKind::Select { .. }
        | ExprKind::At { .. }
        | ExprKind::Field { optional: true, .. } => format!("({text})"),
        _ => text,
    }
}

/// The value as an expression that `.field` can follow.
fn path(node: &Node, symbols: &SymbolTable) -> String {
    match &node.kind {
        ExprKind::Input(_) | ExprKind::ChildInput(_) => "$states.context.Execution.Input".to_owned(),
        ExprKind::TaskResult => WHOLE_RESULT.to_owned(),
        ExprKind::Context(path) => format!("$states.context.{path}"),
        ExprKind::Bound(binding) => symbols.path(*binding).to_owned(),
        ExprKind::Field { of, name, .. } => match of.literal_field(name) {
            Some(field) => operand(field, symbols),
            None => join(&path(of, symbols), name),
        },
        ExprKind::Item { of, index } => format!("{}[{index}]", path(of, symbols)),
        ExprKind::At { of, index } => format!("{}[{}]", path(of, symbols), text(index, symbols)),
        ExprKind::MapItem { index: false, .. } => "$states.context.Map.Item.Value".to_owned(),
        ExprKind::MapItem { index: true, .. } => "$states.context.Map.Item.Index".to_owned(),
        ExprKind::Parameter(parameter) => symbols.path(*parameter).to_owned(),
        ExprKind::Present { of, .. } => path(of, symbols),
        _ => format!("({})", text(node, symbols)),
    }
}
