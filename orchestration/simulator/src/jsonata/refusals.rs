//! What JSONata allows and Step Functions does not.
//!
//! Source: [JSONata functions provided by Step Functions and
//! limits](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html): version 2.0.6, no
//! `$eval`, no input document.

use jsonata_core::ast::{AstNode, BinaryOp};
use serde_json::Value;

/// Refuses an expression that could not be part of a definition on AWS.
pub(super) fn check(text: &str, ast: &AstNode) -> Result<(), String> {
    // The tree is searched only where the text makes it worth while: a string literal may hold the same.
    if text.contains("$eval") && holds(ast, &|node| names_variable(node, "eval")) {
        return Err("`$eval` is not available".to_owned());
    }
    if text.contains("??") && holds(ast, &|node| is_operator(node, BinaryOp::Coalesce)) {
        return Err("the operator `??` is newer than the JSONata of Step Functions".to_owned());
    }
    if text.contains("?:") && holds(ast, &|node| is_operator(node, BinaryOp::Default)) {
        return Err("the operator `?:` is newer than the JSONata of Step Functions".to_owned());
    }
    if reads_document(ast) {
        return Err("there is no input document to read from: begin with `$states` or a variable".to_owned());
    }
    Ok(())
}

/// Whether the expression as a whole is a path into the input document, which a state does not have.
fn reads_document(ast: &AstNode) -> bool {
    match ast {
        AstNode::Name(_) | AstNode::ParentVariable(_) => true,
        AstNode::Variable(name) => name.is_empty(),
        AstNode::Path { steps } => steps.first().is_some_and(|step| reads_document(&step.node)),
        _ => false,
    }
}

/// Whether the expression holds the path `$states.<field>`, with or without more behind it.
pub(super) fn reads_field(ast: &AstNode, field: &str) -> bool {
    holds(ast, &|node| {
        let step = |index: usize| node.pointer(&format!("/Path/steps/{index}/node"));
        step(0).is_some_and(|first| first.get("Variable").is_some_and(|name| name == "states"))
            && step(1).is_some_and(|second| second.get("Name").is_some_and(|name| name == field))
    })
}

/// Whether any node of the tree, in its serialised form, is one.
fn holds(ast: &AstNode, is_one: &dyn Fn(&Value) -> bool) -> bool {
    fn search(node: &Value, is_one: &dyn Fn(&Value) -> bool) -> bool {
        is_one(node)
            || match node {
                Value::Array(items) => items.iter().any(|item| search(item, is_one)),
                Value::Object(fields) => fields.values().any(|field| search(field, is_one)),
                _ => false,
            }
    }
    serde_json::to_value(ast).is_ok_and(|tree| search(&tree, is_one))
}

fn names_variable(node: &Value, name: &str) -> bool {
    node.get("Function")
        .is_some_and(|call| call.get("name").is_some_and(|called| called == name))
        || node.get("Variable").is_some_and(|variable| variable == name)
}

fn is_operator(node: &Value, operator: BinaryOp) -> bool {
    let Ok(operator) = serde_json::to_value(operator) else {
        return false;
    };
    node.get("Binary")
        .is_some_and(|binary| binary.get("op") == Some(&operator))
}
