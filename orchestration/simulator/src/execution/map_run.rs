//! Map Runs: the mode `DISTRIBUTED` of a Map, whose items run as child executions.
//!
//! The items are given, or read by the `ItemReader`: its integration is called like a task, and whoever runs tasks
//! answers with the array of the items. A `ResultWriter` writes nothing here: the state's result says where the
//! results would be.
//!
//! Three items, `MaxConcurrency` 2, and no failure tolerated:
//!
//! ```text
//! start_map_run       MapStateStarted, MapRunStarted; without a reader, straight to `run_items`
//! items_read          the reader's answer: `[a, b, c]`
//! run_items           Group { items: [a, b, c], run: MapRun { limit: 2, .. } }; children (flow 1, 0) and (flow 1, 1)
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
use super::fields;
use super::flow::{FlowId, Group, MapRun, Phase, StoppedGroup};
use super::map::{given_items, limit_of, plan, too_many_failures};
use super::map_items::Inputs;
use super::steps::StateResult;
use super::{Command, Execution, Purpose, Start, Status, TaskCall};
use crate::definition::{Distributed, MapNode};
use crate::failure::{Failure, ITEM_READER_FAILED};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::object::set;
use crate::random::uuid;
use crate::{Payload, TaskId};

impl Execution {
    /// Begins a run: with the items that are given, or by reading them.
    pub(super) fn start_map_run(&mut self, mut cursor: Cursor, map: &MapNode, distributed: &Distributed) {
        let input = Arc::clone(&cursor.input);
        let Some(reader) = &distributed.reader else {
            let items = self.evaluate(&mut cursor, |scope| given_items(map, &input, &scope));
            match items {
                Ok(items) => {
                    let run_arn = self.note_run_started(&mut cursor, distributed, items.len());
                    self.run_items(cursor, run_arn, items);
                }
                Err(failure) => self.group_failed(cursor, failure),
            }
            return;
        };
        let arguments = self.evaluate(&mut cursor, |scope| match &reader.arguments {
            Some(template) => Ok(template.evaluate("ItemReader/Arguments", &scope)?),
            None => Ok(Payload::new(json!({}))),
        });
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(failure) => return self.group_failed(cursor, failure),
        };
        // As recorded on AWS: items that are still to be read have no length.
        let run_arn = self.note_run_started(&mut cursor, distributed, 0);
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

    /// Records the start of the run, and gives its ARN.
    fn note_run_started(
        &mut self,
        cursor: &mut Cursor,
        distributed: &Distributed,
        length: usize,
    ) -> Arc<str> {
        self.note(cursor, EventType::MapStateStarted, Details::MapStarted { length });
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
        self.note(cursor, EventType::MapRunStarted, details);
        arn
    }

    pub(super) fn items_read(&mut self, mut cursor: Cursor, run_arn: Arc<str>, answer: Value) {
        let Value::Array(items) = answer else {
            // The wording of AWS.
            let failure = Failure::new(ITEM_READER_FAILED, "Attempting to map over non-iterable node.");
            return self.map_run_failed(cursor, failure);
        };
        let node = Arc::clone(&cursor.node);
        let reader = node.map().distributed().reader.as_ref();
        let max_items = reader.and_then(|reader| reader.max_items.as_ref());
        match self.evaluate(&mut cursor, |scope| fields::number(max_items, &scope)) {
            Ok(max_items) => {
                let items = items.into_iter().take(limit_of(max_items));
                self.run_items(cursor, run_arn, items.map(Payload::new).collect());
            }
            Err(failure) => self.map_run_failed(cursor, failure),
        }
    }

