//! Whether the template can supply what the document asks it for.
//!
//! Source: [`DefinitionSubstitutions`](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions).

use crate::steps::flow::{Flow, Target};
use crate::values::expr::{ExprKind, Node};

/// The names that a state asks for and that are no names of substitutions.
pub(super) fn not_supplied(flow: &Flow) -> Vec<String> {
    let mut asked = Vec::new();
    if let Flow::Task(task) = flow {
        asked.extend(match task.target {
            Target::Function { name, .. } => Some(format!("{name}FunctionArn")),
            Target::Workflow { name, .. } => Some(format!("{name}StateMachineArn")),
            Target::Service(_) => None,
        });
    }
    for node in flow.own_nodes().into_iter().chain(flow.inner_nodes()) {
        collect(node, &mut asked);
    }
    asked.retain(|name| !name.chars().all(|letter| letter.is_ascii_alphanumeric()));
    asked
}

fn collect(node: &'static Node, asked: &mut Vec<String>) {
    if let ExprKind::Substitution(name) = &node.kind {
        asked.push(name.clone());
    }
    node.parts().into_iter().for_each(|part| collect(part, asked));
}
