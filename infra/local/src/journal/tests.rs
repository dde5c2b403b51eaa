use std::fs;

use serde_json::json;
use simulator::journal::{Record, RecordLog as _};
use tempfile::TempDir;

use super::*;
use crate::outbox::Mail;

fn step(name: &str, is_running: bool, number: usize) -> Record {
    Record::Step {
        arn: name.into(),
        is_running,
        json: json!({"number": number}).to_string(),
    }
}

fn number(record: &Record) -> u64 {
    let Record::Step { json, .. } = record else {
        panic!("{record:?}")
    };
    serde_json::from_str::<serde_json::Value>(json).unwrap()["number"]
        .as_u64()
        .unwrap()
}

fn mail(number: usize, at: Timestamp) -> Mail {
    Mail {
        number,
        id: None,
        at,
        to: "ada@example.org".to_owned(),
        subject: String::new(),
        text: "canary".to_owned(),
        html: String::new(),
    }
}

#[test]
fn what_is_appended_is_read_back_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let definition = Record::Definition {
        digest: "d".to_owned(),
        json: "{}".into(),
    };
    let mut journal = Journal::open(directory.path()).unwrap();

    journal.append(&[definition.clone(), step("a", true, 1)]).unwrap();
    journal.append(&[step("b", true, 2)]).unwrap();
    journal.append(&[step("a", true, 3)]).unwrap();
    drop(journal);

    let kept = Kept::of(directory.path()).unwrap();
    let expected = [
        definition,
        step("a", true, 1),
        step("b", true, 2),
        step("a", true, 3),
    ];
    assert_eq!(kept.records, expected);
    assert_eq!(kept.retired, []);
}

#[test]
fn of_a_torn_file_all_is_left_up_to_some_append() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(directory.path()).unwrap();
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
        let records = Kept::of(torn.path()).unwrap().records;
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
fn the_oldest_that_have_ended_are_forgotten_but_for_their_names() {
    let directory = tempfile::tempdir().unwrap();
    let most = usize::try_from(MOST).unwrap();
    let mut journal = Journal::open(directory.path()).unwrap();
    let records: Vec<Record> = (0..most + 3)
        .map(|number| step(&format!("n{number}"), number == 1, number))
        .collect();
    journal.append(&records).unwrap();
    drop(journal);

    let kept = Kept::of(directory.path()).unwrap();

    // One goes on, and two are too many.
    assert_eq!(kept.retired, ["n0", "n2"].map(ExecutionArn::from));
    assert_eq!(kept.records.len(), most + 1);
}

#[test]
fn an_old_mail_is_forgotten_once_there_are_many() {
    let directory = tempfile::tempdir().unwrap();
    let journal = Journal::open(directory.path()).unwrap();
    let most = usize::try_from(MOST).unwrap();
    let (old, now) = (Timestamp::from_epoch_millis(0).unwrap(), Timestamp::now());
    journal.keep_mail(&mail(1, old)).unwrap();
    journal.keep_mail(&mail(2, now)).unwrap();
    journal.keep_mail(&mail(most, now)).unwrap();

    let before = Kept::of(directory.path()).unwrap().outbox.all().len();
    journal.keep_mail(&mail(most + 2, now)).unwrap();
    let after = Kept::of(directory.path()).unwrap().outbox;

    assert_eq!(before, 3);
    assert!(after.get(1).is_none() && after.get(2).is_some());
}

#[test]
fn another_version_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(Journal::open(directory.path()).unwrap());
    let connection = Connection::open(path(directory.path())).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    drop(connection);

    let error = Journal::open(directory.path()).unwrap_err();

    assert_eq!(
        error.to_string(),
        format!("it is of version 7, and this suite writes version {VERSION}")
    );
}

#[test]
fn a_line_that_cannot_be_read_is_not_quoted() {
    let directory: TempDir = tempfile::tempdir().unwrap();
    let journal = Journal::open(directory.path()).unwrap();
    journal
        .lock()
        .execute("INSERT INTO mails VALUES (1, 0, 'canary')", ())
        .unwrap();

    let error = Kept::of(directory.path()).unwrap_err().to_string();

    assert_eq!(error, "a line of mails cannot be read");
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();

    let mut journal = Journal::open(directory.path()).unwrap();
    journal.append(&[step("a", true, 1)]).unwrap();

    for file in fs::read_dir(directory.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
