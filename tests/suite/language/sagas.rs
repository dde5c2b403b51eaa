//! Sagas: compensations, which run in reverse order.

use std::time::Duration;

use asl::document::StateMachine;
use asl::{
    Diagnostics, ErrorOutput, Expr, Function, IntoStep, Payload, Retry, Step, Task, TaskError, choose, fail,
    fail_because, literal, map_each, parallel, pass, saga,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{TaskCall, TaskFailure};

use super::run;

#[derive(Debug, Serialize, Deserialize, Payload)]
struct Trip {
    name: String,
    stops: Vec<Trip>,
}

#[derive(Serialize, Deserialize, Payload)]
struct ActInput {
    what: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct ActOutput {
    id: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Ended {
    how: String,
}

#[derive(Debug, TaskError)]
enum ActError {
    #[task(name = "Refused", permanent)]
    #[expect(dead_code, reason = "the workflow only needs its name")]
    Refused,
}

/// A step of a saga; the state's name distinguishes the calls.
enum Act {}

impl Function for Act {
    const NAME: &'static str = "Act";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = ActInput;
    type Output = ActOutput;
    type Error = ActError;
}

enum Book {}

impl Function for Book {
    const NAME: &'static str = "Book";
    const TIMEOUT: Duration = Duration::from_hours(2);
    type Input = Trip;
    type Output = Ended;
    type Error = ActError;
}

fn act(name: &str, what: Expr<'_, String>) -> Task<Act> {
    Act::call(ActInputFields { what })
        .named(name)
        .retry(Retry::default().max_retries(0))
}

fn undo(name: &str, what: Expr<'_, String>) -> Step<ActOutput> {
    let by_hand = format!("{name}ByHand");
    act(name, what)
        .catch_all(|_| {
            pass(
                &by_hand,
                ActOutputFields {
                    id: literal(String::new()),
                },
            )
        })
        .into_step()
}

fn ended(name: &str, how: &str) -> Step<Ended> {
    pass(
        name,
        EndedFields {
            how: literal(how.to_owned()),
        },
    )
}

fn told(error: Expr<'_, ErrorOutput>) -> Step<Ended> {
    pass("Undone", EndedFields { how: error.error })
}

/// Appends the state's name to the input; fails in the states of `failing`.
fn answer(
    failing: &'static [&'static str],
) -> impl Fn(&TaskCall) -> Result<Value, TaskFailure> + Send + Sync {
    move |call| {
        if failing.contains(&&*call.state) {
            return Err(TaskFailure::of_function("Refused", "as planned"));
        }
        let what = call.payload()["what"].as_str().unwrap();
        Ok(json!({"id": format!("{what}>{}", call.state)}))
    }
}

fn trip() -> Value {
    json!({"name": "trip", "stops": [{"name": "first", "stops": []}, {"name": "second", "stops": []}]})
}

fn three_steps() -> Result<StateMachine, Diagnostics> {
    Book::define(|trip| {
        let body = act("Hotel", trip.name)
            .compensate(|hotel| undo("CancelHotel", hotel.id))
            .then(|hotel| {
                act("Flight", hotel.id)
                    .compensate(|flight| undo("CancelFlight", flight.id))
                    .then(|flight| act("Car", flight.id).and_then(|_| ended("Booked", "booked")))
            });
        saga(body).catch_all(told)
    })
    .build()
}

#[tokio::test]
async fn a_successful_saga_runs_no_compensation() {
    let ran = run(&three_steps().unwrap(), trip(), answer(&[])).await;

    assert_eq!(ran.output()["how"], "booked");
    assert_eq!(ran.states(), ["Hotel", "Flight", "Car"]);
}

#[tokio::test]
async fn a_failed_step_compensates_the_steps_before_it_in_reverse() {
    let machine = three_steps().unwrap();
    for (failing, expected) in [
        (&["Hotel"], vec!["Hotel"]),
        (&["Flight"], vec!["Hotel", "Flight", "CancelHotel"]),
        (
            &["Car"],
            vec!["Hotel", "Flight", "Car", "CancelFlight", "CancelHotel"],
        ),
    ] {
        let ran = run(&machine, trip(), answer(failing)).await;

        assert_eq!(ran.states(), expected);
        assert_eq!(ran.output()["how"], "Refused", "the handler gets the error");
    }
}

#[tokio::test]
async fn a_compensation_gets_the_output_of_its_step() {
    let ran = run(&three_steps().unwrap(), trip(), answer(&["Car"])).await;

    assert_eq!(ran.arguments("CancelHotel")["Payload"]["what"], "trip>Hotel");
    assert_eq!(
        ran.arguments("CancelFlight")["Payload"]["what"],
        "trip>Hotel>Flight"
    );
}

#[tokio::test]
async fn a_failed_compensation_does_not_stop_the_others() {
    let ran = run(&three_steps().unwrap(), trip(), answer(&["Car", "CancelFlight"])).await;

    assert_eq!(
        ran.states(),
        ["Hotel", "Flight", "Car", "CancelFlight", "CancelHotel"]
    );
    assert_eq!(ran.output()["how"], "Refused");
}

#[tokio::test]
async fn a_fail_state_in_a_saga_runs_the_compensations() {
    let machine = Book::define(|trip| {
        let body = act("Hotel", trip.name)
            .compensate(|hotel| undo("CancelHotel", hotel.id))
            .then(|hotel| {
                choose("TooFar")
                    .when(
                        hotel.id.contains("trip"),
                        fail_because("Refuse", act_error::Refused, hotel.id),
                    )
                    .otherwise(ended("Booked", "booked"))
            });
        saga(body).catch_all(|error| {
            pass(
                "Undone",
                EndedFields {
                    how: error.cause.declassify().unwrap_or(literal(String::new())),
                },
            )
        })
    })
    .build()
    .unwrap();

    let ran = run(&machine, trip(), answer(&[])).await;

    assert_eq!(ran.states(), ["Hotel", "CancelHotel"]);
    assert_eq!(ran.output()["how"], "trip>Hotel");
}

#[tokio::test]
async fn the_handler_of_a_saga_may_fail_the_workflow() {
    let machine = Book::define(|trip| {
        saga(act("Hotel", trip.name).and_then(|_| ended("Booked", "booked")))
            .catch_all(|_| fail("NotBooked", act_error::Refused, "there was no room"))
    })
    .build()
    .unwrap();

    let ran = run(&machine, trip(), answer(&["Hotel"])).await;

    assert_eq!(ran.status.name(), "FAILED");
}

#[tokio::test]
async fn a_caught_error_runs_no_compensation() {
    let machine = Book::define(|trip| {
        let body = act("Hotel", trip.name)
            .compensate(|hotel| undo("CancelHotel", hotel.id))
            .then(|hotel| {
                act("Flight", hotel.id)
                    .catch(act_error::Refused, |_| ended("ByTrain", "by train"))
                    .and_then(|flight| act("Car", flight.id).and_then(|_| ended("Booked", "booked")))
            });
        saga(body).catch_all(told)
    })
    .build()
    .unwrap();

    let caught = run(&machine, trip(), answer(&["Flight"])).await;
    let undone = run(&machine, trip(), answer(&["Car"])).await;

    assert_eq!(caught.states(), ["Hotel", "Flight"]);
    assert_eq!(caught.output()["how"], "by train");
    assert_eq!(undone.states(), ["Hotel", "Flight", "Car", "CancelHotel"]);
}

#[tokio::test]
async fn a_parallel_is_compensated_as_a_whole() {
    let machine = Book::define(|trip| {
        let both = parallel("Both", (act("Hotel", trip.name), act("Flight", trip.name)));
        let body = both
            .into_step()
            .compensate(|(hotel, flight)| {
                undo("CancelHotel", hotel.id).then(|_| undo("CancelFlight", flight.id))
            })
            .then(|(_, flight)| act("Car", flight.id).and_then(|_| ended("Booked", "booked")));
        saga(body).catch_all(told)
    })
    .build()
    .unwrap();

    let in_a_branch = run(&machine, trip(), answer(&["Flight"])).await;
    let behind = run(&machine, trip(), answer(&["Car"])).await;

    assert_eq!(in_a_branch.states(), ["Hotel", "Flight"]);
    assert_eq!(in_a_branch.output()["how"], "Refused");
    assert_eq!(
        behind.states(),
        ["Hotel", "Flight", "Car", "CancelHotel", "CancelFlight"]
    );
    assert_eq!(behind.arguments("CancelFlight")["Payload"]["what"], "trip>Flight");
    assert_eq!(behind.arguments("Car")["Payload"]["what"], "trip>Flight");
}

#[tokio::test]
async fn each_iteration_of_a_map_has_its_own_saga_inside_the_outer_one() {
    let machine = Book::define(|trip| {
        let stops = map_each("EachStop", trip.stops, |stop| {
            let body = act("Hotel", stop.item.name)
                .compensate(|hotel| undo("CancelHotel", hotel.id))
                .then(|hotel| act("Tour", hotel.id));
            saga(body).catch_all(|_| fail("NoStop", act_error::Refused, "a stop failed"))
        });
        let body = act("Flight", trip.name)
            .compensate(|flight| undo("CancelFlight", flight.id))
            .then(|_| stops.and_then(|_| ended("Booked", "booked")));
        saga(body).catch_all(told)
    })
    .build()
    .unwrap();

    let mut one_stop = trip();
    one_stop["stops"].as_array_mut().unwrap().truncate(1);
    let ran = run(&machine, one_stop, answer(&["Tour"])).await;

    assert_eq!(
        ran.states(),
        ["Flight", "Hotel", "Tour", "CancelHotel", "CancelFlight"]
    );
    assert_eq!(ran.output()["how"], "Refused");
}

#[tokio::test]
async fn a_completed_inner_saga_is_compensated_as_a_whole() {
    let machine = Book::define(|trip| {
        let inner = act("Hotel", trip.name)
            .compensate(|hotel| undo("CancelHotel", hotel.id))
            .then(|hotel| act("Tour", hotel.id));
        let inner = saga(inner).catch_all(|error| {
            fail_because(
                "NoStay",
                act_error::Refused,
                error.cause.declassify().unwrap_or(error.error),
            )
        });
        let body = inner
            .compensate(|stay| undo("CancelStay", stay.id))
            .then(|stay| act("Car", stay.id).and_then(|_| ended("Booked", "booked")));
        saga(body).catch_all(told)
    })
    .build()
    .unwrap();

    let inside = run(&machine, trip(), answer(&["Tour"])).await;
    let outside = run(&machine, trip(), answer(&["Car"])).await;

    assert_eq!(inside.states(), ["Hotel", "Tour", "CancelHotel"]);
    assert_eq!(inside.output()["how"], "Refused");
    assert_eq!(outside.states(), ["Hotel", "Tour", "Car", "CancelStay"]);
    assert_eq!(
        outside.arguments("CancelStay")["Payload"]["what"],
        "trip>Hotel>Tour"
    );
}

#[tokio::test]
async fn compensate_begun_also_compensates_the_failed_step() {
    let machine = Book::define(|trip| {
        let body = act("Hotel", trip.name)
            .compensate(|hotel| undo("CancelHotel", hotel.id))
            .then(|hotel| {
                act("Flight", hotel.id)
                    .compensate_begun(undo("CancelFlight", trip.name))
                    .then(|flight| act("Car", flight.id).and_then(|_| ended("Booked", "booked")))
            });
        saga(body).catch_all(told)
    })
    .build()
    .unwrap();

    for (failing, expected) in [
        (&["Hotel"], vec!["Hotel"]),
        (
            &["Flight"],
            vec!["Hotel", "Flight", "CancelFlight", "CancelHotel"],
        ),
        (
            &["Car"],
            vec!["Hotel", "Flight", "Car", "CancelFlight", "CancelHotel"],
        ),
    ] {
        let ran = run(&machine, trip(), answer(failing)).await;

        assert_eq!(ran.states(), expected);
        assert_eq!(ran.output()["how"], "Refused");
    }
}

/// Three steps whose undos leave their own errors to the handler.
fn three_steps_with_a_told_handler() -> StateMachine {
    Book::define(|trip| {
        let body = act("Hotel", trip.name)
            .compensate(|hotel| act("CancelHotel", hotel.id))
            .then(|hotel| {
                act("Flight", hotel.id)
                    .compensate(|flight| act("CancelFlight", flight.id))
                    .then(|flight| act("Car", flight.id).and_then(|_| ended("Booked", "booked")))
            });
        saga(body).catch_all_with_undos(|error, not_undone| {
            choose("AllUndone")
                .when_some(not_undone, |failed| {
                    pass("InPart", EndedFields { how: failed.error })
                })
                .otherwise(told(error))
        })
    })
    .build()
    .unwrap()
}

#[tokio::test]
async fn the_handler_gets_the_error_of_a_failed_compensation() {
    let machine = three_steps_with_a_told_handler();
    let all_undone = ["Hotel", "Flight", "Car", "CancelFlight", "CancelHotel"];

    let undone = run(&machine, trip(), answer(&["Car"])).await;
    let in_part = run(&machine, trip(), |call| match &*call.state {
        "Car" => Err(TaskFailure::of_function("Refused", "as planned")),
        "CancelFlight" => Err(TaskFailure::of_function("Stuck", "as planned")),
        _ => Ok(json!({"id": "any"})),
    })
    .await;

    assert_eq!(undone.states(), all_undone);
    assert_eq!(undone.output()["how"], "Refused");
    assert_eq!(in_part.states(), all_undone);
    assert_eq!(in_part.output()["how"], "Stuck");
}
