//! Restrictions: references that Step Functions refuses when a definition is created.
//!
//! An expression has no input document: its input is `$states.input`. So a path that begins with a name, or with `$`, reads
//! what is not there, and `$$` does so anywhere. Later steps of a path, predicates, sort terms and groups are relative to
//! the value that the path has reached, and may have names; the body of a function has the context of the place where
//! the function is written.
//!
//! Source: [floci#2699](https://github.com/floci-io/floci/pull/2699) and
//! [#2786](https://github.com/floci-io/floci/pull/2786), measured with `ValidateStateMachineDefinition`.

use serde_json::Value;

use super::syntax::{children, each_node, field, kind, text};

/// The messages of AWS for the references that it refuses, in written order.
pub(super) fn refused_references(tree: &Value) -> Vec<String> {
    let mut names = Vec::new();
    top_level(tree, &mut names);
    let mut messages: Vec<String> = Vec::new();
    let mut say = |message: String| {
        if !messages.contains(&message) {
            messages.push(message);
        }
    };
    for name in names {
        say(format!(
            "Reference to '{name}' at the top level is not supported."
        ));
    }
    each_node(tree, &mut |node| {
        if kind(node) == "variable" && text(node, "value") == Some("$") {
            say("Reference to '$$' is not supported.".to_owned());
        }
    });
    messages
}

/// Collects what is read from the context in which the expression begins.
fn top_level<'t>(node: &'t Value, names: &mut Vec<&'t str>) {
    let mut part = |name| {
        if let Some(inner) = field(node, name) {
            top_level(inner, names);
        }
    };
    match kind(node) {
        "path" => {
            if let Some(first) = children(node, "steps").first() {
                top_level(first, names);
            }
        }
        "name" => names.extend(text(node, "value")),
        "variable" if text(node, "value") == Some("") => names.push("$"),
        "unary" => {
            part("expression");
            each(children(node, "expressions"), names);
            // The pairs of an object.
            each(children(node, "lhs"), names);
        }
        "binary" | "apply" => {
            part("lhs");
            part("rhs");
        }
        "function" | "partial" => {
            part("procedure");
            each(children(node, "arguments"), names);
        }
        "lambda" => part("body"),
        "condition" => {
            part("condition");
            part("then");
            part("else");
        }
        "block" => each(children(node, "expressions"), names),
        "bind" => part("rhs"),
        _ => {}
    }
}

fn each<'t>(nodes: &'t [Value], names: &mut Vec<&'t str>) {
    for node in nodes {
        match node.as_array() {
            Some(pair) => each(pair, names),
            None => top_level(node, names),
        }
    }
}
