use std::fs;

use serde_json::json;
use simulator::ExecutionArn;
use simulator::journal::{Record, RecordLog as _};

use super::*;

const INSERT: &str = "INSERT INTO mails VALUES (?1, ?2, json_object('number', ?1))";

fn step(name: &str, is_running: bool, number: usize) -> Record {
    Record::Transition {
        arn: name.into(),
        is_running,
        json: json!({"number": number}).to_string(),
    }
}

fn number(record: &Record) -> u64 {
    let Record::Transition { json, .. } = record else {
        panic!("{record:?}")
    };
    serde_json::from_str::<serde_json::Value>(json).unwrap()["number"]
        .as_u64()
        .unwrap()
}

#[test]
fn records_are_read_in_the_order_of_appends() {
    let directory = tempfile::tempdir().unwrap();
    let definition = Record::Definition {
        digest: "d".to_owned(),
        json: "{}".into(),
    };
    let mut journal = JournalFile::open(directory.path()).unwrap();

    journal.append(&[definition.clone(), step("a", true, 1)]).unwrap();
    journal.append(&[step("b", true, 2)]).unwrap();
    journal.append(&[step("a", true, 3)]).unwrap();
    drop(journal);

    let journal = JournalFile::open(directory.path()).unwrap();
    let expected = [
        definition,
        step("a", true, 1),
        step("b", true, 2),
        step("a", true, 3),
    ];
    assert_eq!(journal.records().unwrap(), expected);
    assert_eq!(journal.retired().unwrap(), []);
}

#[test]
fn a_truncated_write_ahead_log_keeps_a_prefix_of_appends() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = JournalFile::open(directory.path()).unwrap();
    for number in 0..100 {
        journal
            .append(&[step("a", true, 2 * number), step("b", true, 2 * number + 1)])
            .unwrap();
    }
    let (file, log) = (
        path(directory.path()),
        directory.path().join("journal.sqlite-wal"),
    );
    let (file, log) = (fs::read(file).unwrap(), fs::read(log).unwrap());

    let mut lengths = Vec::new();
    for cut in (0..log.len()).step_by(log.len() / 23) {
        let torn = tempfile::tempdir().unwrap();
        fs::write(path(torn.path()), &file).unwrap();
        fs::write(torn.path().join("journal.sqlite-wal"), &log[..log.len() - cut]).unwrap();
        let records = JournalFile::open(torn.path()).unwrap().records().unwrap();
        assert!(records.len().is_multiple_of(2) && records.iter().map(number).eq(0..records.len() as u64));
        lengths.push(records.len());
    }

    assert_eq!(lengths[0], 200);
    assert!(
        lengths.is_sorted_by(|more, less| more >= less)
            && lengths.iter().any(|length| (1..200).contains(length))
    );
}

#[test]
fn the_oldest_ended_executions_are_pruned_but_for_their_names() {
    let directory = tempfile::tempdir().unwrap();
    let limit = usize::try_from(KEPT_AT_RESTART).unwrap();
    let mut journal = JournalFile::open(directory.path()).unwrap();
    let records: Vec<Record> = (0..limit + 3)
        .map(|number| step(&format!("n{number}"), number == 1, number))
        .collect();
    journal.append(&records).unwrap();
    drop(journal);

    let journal = JournalFile::open(directory.path()).unwrap();

    // One is running, and two are above the limit.
    assert_eq!(journal.retired().unwrap(), ["n0", "n2"].map(ExecutionArn::from));
    assert_eq!(journal.records().unwrap().len(), limit + 1);
}

#[test]
fn mails_above_the_limit_are_pruned_once_they_are_old() {
    let directory = tempfile::tempdir().unwrap();
    let journal = JournalFile::open(directory.path()).unwrap();
    let numbers = || -> Vec<u32> {
        let journal = JournalFile::open(directory.path()).unwrap();
        let mails: Vec<serde_json::Value> = journal.read("mails").unwrap();
        let numbers = mails.into_iter().map(|mail| mail["number"].clone());
        numbers
            .map(|number| serde_json::from_value(number).unwrap())
            .collect()
    };
    let now = Timestamp::now().epoch_millis();
    for (number, at) in [(1, 0), (2, now), (KEPT_AT_RESTART, now)] {
        journal.write(INSERT, (number, at)).unwrap();
    }

    let before = numbers();
    journal.write(INSERT, (KEPT_AT_RESTART + 2, now)).unwrap();
    let after = numbers();

    assert_eq!(before, [1, 2, KEPT_AT_RESTART]);
    assert_eq!(after, [2, KEPT_AT_RESTART, KEPT_AT_RESTART + 2]);
}

#[test]
fn a_file_of_another_version_is_rejected() {
    let directory = tempfile::tempdir().unwrap();
    drop(JournalFile::open(directory.path()).unwrap());
    let connection = Connection::open(path(directory.path())).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    drop(connection);

    let error = JournalFile::open(directory.path()).unwrap_err();

    assert_eq!(
        error.to_string(),
        format!("the journal has version 7, and this program writes version {VERSION}")
    );
}

#[test]
fn a_row_that_cannot_be_parsed_is_not_quoted() {
    let journal = JournalFile::in_memory();
    journal
        .write("INSERT INTO mails VALUES (1, 0, 'canary')", ())
        .unwrap();

    let error = journal.read::<serde_json::Value>("mails").unwrap_err();

    assert_eq!(error.to_string(), "a row of mails cannot be parsed");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();

    let mut journal = JournalFile::open(directory.path()).unwrap();
    journal.append(&[step("a", true, 1)]).unwrap();

    for file in fs::read_dir(directory.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
