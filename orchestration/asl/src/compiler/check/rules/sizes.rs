//! Sizes of payloads and outputs.
//!
//! Types count, not the values that a workflow happens to write. Parts without an upper bound count as nothing, so that
//! each report is certain.

use super::{Context, Contract, Flow, Report};
use crate::values::Largest;
use asl_analysis::duration::number;

/// The largest input or output of a task, a state or an execution, in bytes of JSON: 256 KiB.
///
/// Source: [Quotas related to task executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions),
/// "Maximum input or output size for a task, state, or execution".
const LIMIT: u64 = 262_144;

pub(super) fn contract_payloads_fit(contract: &Contract, report: &mut Report) {
    fits(contract.name, "input", &contract.input_shape.largest(), report);
    fits(contract.name, "output", &contract.output_shape.largest(), report);
}

pub(super) fn no_payload_exceeds_256_kib(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let parts = match flow {
        Flow::Task(task) => vec![
            ("payload", task.input_shape.largest()),
            ("output", task.output_shape.largest()),
        ],
        Flow::Parallel(parallel) => vec![("branches' combined output", parallel.output_shape.largest())],
        Flow::Map(map) => {
            let runs = map.most_runs().unwrap_or_default();
            vec![("runs' combined output", map.output_shape.largest().times(runs))]
        }
        Flow::Pass(pass) | Flow::Succeed(pass) => vec![("output", pass.output_shape.largest())],
        _ => return,
    };
    for (what, largest) in parts {
        fits(flow.entry(), what, &largest, report);
    }
}

fn fits(state: &str, what: &str, largest: &Largest, report: &mut Report) {
    if largest.octets > LIMIT {
        let (bytes, limit) = (number(largest.octets), number(LIMIT));
        let message = format!(
            "its {what} can have {bytes} bytes of JSON, more than the {limit} that Step Functions allows"
        );
        let help = "lower the `at_most` of its lists and texts, or store the data and pass its key";
        report.push(state, message, help);
    }
}
