//! Distributed maps: one execution per item, or per batch.

use std::time::Duration;

use asl::document::StateMachine;
use asl::{
    Bucket, Function, ListedObject, Payload, Retry, Row, Source, TaskError, TooManyFailures, distributed_map,
    distributed_map_in_batches, fail, literal, pass,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{TaskCall, TaskFailure};

use super::run;

#[derive(Serialize, Deserialize, Payload)]
struct Import {
    file: String,
    owner: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Line {
    name: String,
}

impl Row for Line {}

#[derive(Serialize, Deserialize, Payload)]
struct Owned {
    name: String,
    owner: String,
    place: u64,
}

#[derive(Serialize, Deserialize, Payload)]
struct Many {
    names: Vec<String>,
}

#[derive(Serialize, Deserialize, Payload)]
struct Kept {
    id: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Report {
    ids: Vec<String>,
    at: String,
}

#[derive(Debug, TaskError)]
enum KeepError {
    #[task(name = "Malformed", permanent)]
    #[expect(dead_code, reason = "the workflow only needs its name")]
    Malformed,
}

macro_rules! functions {
    ($($name:ident: $input:ty => $output:ty;)+) => {
        $(
            enum $name {}

            impl Function for $name {
                const NAME: &'static str = stringify!($name);
                const TIMEOUT: Duration = Duration::from_mins(2);
                type Input = $input;
                type Output = $output;
                type Error = KeepError;
            }
        )+
    };
}

functions! {
    Keep: Owned => Kept;
    KeepMany: Many => Kept;
}

enum ImportAll {}

impl Function for ImportAll {
    const NAME: &'static str = "ImportAll";
    const TIMEOUT: Duration = Duration::from_hours(8);
    type Input = Import;
    type Output = Report;
    type Error = KeepError;
}

enum Uploads {}

impl Bucket for Uploads {
    const NAME: &'static str = "Uploads";
}

fn not_imported(name: &str) -> asl::Step<Report> {
    fail(name, keep_error::Malformed, "the file cannot be imported")
}

/// Stores each row of a file; one failure is tolerated.
fn keep_each_row() -> StateMachine {
    ImportAll::define(|import| {
        distributed_map(
            "EachRow",
            Source::<Line>::csv::<Uploads>(import.file).at_most(1000),
            |row| OwnedFields {
                name: row.item.name,
                owner: import.owner,
                place: row.index,
            },
            |row| Keep::call(row).catch_all(|_| fail("NotKept", keep_error::Malformed, "it is malformed")),
        )
        .concurrency(50)
        .tolerate(1)
        .catch(TooManyFailures, |_| {
            pass(
                "TooMany",
                ReportFields {
                    ids: literal(vec![]),
                    at: "too many".into(),
                },
            )
        })
        .catch_all(|_| not_imported("NotImported"))
        .and_then(|kept| {
            pass(
                "Imported",
                ReportFields {
                    ids: kept.map(|kept| kept.id),
                    at: import.owner,
                },
            )
        })
    })
    .build()
    .unwrap()
}

fn answer(call: &TaskCall) -> Result<Value, TaskFailure> {
    if call.resource.ends_with("getObject") {
        assert_eq!(
            *call.arguments,
            json!({"Bucket": "UploadsBucketName", "Key": "rows.csv"})
        );
        return Ok(json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]));
    }
    let payload = call.payload();
    match payload["name"].as_str() {
        Some("b") => Err(TaskFailure::of_function("Malformed", "told to")),
        Some(name) => {
            Ok(json!({"id": format!("{}/{name}{}", payload["owner"].as_str().unwrap(), payload["place"])}))
        }
        None => Ok(json!({"id": payload["names"].to_string()})),
    }
}

#[tokio::test]
async fn each_row_has_its_own_input_and_tolerated_failures_are_left_out() {
    let ran = run(
        &keep_each_row(),
        json!({"file": "rows.csv", "owner": "o"}),
        answer,
    )
    .await;

    assert_eq!(ran.output()["at"], "o");
    let ids = ran.output()["ids"].as_array().unwrap();
    assert!(
        ids.contains(&json!("o/a0")) && ids.contains(&json!("o/c2")),
        "{ids:?}"
    );
}

#[tokio::test]
async fn more_failures_than_tolerated_are_caught_by_name() {
    let ran = run(
        &keep_each_row(),
        json!({"file": "rows.csv", "owner": "o"}),
        |call| {
            if call.resource.ends_with("getObject") {
                return answer(call);
            }
            Err(TaskFailure::of_function("Malformed", "told to"))
        },
    )
    .await;

    assert_eq!(ran.output()["at"], "too many");
}

#[tokio::test]
async fn a_batch_is_a_list_of_item_inputs() {
    let machine = ImportAll::define(|import| {
        distributed_map_in_batches(
            "EachBatch",
            Source::<Line>::json::<Uploads>(import.file),
            2,
            |row| row.item,
            |batch| {
                KeepMany::call(ManyFields {
                    names: batch.items.map(|line| line.name),
                })
                .retry(Retry::default().max_retries(1))
                .catch_all(|_| fail("NotKept", keep_error::Malformed, "it is malformed"))
            },
        )
        .express()
        .catch_all(|_| not_imported("NotImported"))
        .and_then(|kept| {
            pass(
                "Imported",
                ReportFields {
                    ids: kept.map(|kept| kept.id),
                    at: import.owner,
                },
            )
        })
    })
    .build()
    .unwrap();

    let ran = run(&machine, json!({"file": "rows.csv", "owner": "o"}), answer).await;

    assert_eq!(ran.output()["ids"], json!(["[\"a\",\"b\"]", "[\"c\"]"]));
}

#[tokio::test]
async fn results_can_be_written_to_a_bucket() {
    let machine = ImportAll::define(|import| {
        distributed_map(
            "EachObject",
            Source::<ListedObject>::objects::<Uploads>(import.file),
            |object| object.item,
            |object| pass("Name", KeptFields { id: object.key }),
        )
        .tolerate_percentage(5)
        .write_results::<Uploads>(import.owner)
        .catch_all(|_| not_imported("NotImported"))
        .and_then(|written| {
            pass(
                "Written",
                ReportFields {
                    ids: literal(vec![]),
                    at: written.result_writer_details.bucket,
                },
            )
        })
    })
    .build()
    .unwrap();

    let ran = run(&machine, json!({"file": "in/", "owner": "out/"}), |call| {
        assert_eq!(
            *call.arguments,
            json!({"Bucket": "UploadsBucketName", "Prefix": "in/"})
        );
        Ok(json!([{"Key": "in/a", "Size": 1}]))
    })
    .await;

    assert_eq!(ran.output()["at"], "UploadsBucketName");
}
