//! All outcomes of an import.

use asl::document::State;
use serde_json::json;
use simulator::explorer::{Explorer, Outcome, Outcomes};
use simulator::{EventType, Execution, Machine, Start};

use super::*;
use crate::support::{Answer, Ran, happened, run};
use crate::{import, list, row};

fn machine() -> Machine {
    Machine::from_json(&import_prices().build().unwrap().to_json().unwrap()).unwrap()
}

/// All goes well, but for one state.
fn run_but(state: &'static str, answer: impl Fn() -> Answer) -> Ran {
    run(&machine(), list(), |call| {
        if &*call.state == state {
            answer()
        } else {
            import(call, |_| false)
        }
    })
}

#[test]
fn the_definition_is_as_reviewed() {
    insta::assert_snapshot!(import_prices().build().unwrap().to_json().unwrap());
}

#[test]
fn prices_are_stored_in_batches_each_with_whose_they_are() {
    let ran = run(&machine(), list(), |call| match &*call.state {
        "StoreAll" => Answer::Returns((0..60).map(|article| row(article, false)).collect()),
        _ => import(call, |_| false),
    });

    let batches = ran.arguments("StorePrices");
    let lengths = batches
        .iter()
        .map(|batch| batch["Payload"]["prices"].as_array().unwrap().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [25, 25, 10]);
    assert_eq!(
        batches[2]["Payload"]["prices"][9],
        json!({"supplier": "s-1", "article": "59", "price": "12.50"})
    );
}

#[test]
fn the_file_is_read_from_the_uploads_and_its_results_are_reported() {
    let ran = run_but("none", || Answer::Nothing);

    assert_eq!(
        *ran.arguments("StoreAll")[0],
        json!({"Bucket": "${UploadsBucketName}", "Key": "s-1/prices.csv"})
    );
    let results = ran.output()["results"].as_str().unwrap();
    assert!(
        results.starts_with("s-1/") && results.ends_with("/manifest.json"),
        "{results}"
    );
    assert_eq!(
        ran.arguments("ReportImported")[0]["Message"],
        json!({"supplier": "s-1", "file": "s-1/prices.csv", "outcome": "imported", "results": results})
    );
}

#[test]
fn five_in_a_hundred_prices_may_be_wrong_and_no_more() {
    let one_batch = run(&machine(), list(), |call| import(call, |article| article == 7));
    let two_batches = run(&machine(), list(), |call| {
        import(call, |article| article % 300 == 7)
    });

    assert_eq!(one_batch.output()["outcome"], "imported");
    assert_eq!(
        two_batches.output(),
        &json!({"outcome": "rejected", "results": null})
    );
}

#[test]
fn what_is_wrong_with_the_file_is_reported() {
    let cases = [
        (
            "CountRows",
            Answer::Fails("FileMissing"),
            "ReportMissing",
            "unreadable",
        ),
        (
            "CountRows",
            Answer::Returns(json!({"rows": 0})),
            "ReportEmpty",
            "empty",
        ),
        (
            "StoreAll",
            Answer::Fails("S3.NoSuchKey"),
            "ReportUnreadable",
            "unreadable",
        ),
    ];
    for (state, answer, reported, outcome) in cases {
        let ran = run_but(state, || answer.clone());

        assert_eq!(ran.states().last(), Some(&reported));
        assert_eq!(ran.output(), &json!({"outcome": outcome, "results": null}));
        assert_eq!(ran.arguments("StorePrices").len(), 0);
    }
}

#[test]
fn what_is_wrong_on_our_side_fails_the_import() {
    for (state, error) in [
        ("CountRows", "Lambda.Unknown"),
        ("ReportImported", "SNS.AuthorizationErrorException"),
    ] {
        let ran = run_but(state, || Answer::Fails(error));

        assert_eq!(ran.execution.status().error(), Some("ImportFailed"), "{state}");
    }
}

/// The simulator writes no results, so that this cannot fail there: it is read from the definition.
#[test]
fn each_error_of_the_map_leads_to_an_answer_of_its_own() {
    let machine = import_prices().build().unwrap();
    let Some(State::Map(map)) = machine.states.get("StoreAll") else {
        panic!("the map is not there");
    };

    let answers = map
        .catch
        .iter()
        .map(|catcher| (catcher.error_equals[0].as_str(), catcher.next.as_str()));
    let expected = [
        ("States.ItemReaderFailed", "ReportUnreadable"),
        ("States.ExceedToleratedFailureThreshold", "ReportRejected"),
        ("States.ResultWriterFailed", "ResultsLost"),
        ("States.ALL", "NotStored"),
    ];
    assert_eq!(answers.collect::<Vec<_>>(), expected);
}

/// One report was published of what the import left; or none, and it has failed.
fn is_reported_once(execution: &Execution) -> Result<(), String> {
    let reports = ["Missing", "Empty", "Unreadable", "Rejected", "Imported"];
    let published = reports
        .iter()
        .filter(|report| happened(execution, &format!("Report{report}"), EventType::TaskSucceeded));
    let expected = usize::from(execution.status().error().is_none());
    if published.count() == expected {
        Ok(())
    } else {
        Err(format!("not reported once: {:?}", execution.status()))
    }
}

#[test]
fn every_path_ends_with_one_report_or_fails() {
    // Two batches: of 25 prices, and of one, which are more than one in twenty and fewer.
    let rows: Vec<_> = (0..26).map(|article| row(article, false)).collect();
    let outcomes = Outcomes::new()
        .of(
            "CountRows",
            [
                Outcome::success(json!({"rows": 26})),
                Outcome::success(json!({"rows": 0})),
            ],
        )
        .of("CountRows", [Outcome::failure("FileMissing"), Outcome::timeout()])
        .of(
            "StoreAll",
            [Outcome::success(json!(rows)), Outcome::failure("S3.NoSuchKey")],
        )
        .of(
            "StorePrices",
            [
                Outcome::success(json!({})),
                Outcome::failure("PriceMalformed"),
                Outcome::timeout(),
            ],
        );
    let reports = [
        "ReportMissing",
        "ReportEmpty",
        "ReportUnreadable",
        "ReportRejected",
        "ReportImported",
    ];
    let outcomes = reports.into_iter().fold(outcomes, |outcomes, report| {
        outcomes.of(
            report,
            [Outcome::success(json!({"MessageId": "m-1"})), Outcome::timeout()],
        )
    });

    let report = Explorer::new(machine(), Start::new("one", list()), outcomes)
        .unwrap()
        .always_ends()
        .at_end("what is left is reported once", is_reported_once)
        .explore();

    assert!(report.complete && report.violation.is_none(), "{report}");
    assert!(
        report.never_visited.iter().eq(["NotStored", "ResultsLost"]),
        "{report}"
    );
}
