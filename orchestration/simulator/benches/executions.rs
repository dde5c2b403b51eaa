//! How many sign-ups a second run from start to end, JSONata and history included.
//!
//! Each time the outputs and the lengths of the histories go into a checksum, which is compared with the one
//! that it must be: nothing can be left out or optimised away.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark stops where something is wrong"
)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use simulator::virtual_time::VirtualTime;
use simulator::{
    Command, Execution, Machine, StateMachines, Status, TaskCall, TaskEvent, TaskFailure, TaskRunner,
    TaskToken, WorkflowType,
};
use std::sync::Mutex;

#[path = "sign_up/mod.rs"]
mod sign_up;

/// The executions of one measured round.
const ROUND: u64 = 100;

/// How long the person takes to follow the link.
const HOUR: Duration = Duration::from_hours(1);

/// What an execution came to: its output and the number of its events.
fn digest(status: &Status, events: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    match status {
        Status::Succeeded { output } => output.to_string().hash(&mut hasher),
        other => panic!("{other:?}"),
    }
    events.hash(&mut hasher);
    hasher.finish()
}

/// The happy path by the execution's own commands and events.
fn run(machine: &Machine, number: u64) -> Execution {
    let mut execution = sign_up::start(machine, number);
    let token = sign_up::run_until_mailed(&mut execution).task_token.unwrap();
    let clicked = TaskEvent::TokenSucceeded {
        token,
        output: json!({}),
    };
    execution.handle(execution.now() + HOUR, clicked).unwrap();
    while let Some(command) = execution.poll_command() {
        if let Command::RunTask(call) = command {
            let output = sign_up::answer(&call);
            execution
                .handle(execution.now(), TaskEvent::Succeeded { id: call.id, output })
                .unwrap();
        }
    }
    execution
}

fn run_round(machine: &Machine) -> u64 {
    (0..ROUND)
        .map(|number| {
            let execution = run(machine, number);
            digest(execution.status(), execution.history().len())
        })
        .fold(0, u64::wrapping_add)
}

/// Answers for the functions, and keeps the tokens.
#[derive(Default)]
struct Functions {
    tokens: Mutex<Vec<TaskToken>>,
}

impl TaskRunner for Functions {
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let output = sign_up::answer(&call);
        if let Some(token) = call.task_token {
            self.tokens.lock().unwrap().push(token);
        }
        Ok(output)
    }
}

/// The happy path of a whole round side by side in the driver.
async fn drive_round(machine: &Machine) -> u64 {
    let mut machines = StateMachines::new(0);
    machines.register("SignUp", WorkflowType::Standard, machine.clone());
    let mut time = VirtualTime::new(machines, sign_up::START, Functions::default());
    let arns: Vec<_> = (0..ROUND)
        .map(|number| {
            let name = format!("sign-up-{number}");
            time.handle()
                .start_execution("SignUp", &name, sign_up::input(number))
                .unwrap()
        })
        .collect();
    time.advance_by(HOUR).await;
    let tokens = std::mem::take(&mut *time.runner().tokens.lock().unwrap());
    for token in &tokens {
        time.handle().send_task_success(token, json!({})).unwrap();
    }
    time.run_to_end().await;
    arns.iter()
        .map(|arn| {
            let status = time.handle().describe(arn).unwrap().status;
            digest(&status, time.handle().history(arn).unwrap().len())
        })
        .fold(0, u64::wrapping_add)
}

fn executions(criterion: &mut Criterion) {
    let machine = sign_up::machine();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let checksum = run_round(&machine);
    assert_eq!(
        checksum,
        runtime.block_on(drive_round(&machine)),
        "both ways come to the same"
    );
    eprintln!("checksum of {ROUND} outputs and histories: {checksum:016x}");
    let mut group = criterion.benchmark_group("sign_up");
    group.throughput(Throughput::Elements(ROUND));
    group.bench_function(BenchmarkId::new("execution", ROUND), |bencher| {
        bencher.iter(|| assert_eq!(black_box(run_round(black_box(&machine))), checksum));
    });
    group.bench_function(BenchmarkId::new("virtual_time", ROUND), |bencher| {
        bencher.iter(|| {
            let round = runtime.block_on(drive_round(black_box(&machine)));
            assert_eq!(black_box(round), checksum);
        });
    });
    group.finish();
}

criterion_group!(benches, executions);
criterion_main!(benches);
