//! The vectors of this crate.

use std::path::Path;

use simulator::vectors::{self, Verdict};

#[test]
fn every_vector_holds_and_says_what_it_follows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        for vector in vectors::read(&file).unwrap() {
            let (name, id) = (file.display(), vector.id());
            assert!(
                vector
                    .source()
                    .is_some_and(|source| source.starts_with("https://")),
                "{name}: {id}"
            );
            assert_eq!(vector.check(), Verdict::Passed, "{name}: {id}");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn a_difference_is_reported() {
    let check = |expected: &str, events: &str| {
        let text = format!(
            r#"[{{"id": "x", "input": 1, "expected": {expected}, "events": {events}, "definition": {{
            "QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Succeed"}}}}}}}}]"#
        );
        vectors::parse(&text).unwrap()[0].check()
    };

    let output = check(r#"{"status": "SUCCEEDED", "output": 2}"#, "null");
    let status = check(r#"{"status": "FAILED"}"#, "null");
    let first = r#"[{"type": "ExecutionStarted", "details": {"input": 1}, "prev": null, "at": 1}]"#;
    let time = check(r#"{"status": "SUCCEEDED"}"#, first);
    let refusal = check(r#"{"status": "REFUSED"}"#, "null");

    assert_eq!(output, Verdict::Failed("output: expected 2, got 1".to_owned()));
    assert_eq!(
        status,
        Verdict::Failed(r#"status: expected "FAILED", got ["SUCCEEDED",null,null]"#.to_owned())
    );
    assert_eq!(
        time,
        Verdict::Failed("time of event 0: expected 1.0, got 0.0".to_owned())
    );
    assert!(matches!(refusal, Verdict::Failed(_)));
}

#[test]
fn a_malformed_file_is_reported_with_line_and_column() {
    let error = vectors::parse("[\n  {\"id\": 7}\n]").unwrap_err();

    assert_eq!(
        error.to_string(),
        "line 2, column 10, at `[0].id`: invalid type: integer `7`, expected a string"
    );
}
