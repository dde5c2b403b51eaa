//! Definitions: whatever is parsed is refused with a reason or becomes a machine, and a machine runs.

use std::collections::BTreeMap;

use asl::document::StateMachine;
use serde_json::json;
use simulator::{EpochMillis, Machine, Severity, StateMachines, WorkflowType, validate};

/// How many timers of an execution are let expire.
const TIMERS: usize = 20;

pub(crate) fn target(data: &[u8]) {
    let Some(text) = crate::text(data) else { return };
    let problems = validate(text, WorkflowType::Standard);
    let is_refused = problems.iter().any(|problem| problem.severity == Severity::Error);
    let machine = Machine::from_template(text, &BTreeMap::new());
    if is_refused {
        assert!(machine.is_err(), "it is refused and becomes a machine");
    }
    let Ok(machine) = machine else { return };
    run(machine);
    if let Ok(document) = serde_json::from_str::<StateMachine>(text) {
        let written = document.to_json().expect("a document becomes JSON");
        let read: StateMachine = serde_json::from_str(&written).expect("what is written can be read");
        assert_eq!(read, document, "the document changes when it is written");
    }
}

/// Runs the machine without answering its tasks: until it ends or waits for one, or for some of its timers.
fn run(machine: Machine) {
    let mut machines = StateMachines::new(0);
    machines.register("fuzzed", WorkflowType::Standard, machine);
    let start = EpochMillis::new(1_767_268_800_000);
    if machines
        .start_execution("fuzzed", "execution", json!({"a": [1, "b", null]}), start)
        .is_err()
    {
        return;
    }
    for _ in 0..TIMERS {
        while machines.poll_command().is_some() {}
        let Some(due) = machines.next_timer() else { break };
        machines.advance(due);
    }
}
