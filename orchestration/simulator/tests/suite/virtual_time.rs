//! The driver in virtual time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use simulator::virtual_time::{Handle, VirtualClock, VirtualTime};
use simulator::{
    EpochMillis, Machine, StateMachines, TaskCall, TaskFailure, TaskOutcome, TaskRunner, WorkflowType, runner,
};

use crate::support::{callback, machine, task};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

fn handle(machines: &[(&str, Machine)]) -> Handle {
    let mut service = StateMachines::new(1);
    for (name, machine) in machines {
        service.register(*name, WorkflowType::Standard, machine.clone());
    }
    Handle::new(service, VirtualClock::new(EpochMillis::new(0)))
}

#[test]
fn a_task_takes_its_virtual_time_and_times_out_beyond_timeout_seconds() {
    let machine = machine("Call", json!({"Call": task(json!({"TimeoutSeconds": 5}))}));
    let taking = runner::from_fn(async |call: TaskCall| {
        let took = Duration::from_secs(call.payload().as_u64().unwrap());
        TaskOutcome {
            result: Ok::<Value, TaskFailure>(json!("done")),
            took,
        }
    });
    let mut time = VirtualTime::of(handle(&[("m", machine)]), taking);
    let in_time = time.handle().start_execution("m", "in-time", json!(5)).unwrap();
    let late = time.handle().start_execution("m", "late", json!(6)).unwrap();

    block_on(time.run_to_end());

    let status = |arn| time.handle().describe(arn).unwrap().status;
    assert_eq!(status(&in_time).output(), Some(&json!("done")));
    assert_eq!(status(&late).error(), Some("States.Timeout"));
    assert_eq!(
        time.handle().describe(&late).unwrap().stopped_at,
        Some(EpochMillis::new(5000))
    );
}

/// Keeps the token of each callback, and completes it when the other machine's task runs.
struct Completes {
    handle: Handle,
    token: Mutex<Option<simulator::TaskToken>>,
}

impl TaskRunner for Completes {
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        if let Some(token) = call.task_token {
            *self.token.lock().unwrap() = Some(token);
            self.handle
                .start_execution("confirm", "second", json!({}))
                .unwrap();
        } else {
            let token = self.token.lock().unwrap().take().unwrap();
            self.handle.send_task_success(&token, json!("clicked")).unwrap();
        }
        Ok(Value::Null)
    }
}

#[test]
fn a_task_can_start_and_complete_others_while_it_runs() {
    let handle = handle(&[
        ("ask", machine("Ask", json!({"Ask": callback(json!({}))}))),
        ("confirm", machine("Click", json!({"Click": task(json!({}))}))),
    ]);
    let runner = Arc::new(Completes {
        handle: handle.clone(),
        token: Mutex::new(None),
    });
    let mut time = VirtualTime::of(handle, runner);
    let arn = time.handle().start_execution("ask", "first", json!({})).unwrap();

    block_on(time.run_until_idle());

    assert_eq!(
        time.handle().describe(&arn).unwrap().status.output(),
        Some(&json!("clicked"))
    );
    assert_eq!(time.handle().list(None).len(), 2);
}

#[test]
fn time_advances_only_as_far_as_asked() {
    let machine = machine(
        "Wait",
        json!({"Wait": {"Type": "Wait", "Seconds": 10, "End": true}}),
    );
    let nothing = runner::from_fn(async |_: TaskCall| Ok::<Value, TaskFailure>(Value::Null));
    let mut time = VirtualTime::of(handle(&[("m", machine)]), nothing);
    let arn = time.handle().start_execution("m", "one", json!({})).unwrap();

    block_on(time.advance_by(Duration::from_secs(9)));
    assert!(time.handle().describe(&arn).unwrap().status.is_running());
    assert_eq!(time.handle().now(), EpochMillis::new(9000));
    block_on(time.advance_to(EpochMillis::new(20_000)));

    assert_eq!(
        time.handle().describe(&arn).unwrap().stopped_at,
        Some(EpochMillis::new(10_000))
    );
    assert_eq!(time.handle().now(), EpochMillis::new(20_000));
}

#[test]
fn a_day_of_waiting_for_a_token_ends_by_its_timeout() {
    let machine = machine("Ask", json!({"Ask": callback(json!({"TimeoutSeconds": 86400}))}));
    let nothing = runner::from_fn(async |_: TaskCall| Ok::<Value, TaskFailure>(Value::Null));
    let mut time = VirtualTime::of(handle(&[("m", machine)]), nothing);
    let arn = time.handle().start_execution("m", "one", json!({})).unwrap();

    block_on(time.run_to_end());

    assert_eq!(
        time.handle().describe(&arn).unwrap().status.error(),
        Some("States.Timeout")
    );
    assert_eq!(time.handle().now(), EpochMillis::new(86_400_000));
}
