//! Running the machines of a case in the simulator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use simulator::virtual_time::{Handle, VirtualClock, VirtualTime};
use simulator::{
    EpochMillis, EventType, Machine, StateMachines, Status, TaskCall, TaskFailure, TaskOutcome, WorkflowType,
    runner,
};

use super::ast::{Behaviour, Callee, FailureMode};
use super::build::Built;
use super::calls::Call;
use super::interpreter::{CAUSE, working_time};

/// The observed result of an execution.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) status: Status,
    pub(crate) duration: Duration,
    pub(crate) calls: Vec<Call>,
    /// The inputs that the workflow `Later` was started with.
    pub(crate) started: Vec<Call>,
    /// The number of executions that have not ended.
    pub(crate) running: usize,
}

/// The substitutions that the template supplies.
pub(crate) fn substitutions() -> BTreeMap<String, String> {
    let function = |name| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
    let machine = |name| format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}");
    let post = "https://sqs.us-east-1.amazonaws.com/123456789012/post";
    [
        ("EchoFunctionArn", function("echo")),
        ("AskFunctionArn", function("ask")),
        ("InnerStateMachineArn", machine("Inner")),
        ("LaterStateMachineArn", machine("Later")),
        ("PostQueueUrl", post.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(crate) fn run(built: &Built, input: Value) -> Observed {
    let recorded = record(built, input, |call, does, handle| {
        answer(call, does, handle, about(call))
    });
    let sample = |(state, about): (String, Value)| (state, serde_json::from_value(about).unwrap());
    let calls = recorded.calls.into_iter().map(sample);
    let (started, calls) = calls.partition(|(state, _)| state == "Later");
    Observed {
        duration: recorded.duration,
        status: recorded.status,
        calls,
        started,
        running: recorded.running,
    }
}

/// The observed result of an execution whose calls may get and give anything.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) status: Status,
    pub(crate) duration: Duration,
    /// The states and what they are about.
    pub(crate) calls: Vec<(String, Value)>,
    /// The tasks that were cut off, since another branch had failed.
    pub(crate) aborted: BTreeSet<String>,
    /// The number of executions that have not ended.
    pub(crate) running: usize,
}

/// Runs the machines with tasks that answer as `answer` says.
pub(crate) fn record(
    built: &Built,
    input: Value,
    answer: impl Fn(&TaskCall, Option<&(Callee, Behaviour)>, &Handle) -> TaskOutcome + Send + Sync,
) -> Recorded {
    let mut service = StateMachines::new(1);
    for (name, machine) in &built.machines {
        let json = machine.to_json().unwrap();
        let machine = Machine::from_template(&json, &substitutions())
            .unwrap_or_else(|diagnostic| panic!("{diagnostic}\n{json}"));
        service.register(*name, WorkflowType::Standard, machine);
    }
    let handle = Handle::new(service, VirtualClock::new(EpochMillis::new(0)));
    let calls = Mutex::new(Vec::new());
    let tasks = runner::from_fn(|call: TaskCall| {
        calls.lock().unwrap().push((call.state.to_string(), about(&call)));
        let does = built.tasks.get(&*call.state);
        std::future::ready(answer(&call, does, &handle))
    });
    let mut time = VirtualTime::of(handle.clone(), tasks);
    let arn = handle.start_execution("Whole", "one", input).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(time.run_to_end());
    drop(time);
    let ended = handle.describe(&arn).unwrap();
    let running = handle
        .list(None)
        .iter()
        .filter(|execution| execution.status.is_running())
        .count();
    Recorded {
        aborted: aborted(&handle),
        duration: ended
            .stopped_at
            .unwrap_or(ended.started_at)
            .since(ended.started_at),
        status: ended.status,
        calls: calls.into_inner().unwrap(),
        running,
    }
}

/// The tasks that were cut off, and all those of executions that were.
fn aborted(handle: &Handle) -> BTreeSet<String> {
    let mut aborted = BTreeSet::new();
    for execution in handle.list(None) {
        let is_cut_off = matches!(execution.status, Status::Aborted);
        let history = handle.history(&execution.arn).unwrap();
        let states = history
            .iter()
            .filter(|event| is_cut_off || event.event_type == EventType::TaskStateAborted)
            .filter_map(|event| event.location.state.as_deref());
        aborted.extend(states.map(str::to_owned));
    }
    aborted
}

/// The sample in the arguments of a call.
pub(crate) fn about(call: &TaskCall) -> Value {
    let payload = call.payload();
    let about = match (payload.get("about"), payload.get("MessageBody")) {
        (Some(about), _) | (None, Some(about)) => about,
        (None, None) => payload,
    };
    about.clone()
}

/// The answer of a callee that outputs what it is `about`.
pub(crate) fn answer(
    call: &TaskCall,
    does: Option<&(Callee, Behaviour)>,
    handle: &Handle,
    about: Value,
) -> TaskOutcome {
    let works = match does {
        Some((Callee::Queue, _)) => {
            let text = about["text"].as_str().unwrap_or_default();
            json!({"MessageId": format!("m-{text}")})
        }
        _ => about,
    };
    let Some((callee, behaviour)) = does else {
        return Ok(works).into();
    };
    let (result, duration) = match *behaviour {
        Behaviour::Fails(FailureMode::NoAnswer, times) if call.retry_count < u64::from(times) => {
            // The token of a callback is never used; a function takes longer than its timeout.
            return TaskOutcome::from(Ok(Value::Null)).taking(if callee.is_callback() {
                Duration::ZERO
            } else {
                Duration::from_hours(1)
            });
        }
        Behaviour::Fails(how, times) if call.retry_count < u64::from(times) => {
            (Err(TaskFailure::new(callee.error(how), CAUSE)), Duration::ZERO)
        }
        Behaviour::Succeeds(half_seconds) => (Ok(works), working_time(half_seconds)),
        Behaviour::Fails(..) => (Ok(works), Duration::ZERO),
    };
    let Some(token) = &call.task_token else {
        return TaskOutcome::from(result).taking(duration);
    };
    // If another branch has failed meanwhile, the task is no longer waiting.
    let _ = match result {
        Ok(works) => handle.send_task_success(token, works),
        Err(failure) => handle.send_task_failure(token, &failure.error, &failure.cause),
    };
    Ok(Value::Null).into()
}
