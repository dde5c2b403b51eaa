//! Bounded loops.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use asl::document::StateMachine;
use asl::{Function, Payload, Round, TaskError, fail, literal, pass, repeat_until, wait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{TaskCall, TaskFailure};

use super::run;

#[derive(Serialize, Deserialize, Payload)]
struct Job {
    id: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct PollInput {
    id: String,
    round: u64,
    page: Option<String>,
}

#[derive(Serialize, Deserialize, Payload)]
struct PollOutput {
    done: bool,
    page: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Result {
    page: String,
}

#[derive(Debug, TaskError)]
enum PollError {
    #[task(name = "JobLost", permanent)]
    #[expect(dead_code, reason = "the workflow only needs its name")]
    JobLost,
}

enum Poll {}

impl Function for Poll {
    const NAME: &'static str = "Poll";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = PollInput;
    type Output = PollOutput;
    type Error = PollError;
}

enum Await {}

impl Function for Await {
    const NAME: &'static str = "Await";
    const TIMEOUT: Duration = Duration::from_hours(2);
    type Input = Job;
    type Output = Result;
    type Error = PollError;
}

/// Polls every ten seconds, at most three times, each time from the page of the previous poll.
fn poll_three_times() -> StateMachine {
    Await::define(|job| {
        repeat_until(
            "PollJob",
            3,
            |round: Round<'_, PollOutput>| {
                wait("Pause", Duration::from_secs(10)).then(|_| {
                    Poll::call(PollInputFields {
                        id: job.id,
                        round: round.number,
                        page: round.last.map_some(|last| last.page),
                    })
                    .catch_all(|_| fail("Lost", poll_error::JobLost, "the job cannot be polled"))
                })
            },
            |polled| polled.done.or(polled.page.eq(job.id)),
        )
        .exhausted(|polled| pass("TooSlow", ResultFields { page: polled.page }))
        .and_then(|polled| {
            pass(
                "Finished",
                ResultFields {
                    page: literal("last: ").concat(polled.page),
                },
            )
        })
    })
    .build()
    .unwrap()
}

fn done_in_round(done: u64) -> impl Fn(&TaskCall) -> std::result::Result<Value, TaskFailure> + Send + Sync {
    let round = AtomicU64::new(0);
    move |_| {
        let round = round.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(json!({"done": round == done, "page": format!("p{round}")}))
    }
}

#[tokio::test]
async fn a_loop_ends_when_its_condition_holds() {
    let ran = run(&poll_three_times(), json!({"id": "j"}), done_in_round(2)).await;

    assert_eq!(ran.output(), &json!({"page": "last: p2"}));
    assert_eq!(ran.took, Duration::from_secs(20));
}

#[tokio::test]
async fn a_loop_ends_after_its_maximum_number_of_rounds() {
    let ran = run(&poll_three_times(), json!({"id": "j"}), done_in_round(4)).await;

    assert_eq!(ran.output(), &json!({"page": "p3"}));
    assert_eq!(ran.states(), ["Poll"; 3]);
}

#[tokio::test]
async fn a_round_reads_its_number_and_the_previous_output() {
    let ran = run(&poll_three_times(), json!({"id": "j"}), done_in_round(4)).await;

    let rounds: Vec<_> = ran
        .calls
        .iter()
        .map(|(_, arguments)| arguments["Payload"].clone())
        .collect();
    assert_eq!(
        rounds,
        [
            json!({"id": "j", "round": 1, "page": null}),
            json!({"id": "j", "round": 2, "page": "p1"}),
            json!({"id": "j", "round": 3, "page": "p2"}),
        ]
    );
}

#[tokio::test]
async fn the_condition_of_a_loop_reads_values_from_outside() {
    let ran = run(&poll_three_times(), json!({"id": "p1"}), done_in_round(4)).await;

    assert_eq!(ran.output(), &json!({"page": "last: p1"}));
}