    /// Starts as many child executions as may run at once. The start of the run is the cursor's last event.
    fn run_items(&mut self, mut cursor: Cursor, arn: Arc<str>, items: Vec<Payload>) {
        let started = cursor.last_event;
        let node = Arc::clone(&cursor.node);
        let prepared = self
            .evaluate(&mut cursor, |scope| plan(node.map(), items, &scope))
            .and_then(|plan| {
                let inputs = self.inputs(&mut cursor, &plan)?;
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
        let group = Group {
            outputs: vec![None; inputs.len()],
            items: inputs,
            // "The default value is 0": no item may fail.
            tolerated: Some(plan.tolerated.unwrap_or(0)),
            run: Some(Box::new(run)),
            ..Group::default()
        };
        let id = cursor.id;
        self.park(cursor, Phase::Group(Box::new(group)));
        self.go_on_with_map_run(id);
    }

    /// Starts child executions while there is room, and ends the run when all have ended.
    pub(super) fn go_on_with_map_run(&mut self, id: FlowId) {
        loop {
            let active = self.children.of(id).count();
            // A child execution may just have ended the run, and with it even this execution.
            let Some(flow) = self.flows.get_mut(&id) else {
                return;
            };
            let Phase::Group(group) = &mut flow.phase else {
                return;
            };
            let (index, limit) = (group.next_item, group.run().limit);
            match group.items.get(index).map(Arc::clone) {
                Some(input) if active < limit => {
                    group.next_item += 1;
                    let node = Arc::clone(self.machine.program().node(flow.level, flow.state));
                    self.start_item_execution((id, index), node.map(), &input);
                }
                None if active == 0 => return self.map_run_succeeded(id),
                _ => return,
            }
        }
    }

    /// Starts the child execution of an item or a batch.
    pub(super) fn start_item_execution(&mut self, key: ChildKey, map: &MapNode, input: &Payload) {
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

    pub(super) fn map_run_part_ended(&mut self, (id, index): ChildKey, child: Execution) {
        // Another child execution may have ended the run, and with it even this execution.
        let Some(flow) = self.flows.get_mut(&id) else {
            return;
        };
        let Phase::Group(group) = &mut flow.phase else {
            return;
        };
        if let Status::Succeeded { output } = child.status() {
            group.finish(index, Arc::clone(output));
            return;
        }
        let run = group.run();
        let weight = run.weights.get(index).copied();
        let weight = weight.invariant("each child execution of a Map Run has a number of items");
        run.failed.push((index, child));
        group.failed += weight;
        if group.tolerated.is_some_and(|tolerated| group.failed > tolerated) {
            let mut cursor = self.take(id);
            let mut group = cursor.take_group();
            self.stop_map_run(id, &mut group);
            let parts = Vec::new();
            cursor.stopped = Some(Box::new(StoppedGroup { group, parts }));
            self.map_run_failed(cursor, too_many_failures());
        }
    }

    /// Stops the child executions of a run that still run.
    pub(super) fn stop_map_run(&mut self, id: FlowId, group: &mut Group) {
        let keys: Vec<ChildKey> = self.children.of(id).collect();
        for key in keys {
            let child = self.stop_child(key);
            group.run().failed.push((key.1, child));
        }
    }

    pub(super) fn map_run_failed(&mut self, mut cursor: Cursor, failure: Failure) {
        self.note(&mut cursor, EventType::MapRunFailed, failure.details());
        self.group_failed(cursor, failure);
    }

    /// As recorded on AWS, the run's success is the predecessor of the state's success, but the run's start that of the
    /// state's exit.
    fn map_run_succeeded(&mut self, id: FlowId) {
        let mut cursor = self.take(id);
        let mut group = cursor.take_group();
        let outputs = std::mem::take(&mut group.outputs);
        let run = group.run();
        cursor.last_event = run.started;
        let result_of = |(index, output): (usize, Option<Payload>)| {
            if let Some(output) = output {
                return Value::clone(&output);
            }
            let failed = run.failed.iter().find(|(of, _)| *of == index);
            let (_, child) = failed.invariant("a child execution without an output has failed");
            described(child)
        };
        let results = outputs.into_iter().enumerate().map(result_of).collect();
        let result = match self.written(&mut cursor, &run.arn, results) {
            Ok(result) => result,
            Err(failure) => return self.map_run_failed(cursor, failure),
        };
        let succeeded = self.note_after(&cursor, run.started, EventType::MapRunSucceeded, Details::None);
        self.note_after(&cursor, succeeded, EventType::MapStateSucceeded, Details::None);
        self.leave(cursor, StateResult::Result(&Payload::new(result)));
    }
}

/// What the results hold for a child execution that failed and is tolerated: what `DescribeExecution` answers.
///
/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html),
/// `Transformation`: "If a child workflow execution fails, the Map Run returns its execution result unchanged."
fn described(child: &Execution) -> Value {
    let mut described = json!({
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
    if let Status::Failed { error, cause } = child.status() {
        for (key, text) in [("Error", error), ("Cause", cause)] {
            if let Some(text) = text {
                set(&mut described, key, &**text);
            }
        }
    }
    described
}
