//! Crash recovery: executions restored from a journal.

use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use simulator::journal::{Record, RecordLog, RestoreError};
use simulator::wall_clock::WallClock;
use simulator::{
    Command, EpochMillis, ExecutionArn, Machine, RequestError, StateMachines, Status, TaskCall, TaskEvent,
    TaskEventError, TaskFailure, WorkflowType, runner,
};

use crate::support::{callback, machine, task};

const NOW: EpochMillis = EpochMillis::new(1_000_000);

fn after(seconds: u64) -> EpochMillis {
    NOW + Duration::from_secs(seconds)
}

fn journalled(machine: Machine) -> StateMachines {
    let mut service = StateMachines::new(1);
    service.restore([], NOW).unwrap();
    service.register("m", WorkflowType::Standard, machine);
    service
}

fn start(service: &mut StateMachines, input: Value) -> ExecutionArn {
    service.start_execution("m", "first", input, NOW).unwrap()
}

/// What a journal would have kept since this was asked last.
fn records(service: &mut StateMachines) -> Vec<Record> {
    std::iter::from_fn(|| service.poll_record()).collect()
}

fn restored(records: impl IntoIterator<Item = Record>, now: EpochMillis) -> StateMachines {
    let mut service = StateMachines::new(2);
    service.restore(records, now).unwrap();
    service
}

fn calls(service: &mut StateMachines) -> Vec<TaskCall> {
    std::iter::from_fn(|| service.poll_command())
        .filter_map(|(_, command)| match command {
            Command::RunTask(call) => Some(call),
            Command::CancelTask { .. } => None,
        })
        .collect()
}

fn succeed(service: &mut StateMachines, arn: &ExecutionArn, call: &TaskCall, now: EpochMillis) {
    let (id, output) = (call.id, json!({"done": 0.1}));
    service
        .handle(arn, now, TaskEvent::Succeeded { id, output })
        .unwrap();
}

/// A callback of a minute, and a task after it.
fn ask_then_tell() -> Machine {
    let ask = callback(json!({"TimeoutSeconds": 60, "Next": "Tell"}));
    machine(
        "Ask",
        json!({"Ask": ask, "Tell": task(json!({"TimeoutSeconds": 10}))}),
    )
}

#[test]
fn a_restored_callback_keeps_its_token_and_its_timeout() {
    let mut service = journalled(ask_then_tell());
    let arn = start(&mut service, json!({}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);

    let mut restored = restored(records(&mut service), after(30));

    assert_eq!(restored.history(&arn).unwrap(), service.history(&arn).unwrap());
    assert_eq!(restored.next_timer(), Some(after(60)));
    assert!(calls(&mut restored).is_empty());
    assert_eq!(records(&mut restored), []);
    let token = call.task_token.unwrap();
    restored.send_task_success(&token, json!(1), after(31)).unwrap();
    assert_eq!(
        restored.send_task_success(&token, json!(1), after(31)),
        Err(TaskEventError::TaskTimedOut)
    );
}

#[test]
fn a_restored_task_runs_again_with_its_whole_timeout() {
    let mut service = journalled(machine(
        "Call",
        json!({"Call": task(json!({"TimeoutSeconds": 10}))}),
    ));
    let arn = start(&mut service, json!({"n": 1}));
    let [first] = calls(&mut service).try_into().unwrap();

    let mut restored = restored(records(&mut service), after(3600));

    let [again] = calls(&mut restored).try_into().unwrap();
    assert_eq!((again.id, again.payload()), (first.id, first.payload()));
    assert_eq!(restored.next_timer(), Some(after(3610)));
    succeed(&mut restored, &arn, &again, after(3609));
    assert_eq!(restored.describe(&arn).unwrap().status.name(), "SUCCEEDED");
}

#[test]
fn a_restored_callback_is_called_again_with_the_same_token() {
    let mut service = journalled(ask_then_tell());
    start(&mut service, json!({}));
    let [first] = calls(&mut service).try_into().unwrap();

    let mut restored = restored(records(&mut service), after(30));

    let [again] = calls(&mut restored).try_into().unwrap();
    assert_eq!(again.task_token, first.task_token);
    assert_eq!(restored.next_timer(), Some(after(60)));
}

#[test]
fn overdue_timers_fire_at_the_restore_and_later_ones_keep_their_time() {
    let ask = callback(json!({
        "TimeoutSeconds": 60, "Next": "Done", "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Tell"}],
    }));
    let states =
        json!({"Ask": ask, "Tell": task(json!({"TimeoutSeconds": 10})), "Done": {"Type": "Succeed"}});
    let definition =
        json!({"QueryLanguage": "JSONata", "StartAt": "Ask", "TimeoutSeconds": 600, "States": states});
    let mut service = journalled(Machine::from_json(&definition.to_string()).unwrap());
    let arn = start(&mut service, json!({}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);

    // The callback's time is up, and so is the machine's.
    let mut restored = restored(records(&mut service), after(3600));

    let [tell] = calls(&mut restored).try_into().unwrap();
    assert_eq!(&*tell.state, "Tell");
    assert_eq!(restored.next_timer(), Some(after(3610)));
    succeed(&mut restored, &arn, &tell, after(3605));
    assert_eq!(restored.describe(&arn).unwrap().status.name(), "SUCCEEDED");
}

