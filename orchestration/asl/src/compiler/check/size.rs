//! How large payloads get.

use super::Contract;
use crate::Largest;
use crate::steps::flow::Flow;
use crate::values::shape::Shape;

/// The most that a task, a state or an execution takes or leaves, in octets of JSON: 256 KiB.
///
/// Source: [Quotas related to task executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions),
/// "Maximum input or output size for a task, state, or execution".
const LIMIT: u64 = 262_144;

pub(super) const REMEDY: &str =
    "bound its lists and texts more tightly, or store the data and hand over its key";

/// What the state at the flow's entry takes or leaves and can be too large. It is the types that count, not what a
/// workflow happens to write into them; parts without a bound count as nothing, so that no problem is a guess.
pub(super) fn of_state(flow: &Flow) -> Vec<String> {
    match flow {
        Flow::Task(task) => all_too_large(&[
            ("its payload", task.input_shape),
            ("what it leaves", task.output_shape),
        ]),
        Flow::Parallel(parallel) => all_too_large(&[("what its branches leave", parallel.output_shape)]),
        Flow::Map(map) => {
            let leaves = map
                .output_shape
                .largest()
                .times(map.most_runs().unwrap_or_default());
            too_large("what its runs leave", &leaves).into_iter().collect()
        }
        Flow::Pass(pass) | Flow::Succeed(pass) => all_too_large(&[("what it leaves", pass.output_shape)]),
        _ => Vec::new(),
    }
}

pub(super) fn of_workflow(contract: &Contract) -> Vec<String> {
    all_too_large(&[
        ("its input", contract.input_shape),
        ("its output", contract.output_shape),
    ])
}

fn all_too_large(parts: &[(&str, Shape)]) -> Vec<String> {
    let parts = parts.iter();
    parts
        .filter_map(|(message, shape)| too_large(message, &shape.largest()))
        .collect()
}

fn too_large(message: &str, largest: &Largest) -> Option<String> {
    let octets = largest.octets;
    (octets > LIMIT).then(|| {
        format!("{message} can have {octets} octets of JSON, more than the {LIMIT} that Step Functions takes")
    })
}
