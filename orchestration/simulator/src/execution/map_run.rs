//! Map Runs: the mode `DISTRIBUTED` of a Map, whose items run as child executions.
//!
//! The items are given, or read by the `ItemReader`: its integration is called like a task, whose result is the array of
//! the items. A `ResultWriter` writes nothing here: the state's result says where the
//! results would be.
//!
//! Three items, `MaxConcurrency` 2, and no failure tolerated:
//!
//! ```text
//! start_map_run       MapStateStarted, MapRunStarted; without a reader, straight to `run_items`
//! handle_items        the reader's result: `[a, b, c]`
//! run_items           Fork { items: [a, b, c], map_run: MapRun { limit: 2, .. } }; children (flow 1, 0) and (flow 1, 1)
//! child 0 succeeds    outputs[0] is set; child (flow 1, 2) is started in its place
//! child 1 fails       one more than is tolerated: child 2 is stopped, MapRunFailed, and the failure is retried, caught
//!                     or ends the flow. A redrive resumes children 1 and 2
//! ```
//!
//! Source: [Distributed Map
//! state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).

use std::sync::Arc;

use serde_json::{Value, json};

use super::children::ChildKey;
use super::cursor::Cursor;
use super::flow::{FlowId, Fork, MapRun, Phase, StoppedFork};
use super::lifecycle::StateResult;
use super::map::{given_items, map_plan, saturated, too_many_failures};
use super::map_items::Inputs;
use super::{Command, Execution, Purpose, Start, Status, TaskCall, numbers};
use crate::definition::{Distributed, MapNode};
use crate::failure::{Failure, ITEM_READER_FAILED};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::object::set;
use crate::random::uuid;
use crate::{SharedValue, TaskId};