#[test]
fn a_restored_execution_that_ended_stays_ended_and_keeps_its_name() {
    let mut service = journalled(machine("Done", json!({"Done": {"Type": "Succeed"}})));
    let arn = start(&mut service, json!({"n": 1}));

    let mut restored = restored(records(&mut service), after(1));
    restored.register(
        "m",
        WorkflowType::Standard,
        machine("Done", json!({"Done": {"Type": "Succeed"}})),
    );

    let found = restored.describe(&arn).unwrap();
    assert_eq!(found.status.output(), Some(&json!({"n": 1})));
    assert_eq!(restored.poll_ended(), None);
    let again = restored.start_execution("m", "first", json!({"n": 1}), after(1));
    assert_eq!(again.unwrap_err().code(), "ExecutionAlreadyExists");
}

#[test]
fn a_retired_execution_keeps_its_name() {
    let mut service = journalled(machine("Done", json!({"Done": {"Type": "Succeed"}})));
    let arn = ExecutionArn::from("arn:aws:states:us-east-1:123456789012:execution:m:first");

    service.reserve_name(arn.clone());

    let error = service.start_execution("m", "first", json!({}), NOW).unwrap_err();
    assert_eq!(error.code(), "ExecutionAlreadyExists");
    assert!(service.describe(&arn).is_err());
}

#[test]
fn restored_executions_keep_their_definitions() {
    let mut service = journalled(ask_then_tell());
    let arn = start(&mut service, json!({}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);

    let mut restored = restored(records(&mut service), after(1));
    restored.register(
        "m",
        WorkflowType::Standard,
        machine("Other", json!({"Other": {"Type": "Succeed"}})),
    );
    let token = call.task_token.unwrap();
    restored.send_task_success(&token, json!(1), after(2)).unwrap();

    assert_eq!(&*calls(&mut restored)[0].state, "Tell");
    let kept = records(&mut restored);
    restored
        .start_execution("m", "second", json!({}), after(3))
        .unwrap();
    let definitions = |records: &[Record]| {
        let is_definition = |record: &&Record| matches!(record, Record::Definition { .. });
        records.iter().filter(is_definition).count()
    };
    assert_eq!(definitions(&kept), 0);
    assert_eq!(definitions(&records(&mut restored)), 1);
    assert_eq!(
        restored.describe(&arn).unwrap().machine_name,
        "m",
        "the name is the same for both definitions"
    );
}

#[test]
fn a_nested_execution_still_completes_the_task_that_waits_for_it() {
    let state = json!({
        "Type": "Task", "End": true, "TimeoutSeconds": 100,
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": "nap", "Name": "inner", "Input": {}},
        "Output": "{% $states.result.Output %}",
    });
    let nap = json!({"Nap": {"Type": "Wait", "Seconds": 50, "Output": "rested", "End": true}});
    let mut service = journalled(machine("Start", json!({"Start": state})));
    service.register("nap", WorkflowType::Standard, machine("Nap", nap));
    let arn = start(&mut service, json!({}));

    let mut restored = restored(records(&mut service), after(10));
    assert!(calls(&mut restored).is_empty());
    restored.advance(after(50));

    assert_eq!(
        restored.describe(&arn).unwrap().status.output(),
        Some(&json!("rested"))
    );
    assert_eq!(restored.list(None).len(), 2);
}

#[test]
fn a_rejected_event_is_not_recorded() {
    let mut service = journalled(ask_then_tell());
    let arn = start(&mut service, json!({}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);
    let token = call.task_token.unwrap();
    service.send_task_success(&token, json!(1), NOW).unwrap();
    records(&mut service);

    for _ in 0..3 {
        service.send_task_success(&token, json!(1), NOW).unwrap_err();
    }

    assert_eq!(records(&mut service), []);
}

/// A callback beside a distributed Map of two items, each a second long, one after the other.
fn ask_beside_a_map() -> Machine {
    let rest = json!({"Rest": {"Type": "Wait", "Seconds": 1, "End": true}});
    let map = json!({
        "Type": "Map", "Items": [1, 2], "MaxConcurrency": 1, "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Rest", "States": rest,
        },
    });
    let branches = json!([
        {"StartAt": "Ask", "States": {"Ask": callback(json!({}))}},
        {"StartAt": "Each", "States": {"Each": map}},
    ]);
    machine(
        "Both",
        json!({"Both": {"Type": "Parallel", "Branches": branches, "End": true}}),
    )
}

#[test]
fn timers_that_a_rejected_event_fires_in_a_map_are_recorded() {
    let mut service = journalled(ask_beside_a_map());
    let arn = start(&mut service, json!({}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);
    let token = call.task_token.unwrap();
    service.send_task_success(&token, json!(1), NOW).unwrap();
    let late = after(1) + Duration::from_millis(700);

    service.send_task_success(&token, json!(1), late).unwrap_err();

    let restored = restored(records(&mut service), late);
    assert_eq!(service.next_timer(), Some(after(2)));
    assert_eq!(restored.next_timer(), service.next_timer());
}

#[test]
fn stops_and_redrives_are_recorded() {
    let mut service = journalled(ask_then_tell());
    let arn = start(&mut service, json!({}));
    service
        .stop_execution(&arn, after(1), Some("Enough"), None)
        .unwrap();
    service.redrive_execution(&arn, after(2)).unwrap();

    let restored = restored(records(&mut service), after(3));

    assert_eq!(restored.history(&arn).unwrap(), service.history(&arn).unwrap());
    assert!(restored.describe(&arn).unwrap().status.is_running());
}

/// The error of restoring the records of a callback that waits, after something was done to them.
fn error_after(spoil: impl FnOnce(&mut Vec<Record>)) -> RestoreError {
    let mut service = journalled(ask_then_tell());
    let arn = start(&mut service, json!({"canary": true}));
    let [call] = calls(&mut service).try_into().unwrap();
    succeed(&mut service, &arn, &call, NOW);
    let mut records = records(&mut service);
    spoil(&mut records);
    let error = StateMachines::new(2).restore(records, NOW).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
    error
}

#[test]
fn a_replay_that_diverges_is_rejected() {
    let error = error_after(|records| {
        for record in records {
            if let Record::Definition { json, .. } = record {
                *json = json
                    .replace("\"TimeoutSeconds\":60", "\"TimeoutSeconds\":61")
                    .into();
            }
        }
    });

    assert!(
        matches!(error, RestoreError::Diverged { number: 1, .. }),
        "{error}"
    );
}

#[test]
fn a_missing_or_corrupt_record_is_reported_by_its_number() {
    let no_definition = error_after(|records| {
        records.remove(0);
    });
    let no_start = error_after(|records| {
        records.remove(1);
    });
    let spoilt = error_after(|records| {
        if let Some(Record::Transition { json, .. }) = records.last_mut() {
            json.truncate(20);
        }
    });

    assert!(
        matches!(no_definition, RestoreError::DefinitionMissing { .. }),
        "{no_definition}"
    );
    assert!(
        matches!(no_start, RestoreError::Unreadable { number: 1, .. }),
        "{no_start}"
    );
    assert!(
        matches!(spoilt, RestoreError::Unreadable { number: 2, .. }),
        "{spoilt}"
    );
}

/// Records as they were written when the format was fixed: an execution that was answered, and one that was failed,
/// stopped and redriven.
const WRITTEN: &str = include_str!("journal_format_1.jsonl");

#[test]
fn older_journals_of_this_format_are_restored() {
    let records = WRITTEN.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        match line.get("digest") {
            Some(_) => Record::Definition {
                digest: text("digest"),
                json: text("json").into(),
            },
            None => Record::Transition {
                arn: text("arn").as_str().into(),
                is_running: line["isRunning"].as_bool().unwrap(),
                json: text("json"),
            },
        }
    });

    // If this fails, what records mean has changed, and so must `FORMAT`.
    let restored = restored(records, after(30));

    let status = |name: &str| {
        let arn = format!("arn:aws:states:us-east-1:123456789012:execution:m:{name}");
        restored
            .describe(&ExecutionArn::from(arn.as_str()))
            .unwrap()
            .status
            .name()
    };
    assert_eq!((status("first"), status("second")), ("SUCCEEDED", "RUNNING"));
}

