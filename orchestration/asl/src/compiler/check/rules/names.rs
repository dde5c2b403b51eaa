//! Names of states and substitutions, and comments.

use super::{Context, Contract, Report};
use crate::compiler::generated;
use crate::steps::flow::{Flow, Target};
use crate::values::expr::{ExprKind, Node};

/// The longest name of a state, in characters.
///
/// Source: [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html).
const LONGEST_NAME: usize = 80;

pub(super) fn state_names_have_allowed_characters(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let name = flow.entry();
    if flow.is_state() && name.is_empty() {
        report.push("\"\"", "this state has no name", "give it one");
    }
    if flow.is_state() && !name.chars().all(allowed) {
        let message = "its name has a character that is not allowed";
        let help = "use letters, digits, `-` and `_`: the state logs take no others";
        report.push(name, message, help);
    }
}

/// Generated names count: a suffix can make them too long.
pub(super) fn state_names_have_at_most_80_characters(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if !flow.is_state() {
        return;
    }
    let generated = match flow {
        Flow::Parallel(parallel) => Some(generated::results_state(parallel)),
        Flow::Repeat(repeat) => Some(generated::again_state(&repeat.rounds)),
        _ => None,
    };
    for name in [flow.entry()].into_iter().chain(generated.as_deref()) {
        if name.chars().count() > LONGEST_NAME {
            let message = format!("its name is longer than {LONGEST_NAME} characters");
            report.push(name, message, "shorten it");
        }
    }
}

pub(super) fn state_names_are_unique(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let name = flow.entry();
    if flow.is_state() && !report.names.insert(name.to_owned()) {
        let help = "give one of them another name, for a task with `named`";
        report.push(name, "two states have this name", help);
    }
}

/// CloudFormation supplies the names of functions, workflows and resources.
///
/// Source: [`DefinitionSubstitutions`](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions).
pub(super) fn substitutions_are_letters_and_digits(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let mut names = Vec::new();
    if let Flow::Task(task) = flow {
        names.extend(match task.target {
            Target::Function { name, .. } => Some(format!("{name}FunctionArn")),
            Target::Workflow { name, .. } => Some(format!("{name}StateMachineArn")),
            Target::Service(_) => None,
        });
    }
    for node in flow.nodes() {
        collect_substitutions(node, &mut names);
    }
    names.retain(|name| !name.chars().all(|letter| letter.is_ascii_alphanumeric()));
    for name in names {
        let message =
            format!("`${{{name}}}` is no valid substitution: its name has to be letters and digits");
        let help = "give the function, workflow or resource a NAME in `PascalCase`";
        report.push(flow.entry(), message, help);
    }
}

fn collect_substitutions(node: &'static Node, names: &mut Vec<String>) {
    if let ExprKind::Substitution(name) = &node.kind {
        names.push(name.clone());
    }
    for part in node.kind.parts() {
        collect_substitutions(part, names);
    }
}

pub(super) fn comments_have_no_substitution(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    comment_has_no_substitution(flow.entry(), flow.comment(), report);
}

pub(super) fn contract_comment_has_no_substitution(contract: &Contract, report: &mut Report) {
    comment_has_no_substitution(contract.name, contract.comment.as_deref(), report);
}

fn comment_has_no_substitution(state: &str, comment: Option<&str>, report: &mut Report) {
    if comment.is_some_and(|comment| comment.contains("${")) {
        let message = "its comment contains `${`, which CloudFormation would substitute";
        report.push(state, message, "rephrase the comment without `${`");
    }
}
