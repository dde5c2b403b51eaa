//! The driver in real time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::wall_clock::WallClock;
use simulator::{EventType, Machine, StateMachines, TaskCall, TaskFailure, WorkflowType, runner};
use tokio::sync::Barrier;

use crate::support::{callback, machine, task};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

fn clock(machine: Machine) -> WallClock {
    let mut service = StateMachines::new(1);
    service.register("m", WorkflowType::Standard, machine);
    WallClock::new(service)
}

#[test]
fn tasks_run_side_by_side() {
    let clock = clock(machine("Call", json!({"Call": task(json!({}))})));
    let barrier = Arc::new(Barrier::new(20));
    let meet = runner::from_fn(move |_: TaskCall| {
        let barrier = Arc::clone(&barrier);
        async move {
            // None gets past it unless all are running.
            barrier.wait().await;
            Ok::<Value, TaskFailure>(json!("met"))
        }
    });

    block_on(async {
        clock.spawn(meet);
        let arns: Vec<_> = (0..20)
            .map(|n| clock.start_execution("m", &format!("n{n}"), json!({})).unwrap())
            .collect();
        for arn in &arns {
            assert_eq!(
                clock.wait(arn).await.unwrap().status.output(),
                Some(&json!("met"))
            );
        }
        clock.shutdown().await;
    });
}

#[test]
fn a_graceful_shutdown_lets_running_tasks_end() {
    let states = json!({"Call": task(json!({"Next": "Again"})), "Again": task(json!({}))});
    let clock = clock(machine("Call", states));
    let slow = runner::from_fn(async |_: TaskCall| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<Value, TaskFailure>(json!(1))
    });

    block_on(async {
        clock.spawn(slow);
        let arn = clock.start_execution("m", "n", json!({})).unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
        clock.drain(Duration::from_secs(10)).await;

        let history = clock.history(&arn).unwrap();
        let count = |wanted| history.iter().filter(|event| event.event_type == wanted).count();
        // What follows is begun for the record, and is not run.
        assert_eq!(
            (count(EventType::TaskSucceeded), count(EventType::TaskStarted)),
            (1, 2)
        );
    });
}

#[test]
fn a_late_result_is_ignored() {
    let states = json!({
        "Call": task(json!({"TimeoutSeconds": 1, "Next": "Done", "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Rest"}]})),
        "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Done"},
        "Done": {"Type": "Pass", "Output": "rested", "End": true},
    });
    let clock = clock(machine("Call", states));
    let slow = runner::from_fn(async |_: TaskCall| {
        tokio::time::sleep(Duration::from_millis(1300)).await;
        Ok::<Value, TaskFailure>(json!("late"))
    });

    block_on(async {
        clock.spawn(slow);
        let begun = Instant::now();
        let arn = clock.start_execution("m", "one", json!({})).unwrap();
        let description = clock.wait(&arn).await.unwrap();

        assert_eq!(description.status.output(), Some(&json!("rested")));
        assert!(begun.elapsed() >= Duration::from_secs(2));
        let history = clock.history(&arn).unwrap();
        assert!(
            history
                .iter()
                .all(|event| event.event_type != EventType::TaskSucceeded)
        );
        clock.shutdown().await;
    });
}

#[test]
fn a_task_that_panics_fails() {
    let clock = clock(machine("Call", json!({"Call": task(json!({}))})));
    let dies = runner::from_fn(async |call: TaskCall| {
        assert!(call.payload().is_null(), "it is not");
        Ok::<Value, TaskFailure>(Value::Null)
    });

    block_on(async {
        clock.spawn(dies);
        let arn = clock.start_execution("m", "one", json!({})).unwrap();
        assert_eq!(
            clock.wait(&arn).await.unwrap().status.error(),
            Some("Lambda.Unknown")
        );
        clock.shutdown().await;
    });
}

#[test]
fn a_token_completes_an_execution_and_shutdown_releases_waiters() {
    let clock = clock(machine("Ask", json!({"Ask": callback(json!({}))})));
    let (sender, mut tokens) = tokio::sync::mpsc::unbounded_channel();
    let keep = runner::from_fn(move |call: TaskCall| {
        let sent = sender.send(call.task_token);
        async move {
            sent.map(|()| Value::Null)
                .map_err(|_| TaskFailure::new("Gone", ""))
        }
    });

    block_on(async {
        clock.spawn(keep);
        let first = clock.start_execution("m", "first", json!({})).unwrap();
        let token = tokens.recv().await.unwrap().unwrap();
        clock.send_task_success(&token, json!("clicked")).unwrap();
        assert_eq!(
            clock.wait(&first).await.unwrap().status.output(),
            Some(&json!("clicked"))
        );

        let second = clock.start_execution("m", "second", json!({})).unwrap();
        let (waited, ()) = tokio::join!(clock.wait(&second), clock.shutdown());
        assert!(waited.unwrap().status.is_running());
    });
}