#[test]
fn debug_shows_no_payload() {
    let mut service = journalled(ask_then_tell());
    start(&mut service, json!({"name": "canary"}));

    assert!(!format!("{:?}", records(&mut service)).contains("canary"));
}

/// Keeps a number of appends, and then fails.
struct Failing(usize);

impl RecordLog for Failing {
    fn append(&mut self, _records: &[Record]) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.0 = self.0.checked_sub(1).ok_or("the disk is full")?;
        Ok(())
    }
}

#[test]
fn nothing_follows_from_a_change_that_the_journal_rejected() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut service = StateMachines::new(1);
        service.register(
            "m",
            WorkflowType::Standard,
            machine("Call", json!({"Call": task(json!({}))})),
        );
        let clock = WallClock::journalled(service, [], Failing(2)).unwrap();
        clock.spawn(runner::from_fn(async |_: TaskCall| {
            Ok::<Value, TaskFailure>(json!(1))
        }));

        // The start and the answer are kept, and the second start is not.
        let first = clock.start_execution("m", "first", json!({})).unwrap();
        let ended = clock.wait(&first).await.unwrap();
        let second = clock.start_execution("m", "second", json!({}));
        let third = clock.start_execution("m", "third", json!({}));

        assert!(matches!(ended.status, Status::Succeeded { .. }));
        assert_eq!(second, Err(RequestError::JournalFailed));
        assert_eq!(third, Err(RequestError::JournalFailed));
        assert_eq!(clock.list(None).len(), 2, "the third was not even begun");
        clock.shutdown().await;
    });
}
