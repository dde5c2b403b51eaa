//! Searching syntax trees.

use jsonata_core::ast::{AstNode, BinaryOp};
use serde::Deserialize;
use serde_json::Value;

use super::reads::StatesField;
use crate::invariant::Invariant;

/// The nodes that are searched for.
#[derive(Debug, PartialEq)]
pub(super) enum Node {
    /// `$name(..)`.
    Call(String),
    /// `$name`.
    Variable(String),
    Operator(BinaryOp),
    /// The path `$states.<field>`, with or without more behind it.
    States(StatesField),
}

/// The nodes of a tree, outer ones first. `jsonata-core` has no visitor, so they are found in its serialised form.
pub(super) fn nodes(ast: &AstNode) -> Vec<Node> {
    let mut found = Vec::new();
    let tree = serde_json::to_value(ast);
    collect(
        &tree.expect_invariant("a syntax tree can be serialised"),
        &mut found,
    );
    found
}

fn collect(tree: &Value, found: &mut Vec<Node>) {
    match tree {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => {
            found.extend(node(tree));
            fields.values().for_each(|field| collect(field, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn node(tree: &Value) -> Option<Node> {
    let text = |pointer: &str| tree.pointer(pointer).and_then(Value::as_str);
    if let Some(name) = text("/Function/name") {
        return Some(Node::Call(name.to_owned()));
    }
    if let Some(name) = text("/Variable") {
        return Some(Node::Variable(name.to_owned()));
    }
    if let Some(operator) = tree.pointer("/Binary/op") {
        return BinaryOp::deserialize(operator).ok().map(Node::Operator);
    }
    if text("/Path/steps/0/node/Variable") == Some("states") {
        let field = text("/Path/steps/1/node/Name")?;
        return StatesField::named(field).map(Node::States);
    }
    None
}
