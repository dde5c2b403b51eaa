//! Crash recovery of random machines: restored after any step, they have the same histories.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use simulator::journal::Record;
use simulator::{
    Command, EpochMillis, ExecutionArn, HistoryEvent, Machine, StateMachines, TaskCall, TaskEvent, TaskId,
    TaskToken, WorkflowType,
};

/// A piece of a machine.
#[derive(Debug, Clone)]
enum Piece {
    Call { callback: bool, retries: bool },
    Wait(u8),
    Chance,
    Both(Vec<Piece>, Vec<Piece>),
    Each { distributed: bool, inner: Vec<Piece> },
    Nested,
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let leaf = prop_oneof![
        any::<(bool, bool)>().prop_map(|(callback, retries)| Piece::Call { callback, retries }),
        (0..5_u8).prop_map(Piece::Wait),
        Just(Piece::Chance),
        Just(Piece::Nested),
    ];
    let piece = leaf.prop_recursive(2, 12, 3, |piece| {
        let pieces = prop::collection::vec(piece, 1..3);
        prop_oneof![
            (pieces.clone(), pieces.clone()).prop_map(|(left, right)| Piece::Both(left, right)),
            (any::<bool>(), pieces).prop_map(|(distributed, inner)| Piece::Each { distributed, inner }),
        ]
    });
    prop::collection::vec(piece, 1..4)
}

/// The states of a chain of pieces. Names count up, so that none comes twice.
fn level(pieces: &[Piece], timeouts: bool, count: &mut usize) -> Value {
    let mut states = Map::new();
    let mut names = Vec::new();
    for piece in pieces {
        *count += 1;
        let name = format!("S{count}");
        states.insert(name.clone(), state(piece, timeouts, count));
        names.push(name);
    }
    for (position, name) in names.iter().enumerate() {
        let state = states[name].as_object_mut().unwrap();
        match names.get(position + 1) {
            Some(next) => state.insert("Next".to_owned(), json!(next)),
            None => state.insert("End".to_owned(), json!(true)),
        };
    }
    json!({"StartAt": names[0], "States": states})
}

fn state(piece: &Piece, timeouts: bool, count: &mut usize) -> Value {
    let mut state = match piece {
        Piece::Call { callback, .. } => json!({
            "Type": "Task",
            "Resource": if *callback {
                "arn:aws:states:::lambda:invoke.waitForTaskToken"
            } else {
                "arn:aws:states:::lambda:invoke"
            },
            "Arguments": {"FunctionName": "f", "Payload": if *callback {
                json!({"token": "{% $states.context.Task.Token %}"})
            } else {
                json!({"chance": "{% $random() %}"})
            }},
        }),
        Piece::Wait(seconds) => json!({"Type": "Wait", "Seconds": seconds}),
        Piece::Chance => {
            json!({"Type": "Pass", "Output": {"id": "{% $uuid() %}", "half": "{% $random() / 2 %}"}})
        }
        Piece::Both(left, right) => json!({
            "Type": "Parallel",
            "Branches": [level(left, timeouts, count), level(right, timeouts, count)],
        }),
        Piece::Each { distributed, inner } => {
            let mut processor = level(inner, timeouts, count);
            processor["ProcessorConfig"] = if *distributed {
                json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"})
            } else {
                json!({"Mode": "INLINE"})
            };
            json!({"Type": "Map", "Items": [1, 2, 3], "MaxConcurrency": 2, "ItemProcessor": processor})
        }
        Piece::Nested => json!({
            "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
            // Named by the execution: a name that is left out is drawn by the service, which begins anew.
            "Arguments": {"StateMachineArn": "child", "Name": "{% $uuid() %}", "Input": {}},
        }),
    };
    let fields = state.as_object_mut().unwrap();
    if let Piece::Call { retries, callback } = piece {
        if *retries {
            let retry =
                json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "JitterStrategy": "FULL"}]);
            fields.insert("Retry".to_owned(), retry);
        }
        if timeouts {
            fields.insert("TimeoutSeconds".to_owned(), json!(4));
            if *callback {
                fields.insert("HeartbeatSeconds".to_owned(), json!(2));
            }
        }
    }
    state
}

/// Executions, and what a driver knows of them.
struct World {
    service: StateMachines,
    now: EpochMillis,
    open: BTreeMap<(ExecutionArn, TaskId), TaskCall>,
    tokens: Vec<TaskToken>,
    kept: Vec<Record>,
}

impl World {
    fn new(machine: &Machine, child: &Machine) -> Self {
        let mut service = StateMachines::new(3);
        let now = EpochMillis::new(0);
        service.restore([], now).unwrap();
        service.register("m", WorkflowType::Standard, machine.clone());
        service.register("child", WorkflowType::Standard, child.clone());
        for name in ["a", "b"] {
            service
                .start_execution("m", name, json!({"third": 1.0 / 3.0}), now)
                .unwrap();
        }
        let mut world = Self {
            service,
            now,
            open: BTreeMap::new(),
            tokens: Vec::new(),
            kept: Vec::new(),
        };
        world.take();
        world
    }

    fn take(&mut self) {
        self.kept
            .extend(std::iter::from_fn(|| self.service.poll_record()));
        while let Some((arn, command)) = self.service.poll_command() {
            match command {
                Command::RunTask(call) => {
                    self.tokens.extend(call.task_token.clone());
                    self.open.insert((arn, call.id), call);
                }
                Command::CancelTask { id } => {
                    self.open.remove(&(arn, id));
                }
            }
        }
    }

