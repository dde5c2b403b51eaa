//! Reads of values: each in its scope.

use super::{Context, Flow, Report};
use crate::compiler::check::scope::Scope;
use crate::values::TASK_TOKEN;
use crate::values::expr::{Binding, ExprKind, Node};

/// What is wrong with a read, and what to do about it.
type Mistake = (&'static str, &'static str);

pub(super) fn values_are_read_in_their_scope(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    let inner = context.scope.of_inner_nodes(flow);
    let own = flow.own_nodes().into_iter().map(|node| (node, &context.scope));
    for (node, scope) in own.chain(flow.inner_nodes().into_iter().map(|node| (node, &inner))) {
        let mut mistakes = Vec::new();
        collect(node, scope, &mut Vec::new(), &mut mistakes);
        mistakes.dedup();
        for (message, help) in mistakes {
            report.push(flow.entry(), message, help);
        }
    }
}

/// `parameters` are those of the closures of `map` and `filter` around the node.
fn collect(node: &'static Node, scope: &Scope, parameters: &mut Vec<Binding>, mistakes: &mut Vec<Mistake>) {
    const INSIDE: &str = "build the step inside of the closure that receives the value";

    match &node.kind {
        ExprKind::Input(input) if scope.input != *input => {
            mistakes.push(("it reads the input of another workflow", INSIDE));
        }
        ExprKind::ChildInput(input) if scope.input != *input => {
            let message = "it reads the input of a distributed map's execution from outside";
            mistakes.push((message, INSIDE));
        }
        ExprKind::Bound(binding) if !scope.bound.contains(binding) => {
            mistakes.push(("it reads a value that is not in scope here", INSIDE));
        }
        ExprKind::Present { arm: Some(arm), .. } if !scope.bound.contains(arm) => {
            let message = "it reads an optional value outside of the `when_some` that checks it";
            mistakes.push((message, "build the step inside of the closure of `when_some`"));
        }
        ExprKind::MapItem { map, .. } if scope.map != Some(*map) => {
            let message = "it reads an item of a map that it is not directly inside of";
            let help = "pass the value on in a payload, or read it before the inner map begins";
            mistakes.push((message, help));
        }
        ExprKind::Parameter(item) if !parameters.contains(item) => {
            let message = "it reads an item of a `map` or `filter` outside of its closure";
            mistakes.push((message, "use the item inside of the closure only"));
        }
        ExprKind::Each {
            array,
            parameter,
            body,
            ..
        } => {
            collect(array, scope, parameters, mistakes);
            parameters.push(*parameter);
            collect(body, scope, parameters, mistakes);
            parameters.pop();
        }
        _ => node
            .kind
            .parts()
            .into_iter()
            .for_each(|part| collect(part, scope, parameters, mistakes)),
    }
}

pub(super) fn only_callbacks_have_a_task_token(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let is_callback = matches!(flow, Flow::Task(task) if task.target.is_callback());
    if !is_callback && flow.nodes().any(reads_task_token) {
        let message = "it reads a task token, which only a callback has";
        let help = "pass `task_token()` in the payload of a `callback`";
        report.push(flow.entry(), message, help);
    }
}

pub(super) fn callbacks_pass_their_task_token(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Task(task) = flow
        && task.target.is_callback()
        && !reads_task_token(task.payload)
    {
        let message = "nothing can complete this callback: its payload has no task token";
        report.push(&task.name, message, "put `task_token()` into the payload");
    }
}

fn reads_task_token(node: &'static Node) -> bool {
    matches!(node.kind, ExprKind::Context(path) if path == TASK_TOKEN)
        || node.kind.parts().into_iter().any(reads_task_token)
}
