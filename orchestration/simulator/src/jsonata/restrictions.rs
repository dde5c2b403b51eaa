//! Restrictions: features of JSONata that Step Functions rejects.
//!
//! Source: [JSONata functions provided by Step Functions and
//! limits](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html): version 2.0.6, no
//! `$eval`, no input document.

use jsonata_core::ast::{AstNode, BinaryOp};

use super::tree::{Node, nodes};

/// Rejects an expression that AWS would reject in a definition.
pub(super) fn check(text: &str, ast: &AstNode) -> Result<(), String> {
    // The text is searched first, which is cheap, and then the tree, since a string literal may hold the same.
    if text.contains("$eval") && nodes(ast).iter().any(is_eval) {
        return Err("`$eval` is not available".to_owned());
    }
    if text.contains("??") && has_operator(ast, BinaryOp::Coalesce) {
        return Err("the operator `??` is newer than the JSONata of Step Functions".to_owned());
    }
    if text.contains("?:") && has_operator(ast, BinaryOp::Default) {
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

fn is_eval(node: &Node) -> bool {
    matches!(node, Node::Call(name) | Node::Variable(name) if name == "eval")
}

fn has_operator(ast: &AstNode, operator: BinaryOp) -> bool {
    nodes(ast).contains(&Node::Operator(operator))
}
