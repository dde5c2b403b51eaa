//! Maps, waits, nested workflows and heartbeats.

use std::collections::BTreeMap;
use std::time::Duration;

use asl::document::StateMachine;
use asl::{
    Expr, Function, HeartbeatTimeout, Nothing, Payload, Retry, Step, TaskError, Timeout, choose, fail,
    literal, map_each, parallel, pass, task_token, wait, wait_seconds, wait_until,
};
use asl::{TaskToken, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::virtual_time::VirtualTime;
use simulator::{EpochMillis, Machine, StateMachines, TaskCall, TaskFailure, WorkflowType, runner};

#[derive(Serialize, Deserialize, Payload)]
struct Batch {
    lines: Vec<Line>,
    pause: u64,
    until: Timestamp,
}

#[derive(Serialize, Deserialize, Payload)]
struct Line {
    sku: String,
    amount: u32,
}

#[derive(Serialize, Deserialize, Payload)]
struct Priced {
    sku: String,
    total: u32,
    place: u64,
}

#[derive(Serialize, Deserialize, Payload)]
struct Totals {
    totals: Vec<u32>,
    at: Timestamp,
}

#[derive(Debug, TaskError)]
enum PriceError {
    #[task(name = "NoPrice", permanent)]
    #[expect(dead_code, reason = "the workflow only needs its name")]
    NoPrice,
}

enum Price {}

impl Function for Price {
    const NAME: &'static str = "Price";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = Line;
    type Output = Priced;
    type Error = PriceError;
}

enum PriceAll {}

impl Function for PriceAll {
    const NAME: &'static str = "PriceAll";
    const TIMEOUT: Duration = Duration::from_hours(1);
    type Input = Batch;
    type Output = Totals;
    type Error = PriceError;
}

fn batch() -> Value {
    json!({
        "lines": [{"sku": "a", "amount": 1}, {"sku": "b", "amount": 2}, {"sku": "c", "amount": 3}],
        "pause": 90,
        "until": "1970-01-01T00:10:00Z",
    })
}

/// The output of the machines when every price is 10, and the duration.
async fn run(machines: &[(&str, &StateMachine)], input: Value) -> (simulator::Description, Duration) {
    let substitutions: BTreeMap<_, _> = [
        ("PriceFunctionArn", "Price"),
        ("AskFunctionArn", "Ask"),
        (
            "PriceAllStateMachineArn",
            "arn:aws:states:us-east-1:123456789012:stateMachine:PriceAll",
        ),
    ]
    .map(|(name, arn)| (name.to_owned(), arn.to_owned()))
    .into();
    let mut service = StateMachines::new(1);
    for (name, machine) in machines {
        let machine = Machine::from_template(&machine.to_json().unwrap(), &substitutions).unwrap();
        service.register(*name, WorkflowType::Standard, machine);
    }
    let answer = runner::from_fn(async |call: TaskCall| {
        let line = call.payload();
        if line["sku"] == "unknown" {
            return Err(TaskFailure::of_function("NoPrice", "there is no price"));
        }
        let total = line["amount"].as_u64().unwrap_or_default() * 10;
        Ok(json!({"sku": line["sku"], "total": total, "place": 0}))
    });
    let mut time = VirtualTime::new(service, EpochMillis::new(0), answer);
    let arn = time
        .handle()
        .start_execution(machines[0].0, "one", input)
        .unwrap();
    time.run_to_end().await;
    (
        time.handle().describe(&arn).unwrap(),
        time.handle().now().since(EpochMillis::new(0)),
    )
}

fn price_all() -> StateMachine {
    PriceAll::define(|batch| {
        map_each("EachLine", batch.lines, |each| {
            Price::call(LineFields {
                sku: each.item.sku,
                amount: each.item.amount,
            })
            .catch_all(|_| {
                pass(
                    "Free",
                    PricedFields {
                        sku: each.item.sku,
                        total: 0.into(),
                        place: each.index,
                    },
                )
            })
        })
        .concurrency(2)
        .catch_all(|_| fail("NoTotals", price_error::NoPrice, "a line cannot be priced"))
        .and_then(|priced| {
            pass(
                "Totals",
                TotalsFields {
                    totals: priced.map(|line| line.total),
                    at: batch.until,
                },
            )
        })
    })
    .build()
    .unwrap()
}

#[tokio::test]
async fn a_map_runs_its_body_once_per_item_and_keeps_the_order() {
    let (ended, _) = run(&[("PriceAll", &price_all())], batch()).await;

    let output = ended
        .status
        .output()
        .unwrap_or_else(|| panic!("{:?}", ended.status));
    assert_eq!(output["totals"], json!([10, 20, 30]));
}

#[tokio::test]
async fn the_output_of_a_map_over_one_or_no_item_is_a_list() {
    for (lines, expected) in [
        (json!([]), json!([])),
        (json!([{"sku": "a", "amount": 4}]), json!([40])),
    ] {
        let mut input = batch();
        input["lines"] = lines;

        let (ended, _) = run(&[("PriceAll", &price_all())], input).await;

        let output = ended
            .status
            .output()
            .unwrap_or_else(|| panic!("{:?}", ended.status));
        assert_eq!(output["totals"], expected);
    }
}

#[tokio::test]
async fn an_error_handler_in_a_map_reads_the_item() {
    let mut input = batch();
    input["lines"][1]["sku"] = json!("unknown");

    let (ended, _) = run(&[("PriceAll", &price_all())], input).await;

    assert_eq!(ended.status.output().unwrap()["totals"], json!([10, 0, 30]));
}

#[tokio::test]
async fn waits_take_the_specified_time() {
    let machine = PriceAll::define(|batch| {
        wait("Minute", Duration::from_mins(1))
            .then(|_| wait_seconds("Pause", batch.pause))
            .then(|_| wait_until("Ten", batch.until))
            .then(|_| {
                pass(
                    "Done",
                    TotalsFields {
                        totals: literal(vec![]),
                        at: batch.until,
                    },
                )
            })
    })
    .build()
    .unwrap();

    let (ended, took) = run(&[("Waits", &machine)], batch()).await;

    assert_eq!(ended.status.name(), "SUCCEEDED", "{:?}", ended.status);
    assert_eq!(took, Duration::from_mins(10));
}

#[tokio::test]
async fn a_wait_at_the_end_of_a_branch_has_no_output() {
    let machine = PriceAll::define(|batch| {
        parallel(
            "Both",
            (
                wait("Left", Duration::from_secs(1)),
                pass(
                    "Right",
                    LineFields {
                        sku: "r".into(),
                        amount: 7.into(),
                    },
                ),
            ),
        )
        .and_then(|(_, right): (Expr<'_, Nothing>, _)| {
            let list = batch.lines.map(|_| right.amount);
            pass(
                "Done",
                TotalsFields {
                    totals: list,
                    at: batch.until,
                },
            )
        })
    })
    .build()
    .unwrap();

    let (ended, _) = run(&[("Both", &machine)], batch()).await;

    let output = ended
        .status
        .output()
        .unwrap_or_else(|| panic!("{:?}", ended.status));
    assert_eq!(output["totals"], json!([7, 7, 7]));
}

enum PriceTwice {}

impl Function for PriceTwice {
    const NAME: &'static str = "PriceTwice";
    const TIMEOUT: Duration = Duration::from_hours(2);
    type Input = Batch;
    type Output = Totals;
    type Error = PriceError;
}

#[test]
fn a_workflow_runs_another_as_a_task() {
    let machine = PriceTwice::define(|batch| {
        PriceAll::start(batch)
            .named("Meanwhile")
            .catch_all(|_| fail("NotStarted", price_error::NoPrice, "it was not started"))
            .and_then(|_| {
                PriceAll::run(batch)
                    .catch(asl::ExecutionFailed, |_| {
                        fail("Failed", price_error::NoPrice, "it failed")
                    })
                    .catch_all(|_| fail("Lost", price_error::NoPrice, "nothing is known of it"))
            })
    })
    .build()
    .unwrap();

    let states = serde_json::to_value(&machine.states).unwrap();
    assert_eq!(
        states["Meanwhile"]["Resource"],
        "arn:aws:states:::states:startExecution"
    );
    assert_eq!(
        states["PriceAll"]["Resource"],
        "arn:aws:states:::states:startExecution.sync:2"
    );
    assert_eq!(
        states["PriceAll"]["Arguments"],
        json!({
            "StateMachineArn": "${PriceAllStateMachineArn}",
            "Input": "{% $states.context.Execution.Input %}",
        })
    );
    assert_eq!(states["PriceAll"]["Output"], "{% $states.result.Output %}");
}

#[test]
fn a_nested_map_cannot_read_the_outer_item() {
    let diagnostics = PriceAll::define(|batch| {
        map_each("Outer", batch.lines, |outer| {
            map_each("Inner", batch.lines, |inner| {
                pass(
                    "Pair",
                    LineFields {
                        sku: outer.item.sku,
                        amount: inner.item.amount,
                    },
                )
            })
        })
        .and_then(|_| {
            pass(
                "Done",
                TotalsFields {
                    totals: literal(vec![]),
                    at: batch.until,
                },
            )
        })
    })
    .build()
    .unwrap_err();

    assert_eq!(diagnostics.diagnostics.len(), 1, "{diagnostics}");
    assert!(
        diagnostics
            .to_string()
            .contains("Pair: it reads an item of a map"),
        "{diagnostics}"
    );
}

#[derive(Serialize, Deserialize, Payload)]
struct AskInput {
    token: TaskToken,
}

enum Ask {}

impl Function for Ask {
    const NAME: &'static str = "Ask";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = AskInput;
    type Output = Line;
    type Error = PriceError;
}

fn ask(heartbeat: Duration) -> Result<StateMachine, asl::Diagnostics> {
    PriceAll::define(|batch| {
        Ask::callback(AskInputFields { token: task_token() })
            .heartbeat(heartbeat)
            .within(Duration::from_mins(10))
            .catch_all(|_| line("Silent", 1))
            .into_choice(batch)
    })
    .build()
}

fn line(name: &str, amount: u32) -> Step<Line> {
    pass(
        name,
        LineFields {
            sku: literal(String::new()),
            amount: literal(amount),
        },
    )
}

/// The last states of the heartbeat tests.
trait IntoChoice {
    fn into_choice(self, batch: Expr<'_, Batch>) -> asl::Step<Totals>;
}

impl<S: asl::IntoStep<Output = Line>> IntoChoice for S {
    fn into_choice(self, batch: Expr<'_, Batch>) -> asl::Step<Totals> {
        self.into_step().then(|line| {
            choose("Heard")
                .when(
                    line.amount.eq(1),
                    pass(
                        "No",
                        TotalsFields {
                            totals: literal(vec![]),
                            at: batch.until,
                        },
                    ),
                )
                .otherwise(pass(
                    "Yes",
                    TotalsFields {
                        totals: literal(vec![1]),
                        at: batch.until,
                    },
                ))
        })
    }
}

#[tokio::test]
async fn a_callback_that_misses_its_heartbeat_fails_early() {
    let (ended, took) = run(&[("Ask", &ask(Duration::from_secs(30)).unwrap())], batch()).await;

    assert_eq!(ended.status.output().unwrap()["totals"], json!([]));
    assert_eq!(took, Duration::from_secs(30));
}

#[tokio::test]
async fn a_missed_heartbeat_is_retried_and_then_caught_by_name() {
    let machine = PriceAll::define(|batch| {
        Ask::callback(AskInputFields { token: task_token() })
            .heartbeat(Duration::from_secs(30))
            .within(Duration::from_mins(10))
            .retry_on(HeartbeatTimeout, Retry::default().max_retries(2))
            .catch(HeartbeatTimeout, |_| line("Silent", 1))
            .catch(Timeout, |_| line("Late", 2))
            .catch_all(|_| line("Any", 2))
            .into_choice(batch)
    });

    let (ended, took) = run(&[("Ask", &machine.build().unwrap())], batch()).await;

    assert_eq!(ended.status.output().unwrap()["totals"], json!([]));
    // Three missed heartbeats, and two pauses of at most one and two seconds.
    assert!((90..=93).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn a_heartbeat_must_be_shorter_than_the_timeout() {
    let diagnostics = ask(Duration::from_mins(10)).unwrap_err();

    assert_eq!(diagnostics.diagnostics.len(), 1, "{diagnostics}");
}
