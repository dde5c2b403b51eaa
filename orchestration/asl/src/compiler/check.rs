//! The checks of `build`: one walk through the workflow, with its context and a list of rules.

mod context;
mod report;
mod rules;
mod scope;

use crate::compiler::contract::Contract;
use crate::compiler::diagnostic::Diagnostic;
use crate::steps::flow::Flow;
use asl_analysis::Hints;
use asl_document::StateMachine;

use context::Context;
use report::Report;

/// What is wrong with a workflow as it is written, in written order.
pub(crate) fn workflow(flow: &Flow, contract: &Contract) -> Vec<Diagnostic> {
    let mut report = Report::default();
    for rule in rules::OF_CONTRACTS {
        rule(contract, &mut report);
    }
    walk(flow, &Context::of_workflow(contract), &mut report);
    report.diagnostics
}

fn walk(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    for rule in rules::OF_FLOWS {
        rule(flow, context, report);
    }
    for (child, context) in context.children(flow) {
        walk(child, &context, report);
    }
}

/// What is wrong with the machine of a workflow without other mistakes.
pub(crate) fn machine(machine: &StateMachine, hints: &Hints, contract: &Contract) -> Vec<Diagnostic> {
    let mut report = Report::default();
    let machine = rules::Machine {
        document: machine,
        hints,
        contract,
    };
    for rule in rules::OF_MACHINES {
        rule(&machine, &mut report);
    }
    report.diagnostics
}