    /// Does the next thing of a schedule.
    fn step(&mut self, (what, which): (u8, u8)) {
        let which = usize::from(which);
        let key = self.open.keys().nth(which % self.open.len().max(1)).cloned();
        let token = self.tokens.get(which % self.tokens.len().max(1)).cloned();
        match (what % 8, key, token) {
            (0..=2, Some(key), _) => {
                let call = self.open.remove(&key).unwrap();
                let output = json!({"seventh": f64::from(what) / 7.0, "from": &*call.state});
                let event = TaskEvent::Succeeded { id: call.id, output };
                let _ = self.service.handle(&key.0, self.now, event);
            }
            (3, Some(key), _) => {
                self.open.remove(&key);
                let (error, cause) = ("Broken".to_owned(), "a cause".to_owned());
                let event = TaskEvent::Failed {
                    id: key.1,
                    error,
                    cause,
                };
                let _ = self.service.handle(&key.0, self.now, event);
            }
            (4, _, Some(token)) => {
                // Who answers by token needs no answer to the call any more.
                self.open
                    .retain(|_, call| call.task_token.as_ref() != Some(&token));
                let _ = self
                    .service
                    .send_task_success(&token, json!([0.7, which]), self.now);
            }
            (5, ..) if which.is_multiple_of(2) => {
                // Whoever fires the timers comes late.
                self.now = self.now + Duration::from_millis(700);
            }
            (5, _, Some(token)) => {
                let _ = self.service.send_task_heartbeat(&token, self.now);
            }
            (6, ..) => {
                self.now = self.now + Duration::from_millis(u64::from(what) * 10);
                self.service.advance(self.now);
            }
            _ => {
                self.now = self.service.next_timer().unwrap_or(self.now).max(self.now);
                self.service.advance(self.now);
            }
        }
        self.take();
    }

    /// Fires what is due, so that nothing is overdue.
    fn settle(&mut self) {
        self.service.advance(self.now);
        self.take();
    }

    /// Loses everything but what was kept, and the tokens, which are in others' hands.
    fn crash(&mut self, machine: &Machine, child: &Machine) {
        let mut service = StateMachines::new(u64::MAX);
        service.register("m", WorkflowType::Standard, machine.clone());
        service.register("child", WorkflowType::Standard, child.clone());
        service.restore(self.kept.iter().cloned(), self.now).unwrap();
        self.service = service;
        let tokens = self.tokens.len();
        self.open.clear();
        self.take();
        self.tokens.truncate(tokens);
    }

    fn histories(&self) -> Vec<(ExecutionArn, Vec<HistoryEvent>)> {
        let described = self.service.list(None).into_iter();
        described
            .map(|one| {
                let history = self.service.history(&one.arn).unwrap().to_vec();
                (one.arn, history)
            })
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_goes_on_from_any_prefix_ends_as_if_nothing_had_happened(
        pieces in pieces(),
        schedule in prop::collection::vec((any::<u8>(), any::<u8>(), prop::bool::weighted(0.2)), 0..40),
    ) {
        let machine = machine(&pieces, false);
        let child = child();
        let mut undisturbed = World::new(&machine, &child);
        let mut disturbed = World::new(&machine, &child);

        for (what, which, crashes) in schedule {
            if crashes {
                // What is overdue would happen now after the crash, and at its own time without it.
                disturbed.settle();
                undisturbed.settle();
                disturbed.crash(&machine, &child);
                prop_assert!(disturbed.histories() == undisturbed.histories());
                prop_assert!(disturbed.open.keys().eq(undisturbed.open.keys()));
            }
            undisturbed.step((what, which));
            disturbed.step((what, which));
        }

        prop_assert!(disturbed.histories() == undisturbed.histories());
    }

    #[test]
    fn histories_are_the_same_after_many_crashes(
        pieces in pieces(),
        schedule in prop::collection::vec((any::<u8>(), any::<u8>(), prop::bool::weighted(0.2)), 0..40),
    ) {
        let machine = machine(&pieces, true);
        let child = child();
        let mut world = World::new(&machine, &child);

        for (what, which, crashes) in schedule {
            world.step((what, which));
            if crashes {
                world.settle();
                let before = world.histories();
                world.crash(&machine, &child);
                prop_assert!(world.histories() == before);
            }
        }
    }
}

fn machine(pieces: &[Piece], timeouts: bool) -> Machine {
    let mut definition = level(pieces, timeouts, &mut 0);
    definition["QueryLanguage"] = json!("JSONata");
    Machine::from_json(&definition.to_string()).unwrap()
}

fn child() -> Machine {
    let states = json!({
        "Nap": {"Type": "Wait", "Seconds": 1, "Next": "Work"},
        "Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "f", "Payload": {}}, "End": true,
        },
    });
    crate::support::machine("Nap", states)
}

#[test]
fn calls_of_an_earlier_map_run_are_not_repeated_for_the_next() {
    let call = || Piece::Call {
        callback: false,
        retries: false,
    };
    let each = || Piece::Each {
        distributed: true,
        inner: vec![call()],
    };
    let (machine, child) = (machine(&[each(), each()], false), child());
    let mut world = World::new(&machine, &child);
    for step in [(8, 58), (40, 2), (16, 203)] {
        world.step(step);
    }
    let open: Vec<_> = world.open.keys().cloned().collect();

    world.crash(&machine, &child);

    assert!(world.open.keys().eq(&open));
}
