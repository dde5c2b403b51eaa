//! Map states whose items run as executions of their own.
//!
//! The items are given, or read by the `ItemReader`: its integration is called like a task, and whoever runs tasks
//! answers with the array of the items. A `ResultWriter` writes nothing here: the state's result says where the
//! results would be.
//!
//! Source: [Distributed Map
//! state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::fields;
use super::flow::{Flow, FlowId, Group, MapRun, Phase, StoppedGroup};
use super::map::{given_items, plan, too_many_failures};
use super::map_items::Inputs;
use super::steps::Outcome;
use super::{Command, Execution, Kind as ExecutionKind, Purpose, Start, Status, TaskCall, TaskEvent};
use crate::definition::{Distributed, Kind, MapNode, Program, StateNode};
use crate::failure::{Failure, ITEM_READER_FAILED};
use crate::history::{Details, EventType};
use crate::{Payload, TaskId};

impl Execution {
    /// Begins a run: with the items that are given, or by reading them.
    pub(super) fn start_map_run(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        map: &MapNode,
        distributed: &Distributed,
    ) {
        let input = Arc::clone(&flow.input);
        let Some(reader) = &distributed.reader else {
            let items = self.evaluate(&mut flow, node, None, None, |scope, world| {
                given_items(map, &input, &scope, world)
            });
            match items {
                Ok(items) => {
                    self.note_run_started(&mut flow, distributed, items.len());
                    self.run_items(program, id, flow, node, items);
                }
                Err(failure) => self.group_failed(program, id, flow, node, failure),
            }
            return;
        };
        let arguments = self.evaluate(&mut flow, node, None, None, |scope, world| {
            match &reader.arguments {
                Some(template) => Ok(template.evaluate("ItemReader/Arguments", &scope, world)?),
                None => Ok(Payload::new(json!({}))),
            }
        });
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(failure) => return self.group_failed(program, id, flow, node, failure),
        };
        // As recorded on AWS: what is yet to be read has no length.
        self.note_run_started(&mut flow, distributed, 0);
        let task = TaskId::new(self.next_number());
        self.tasks.insert(task, id);
        self.commands.push_back(Command::RunTask(TaskCall {
            id: task,
            execution_arn: Arc::clone(&self.identity.arn),
            state: Arc::clone(&node.name),
            resource: Arc::clone(&reader.resource),
            arguments,
            credentials: None,
            task_token: None,
            retry_count: flow.visit.retry_count,
            timeout: None,
            heartbeat: None,
            purpose: Purpose::ReadItems,
        }));
        flow.phase = Phase::Reading(task);
        self.flows.insert(id, flow);
    }

    fn note_run_started(&mut self, flow: &mut Flow, distributed: &Distributed, length: usize) {
        self.note(flow, EventType::MapStateStarted, Details::MapStarted { length });
        let run = crate::jsonata::uuid(&mut self.random);
        let identity = &self.identity;
        let arn: Arc<str> = format!(
            "arn:aws:states:{}:{}:mapRun:{}/{}:{run}",
            identity.region, identity.account, identity.machine_name, distributed.label
        )
        .into();
        self.note(flow, EventType::MapRunStarted, Details::MapRunStarted { arn });
    }

    /// Takes the answer of an item reader; gives back an event that is about something else.
    pub(super) fn take_items(&mut self, program: &Program, event: TaskEvent) -> Result<(), Box<TaskEvent>> {
        let (TaskEvent::Succeeded { id, .. } | TaskEvent::Answered { id, .. } | TaskEvent::Failed { id, .. }) =
            &event
        else {
            return Err(Box::new(event));
        };
        let flow_id = match self.tasks.get(id) {
            Some(flow_id)
                if self
                    .flows
                    .get(flow_id)
                    .is_some_and(|flow| matches!(flow.phase, Phase::Reading(_))) =>
            {
                *flow_id
            }
            _ => return Err(Box::new(event)),
        };
        self.tasks.remove(id);
        let Some(mut flow) = self.flows.remove(&flow_id) else {
            return Ok(());
        };
        flow.phase = Phase::Ready;
        let Some(node) = program.node(flow.level, flow.state) else {
            return Ok(());
        };
        match event {
            TaskEvent::Succeeded { output, .. } | TaskEvent::Answered { answer: output, .. } => {
                self.items_read(program, flow_id, flow, node, output);
            }
            TaskEvent::Failed { cause, .. } => {
                let failure = Failure::new(ITEM_READER_FAILED, cause);
                self.map_run_failed(program, flow_id, flow, node, failure);
            }
            _ => {}
        }
        Ok(())
    }

    fn items_read(&mut self, program: &Program, id: FlowId, mut flow: Flow, node: &StateNode, answer: Value) {
        let Value::Array(items) = answer else {
            // The wording of AWS.
            let failure = Failure::new(ITEM_READER_FAILED, "Attempting to map over non-iterable node.");
            return self.map_run_failed(program, id, flow, node, failure);
        };
        let most = distributed(node)
            .and_then(|distributed| distributed.reader.as_ref())
            .and_then(|reader| reader.max_items.as_ref());
        let most = self.evaluate(&mut flow, node, None, None, |scope, world| {
            fields::number(most, &scope, world)
        });
        match most {
            Ok(most) => {
                let most = match most {
                    None | Some(0) => usize::MAX,
                    Some(most) => usize::try_from(most).unwrap_or(usize::MAX),
                };
                let items = items.into_iter().take(most).map(Payload::new).collect();
                self.run_items(program, id, flow, node, items);
            }
            Err(failure) => self.map_run_failed(program, id, flow, node, failure),
        }
    }

    /// Starts as many executions as may run at once; `flow` has just noted that the run started.
    fn run_items(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        items: Vec<Payload>,
    ) {
        let (Kind::Map(map), Some(distributed)) = (&node.kind, distributed(node)) else {
            return;
        };
        let started = flow.last_event;
        let prepared = self
            .evaluate(&mut flow, node, None, None, |scope, world| {
                plan(map, items, &scope, world)
            })
            .and_then(|plan| {
                let inputs = self.inputs(&mut flow, node, map, distributed, &plan)?;
                Ok((plan, inputs))
            });
        let (plan, Inputs { inputs, weights }) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return self.map_run_failed(program, id, flow, node, failure),
        };
        let run = MapRun {
            arn: self.map_run_arn(started),
            started,
            limit: plan.limit,
            weights,
            failed: Vec::new(),
            redrives: 0,
        };
        flow.phase = Phase::Group(Box::new(Group {
            running: BTreeMap::new(),
            outputs: vec![None; inputs.len()],
            items: inputs,
            next_item: 0,
            failed: 0,
            // "The default value is 0": no item may fail.
            tolerated: Some(plan.tolerated.unwrap_or(0)),
            tolerated_flows: Vec::new(),
            run: Some(Box::new(run)),
        }));
        self.flows.insert(id, flow);
        self.go_on_with_map_run(program, id);
    }

    fn map_run_arn(&self, started: u64) -> Arc<str> {
        let event = usize::try_from(started)
            .ok()
            .and_then(|id| self.history.get(id.checked_sub(1)?));
        match event.map(|event| &event.details) {
            Some(Details::MapRunStarted { arn }) => Arc::clone(arn),
            _ => Arc::default(),
        }
    }

    /// Starts executions while there is room, and ends the run when all have ended.
    pub(super) fn go_on_with_map_run(&mut self, program: &Program, id: FlowId) {
        loop {
            let active = self.children.of(id).count();
            let Some(flow) = self.flows.get_mut(&id) else {
                return;
            };
            let Some(node) = program.node(flow.level, flow.state) else {
                return;
            };
            let (Phase::Group(group), Kind::Map(map), Some(distributed)) =
                (&mut flow.phase, &node.kind, distributed(node))
            else {
                return;
            };
            let Some(run) = &group.run else { return };
            let index = group.next_item;
            let next = group.items.get(index).map(Arc::clone);
            match next {
                Some(input) if active < run.limit => {
                    group.next_item += 1;
                    let start = self.child_start(distributed, &input);
                    self.start_child(program, (id, index), start, map.processor);
                }
                None if active == 0 => return self.map_run_succeeded(program, id),
                _ => return,
            }
        }
    }

    /// What an item's execution is started with.
    pub(super) fn child_start(&mut self, distributed: &Distributed, input: &Payload) -> Start {
        let identity = Arc::clone(&self.identity);
        Start {
            machine_name: format!("{}/{}", identity.machine_name, distributed.label),
            now: self.now,
            kind: if distributed.express {
                ExecutionKind::Express
            } else {
                ExecutionKind::Standard
            },
            region: identity.region.to_string(),
            account: identity.account.clone(),
            role_arn: identity.role_arn.to_string(),
            ..Start::seeded(&mut self.random, Value::clone(input))
        }
    }

    /// Takes the end of an item's execution.
    pub(super) fn map_run_part_ended(&mut self, program: &Program, key: (FlowId, usize), child: Execution) {
        let (id, index) = key;
        let Some(mut flow) = self.flows.remove(&id) else {
            return;
        };
        let Phase::Group(group) = &mut flow.phase else {
            self.flows.insert(id, flow);
            return;
        };
        let Some(run) = &mut group.run else { return };
        if let Status::Succeeded { output } = child.status() {
            if let Some(slot) = group.outputs.get_mut(index) {
                *slot = Some(Arc::clone(output));
            }
        } else {
            // A batch that fails has failed with all of its items.
            group.failed += run.weights.get(index).copied().unwrap_or(1);
            run.failed.push((index, child));
            if group.failed > group.tolerated.unwrap_or(0) {
                return self.too_many_items_failed(program, id, flow);
            }
        }
        self.flows.insert(id, flow);
    }

    fn too_many_items_failed(&mut self, program: &Program, id: FlowId, mut flow: Flow) {
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        if let Phase::Group(mut group) = std::mem::replace(&mut flow.phase, Phase::Ready) {
            self.stop_map_run(id, &mut group);
            flow.stopped = Some(Box::new(StoppedGroup {
                group,
                parts: Vec::new(),
            }));
        }
        self.map_run_failed(program, id, flow, node, too_many_failures());
    }

    /// Ends the executions of a run that go on.
    pub(super) fn stop_map_run(&mut self, id: FlowId, group: &mut Group) {
        let keys: Vec<(FlowId, usize)> = self.children.of(id).collect();
        for key in keys {
            if let (Some(child), Some(run)) = (self.stop_child(key), &mut group.run) {
                run.failed.push((key.1, child));
            }
        }
    }

    fn map_run_failed(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        failure: Failure,
    ) {
        let details = Details::Failure {
            error: failure.error.clone(),
            cause: failure.cause.clone(),
        };
        self.note(&mut flow, EventType::MapRunFailed, details);
        self.group_failed(program, id, flow, node, failure);
    }

    /// As recorded on AWS, the state's success follows the run's, but its exit the run's start.
    fn map_run_succeeded(&mut self, program: &Program, id: FlowId) {
        let Some(mut flow) = self.flows.remove(&id) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        let Phase::Group(group) = std::mem::replace(&mut flow.phase, Phase::Ready) else {
            return;
        };
        let Some(run) = &group.run else { return };
        flow.last_event = run.started;
        let outputs = group.outputs.iter().enumerate();
        let results = outputs.filter_map(|(index, output)| match output {
            Some(output) => Some(Value::clone(output)),
            None => run
                .failed
                .iter()
                .find(|(of, _)| *of == index)
                .map(|(_, child)| told(child)),
        });
        let results: Vec<Value> = results.collect();
        let result = match self.written(&mut flow, node, &run.arn, results) {
            Ok(result) => result,
            Err(failure) => return self.map_run_failed(program, id, flow, node, failure),
        };
        let succeeded = self.note_after(&flow, run.started, EventType::MapRunSucceeded, Details::None);
        self.note_after(&flow, succeeded, EventType::MapStateSucceeded, Details::None);
        self.leave(program, id, flow, node, Outcome::Result(&Payload::new(result)));
    }
}

/// What stands among the results for an execution that failed and is tolerated: what `DescribeExecution` says of it.
///
/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html),
/// `Transformation`: "If a child workflow execution fails, the Map Run returns its execution result unchanged."
fn told(child: &Execution) -> Value {
    let mut told = json!({
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
    if let (Status::Failed { error, cause }, Some(fields)) = (child.status(), told.as_object_mut()) {
        for (key, text) in [("Error", error), ("Cause", cause)] {
            let text = text.as_deref().map(Value::from);
            fields.extend(text.map(|text| (key.to_owned(), text)));
        }
    }
    told
}

pub(super) fn distributed(node: &StateNode) -> Option<&Distributed> {
    match &node.kind {
        Kind::Map(map) => map.distributed.as_ref(),
        _ => None,
    }
}