impl Execution {
    /// Starts a run: with the items that are given, or by reading them.
    pub(super) fn start_map_run(&mut self, mut cursor: Cursor, map: &MapNode, distributed: &Distributed) {
        let input = Arc::clone(&cursor.input);
        let Some(reader) = &distributed.reader else {
            let items = self.evaluate(&mut cursor, |scope| given_items(map, &input, &scope));
            match items {
                Ok(items) => {
                    let run_arn = self.push_run_started(&mut cursor, distributed, items.len());
                    self.run_items(cursor, run_arn, items);
                }
                Err(failure) => self.fork_failed(cursor, failure),
            }
            return;
        };
        let arguments = self.evaluate(&mut cursor, |scope| match &reader.arguments {
            Some(template) => Ok(template.evaluate("ItemReader/Arguments", &scope)?),
            None => Ok(SharedValue::new(json!({}))),
        });
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(failure) => return self.fork_failed(cursor, failure),
        };
        // As recorded on AWS: items that are still to be read have no length.
        let run_arn = self.push_run_started(&mut cursor, distributed, 0);
        let task = TaskId::new(self.next_number());
        self.tasks.insert(task, cursor.id);
        self.commands.push_back(Command::RunTask(TaskCall {
            id: task,
            execution_arn: Arc::clone(&self.identity.arn),
            state: Arc::clone(&cursor.node.name),
            resource: Arc::clone(&reader.resource),
            arguments,
            credentials: None,
            task_token: None,
            retry_count: cursor.visit.retry_count,
            timeout: None,
            heartbeat: None,
            purpose: Purpose::ReadItems,
        }));
        self.park(cursor, Phase::Reading { task, run_arn });
    }

    /// Appends the start of the run, and returns its ARN.
    fn push_run_started(
        &mut self,
        cursor: &mut Cursor,
        distributed: &Distributed,
        length: usize,
    ) -> Arc<str> {
        self.push_event(cursor, EventType::MapStateStarted, Details::MapStarted { length });
        let run = uuid(&mut self.random);
        let identity = &self.identity;
        let arn: Arc<str> = format!(
            "arn:aws:states:{}:{}:mapRun:{}/{}:{run}",
            identity.region, identity.account, identity.machine_name, distributed.label
        )
        .into();
        let details = Details::MapRunStarted {
            arn: Arc::clone(&arn),
        };
        self.push_event(cursor, EventType::MapRunStarted, details);
        arn
    }

    pub(super) fn handle_items(&mut self, mut cursor: Cursor, run_arn: Arc<str>, response: Value) {
        let Value::Array(items) = response else {
            // The wording of AWS.
            let failure = Failure::new(ITEM_READER_FAILED, "Attempting to map over non-iterable node.");
            return self.map_run_failed(cursor, failure);
        };
        let node = Arc::clone(&cursor.node);
        let reader = node.map().distributed().reader.as_ref();
        let max_items = reader.and_then(|reader| reader.max_items.as_ref());
        match self.evaluate(&mut cursor, |scope| numbers::max_items(max_items, &scope)) {
            Ok(Some(max_items)) => {
                let items = items.into_iter().take(saturated(max_items));
                self.run_items(cursor, run_arn, items.map(SharedValue::new).collect());
            }
            Ok(None) => {
                // The wording of AWS.
                let failure = Failure::new(ITEM_READER_FAILED, "field MaxItems must be positive");
                self.map_run_failed(cursor, failure);
            }
            Err(failure) => self.map_run_failed(cursor, failure),
        }
    }

    /// Starts as many child executions as may run at once. The start of the run is the cursor's last event.
    fn run_items(&mut self, mut cursor: Cursor, arn: Arc<str>, items: Vec<SharedValue>) {
        let started = cursor.last_event;
        let node = Arc::clone(&cursor.node);
        let prepared = self
            .evaluate(&mut cursor, |scope| map_plan(node.map(), items, &scope))
            .and_then(|plan| {
                let inputs = self.child_inputs(&mut cursor, &plan)?;
                Ok((plan, inputs))
            });
        let (plan, Inputs { inputs, weights }) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return self.map_run_failed(cursor, failure),
        };
        let run = MapRun {
            arn,
            started,
            limit: plan.limit,
            weights,
            failed: Vec::new(),
            redrives: 0,
        };
        let fork = Fork {
            outputs: vec![None; inputs.len()],
            items: inputs,
            // "The default value is 0": no item may fail.
            tolerated: Some(plan.tolerated.unwrap_or(0)),
            map_run: Some(Box::new(run)),
            ..Fork::default()
        };
        let id = cursor.id;
        self.park(cursor, Phase::Fork(Box::new(fork)));
        self.continue_map_run(id);
    }

    /// Starts child executions while there is room, and ends the run when all have ended.
    pub(super) fn continue_map_run(&mut self, id: FlowId) {
        loop {
            let active = self.children.of(id).count();
            // A child execution may just have ended the run, and with it even this execution.
            let Some(flow) = self.flows.get_mut(&id) else {
                return;
            };
            let Phase::Fork(fork) = &mut flow.phase else {
                return;
            };
            let (index, limit) = (fork.next_item, fork.map_run().limit);
            match fork.items.get(index).map(Arc::clone) {
                Some(input) if active < limit => {
                    fork.next_item += 1;
                    let node = Arc::clone(self.machine.program().node(flow.block, flow.state));
                    self.start_item_execution((id, index), node.map(), &input);
                }
                None if active == 0 => return self.map_run_succeeded(id),
                _ => return,
            }
        }
    }

    /// Starts the child execution of an item or a batch.
    pub(super) fn start_item_execution(&mut self, key: ChildKey, map: &MapNode, input: &SharedValue) {
        let identity = Arc::clone(&self.identity);
        let distributed = map.distributed();
        let start = Start {
            machine_name: format!("{}/{}", identity.machine_name, distributed.label),
            now: self.now,
            workflow_type: distributed.workflow_type,
            region: identity.region.to_string(),
            account: identity.account.clone(),
            role_arn: identity.role_arn.to_string(),
            ..Start::seeded(&mut self.random, Value::clone(input))
        };
        self.start_child(key, start, map.processor);
    }

    pub(super) fn child_ended(&mut self, (id, index): ChildKey, child: Execution) {
        // Another child execution may have ended the run, and with it even this execution.
        let Some(flow) = self.flows.get_mut(&id) else {
            return;
        };
        let Phase::Fork(fork) = &mut flow.phase else {
            return;
        };
        if let Status::Succeeded { output } = child.status() {
            fork.set_output(index, Arc::clone(output));
            return;
        }
        let run = fork.map_run();
        let weight = run.weights.get(index).copied();
        let weight = weight.expect_invariant("each child execution of a Map Run has a number of items");
        run.failed.push((index, child));
        fork.failed += weight;
        if fork.tolerated.is_some_and(|tolerated| fork.failed > tolerated) {
            let mut cursor = self.take(id);
            let mut fork = cursor.take_fork();
            self.stop_map_run(id, &mut fork);
            let branches = Vec::new();
            cursor.stopped_fork = Some(Box::new(StoppedFork { fork, branches }));
            self.map_run_failed(cursor, too_many_failures());
        }
    }

    /// Stops the running child executions of a run.
    pub(super) fn stop_map_run(&mut self, id: FlowId, fork: &mut Fork) {
        let keys: Vec<ChildKey> = self.children.of(id).collect();
        for key in keys {
            let child = self.stop_child(key);
            fork.map_run().failed.push((key.1, child));
        }
    }

    pub(super) fn map_run_failed(&mut self, mut cursor: Cursor, failure: Failure) {
        self.push_event(&mut cursor, EventType::MapRunFailed, failure.details());
        self.fork_failed(cursor, failure);
    }

    /// As recorded on AWS: `MapStateSucceeded` follows `MapRunSucceeded`, but `MapStateExited` has `MapRunStarted` as its
    /// predecessor.
    fn map_run_succeeded(&mut self, id: FlowId) {
        let mut cursor = self.take(id);
        let mut fork = cursor.take_fork();
        let outputs = std::mem::take(&mut fork.outputs);
        let run = fork.map_run();
        cursor.last_event = run.started;
        let result_of = |(index, output): (usize, Option<SharedValue>)| {
            if let Some(output) = output {
                return Value::clone(&output);
            }
            let failed = run.failed.iter().find(|(of, _)| *of == index);
            let (_, child) = failed.expect_invariant("a child execution without an output has failed");
            description_of(child)
        };
        let results = outputs.into_iter().enumerate().map(result_of).collect();
        let result = match self.write_results(&mut cursor, &run.arn, results) {
            Ok(result) => result,
            Err(failure) => return self.map_run_failed(cursor, failure),
        };
        let succeeded =
            self.push_event_after(&cursor, run.started, EventType::MapRunSucceeded, Details::None);
        self.push_event_after(&cursor, succeeded, EventType::MapStateSucceeded, Details::None);
        self.exit_state(cursor, StateResult::Result(&SharedValue::new(result)));
    }
}

/// The result of a child execution whose failure is tolerated: the response of `DescribeExecution`.
///
/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html),
/// `Transformation`: "If a child workflow execution fails, the Map Run returns its execution result unchanged."
fn description_of(child: &Execution) -> Value {
    let mut description = json!({
        "ExecutionArn": child.arn(),
        "Input": child.input().to_string(),
        "InputDetails": {"Included": true},
        "Name": child.name(),
        "RedriveCount": child.redrive_count(),
        "StartDate": child.started_at().to_string(),
        "StateMachineArn": child.machine_arn(),
        "Status": child.status().name(),
        "StopDate": child.stopped_at().map(|at| at.to_string()),
    });
    for (key, text) in child.described_failure() {
        set(&mut description, key, text);
    }
    description
}
