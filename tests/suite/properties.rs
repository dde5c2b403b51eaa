//! Random workflows, built, emitted and run, against what they mean.

use asl::document::StateMachine;
use proptest::prelude::*;
use serde_json::json;
use simulator::{Machine, Status};

mod build;
mod calls;
mod contracts;
mod files;
mod fit;
mod meaning;
mod plan;
mod run;
mod scope;
mod strategies;
mod values;

use build::build;
use contracts::Trio;
use meaning::meaning;
use run::{run, substitutions};
use strategies::plans;
use values::Facts;

fn trio() -> impl Strategy<Value = Trio> {
    (0..4_u64, proptest::option::of(0..4_u64)).prop_map(|(number, maybe)| Trio {
        number,
        maybe,
        text: "input".to_owned(),
    })
}

/// The trio in JSON, without what is absent.
fn in_json(trio: &Trio) -> serde_json::Value {
    let mut json = json!(trio);
    if let (None, Some(fields)) = (trio.maybe, json.as_object_mut()) {
        fields.shift_remove("maybe");
    }
    json
}

/// Random plans go deep, and what is not optimised takes much of a stack.
fn with_room(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(test);
    if let Err(panic) = thread.unwrap().join() {
        std::panic::resume_unwind(panic);
    }
}

/// A part of as many cases as `PROPTEST_CASES` or proptest itself says.
fn config(one_of: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases / one_of,
        source_file: Some(file!()),
        ..default
    }
}

#[test]
fn every_workflow_runs_as_the_reference_interpreter_says() {
    let input = (trio(), proptest::collection::vec(trio(), 0..4));
    with_room(|| {
        proptest!(config(1), |(plans in plans(), (first, list) in input)| {
            let built = build(&plans).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            let items: Vec<_> = list.iter().map(in_json).collect();
            let meant = meaning(&plans, &Facts::new(first.clone()).with_list(list));

            let ran = run(&built, json!({"first": in_json(&first), "list": items}));

            let told = || format!("{ran:#?}\n{meant:#?}\n{}", built.machines[0].1.to_json().unwrap());
            prop_assert_eq!(ran.running, 0, "{}", told());
            match (&meant.end, &ran.status) {
                (None, _) => return Ok(()),
                (Some(Ok(output)), Status::Succeeded { .. }) => {
                    let left: Trio = serde_json::from_value(ran.status.output().unwrap().clone()).unwrap();
                    prop_assert_eq!(&left, output, "{}", told());
                }
                (Some(Err(failure)), Status::Failed { error, cause }) => {
                    prop_assert_eq!(error.as_deref(), Some(failure.error.as_str()), "{}", told());
                    if failure.cause.is_some() {
                        prop_assert_eq!(cause.as_deref(), failure.cause.as_deref(), "{}", told());
                    }
                }
                _ => prop_assert!(false, "it ends otherwise: {}", told()),
            }
            prop_assert!(meant.calls.are(&ran.calls), "other calls: {}", told());
            prop_assert!(meant.started.are(&ran.started), "other starts: {}", told());
            if let Some(took) = meant.took {
                prop_assert_eq!(ran.took, took, "{}", told());
            }
        });
    });
}

#[test]
fn definitions_survive_a_round_trip_through_json() {
    with_room(|| {
        proptest!(config(4), |(plans in plans())| {
            for (_, machine) in build(&plans).unwrap().machines {
                let json = machine.to_json().unwrap();

                let read: StateMachine = serde_json::from_str(&json).unwrap();

                prop_assert_eq!(&read, &machine);
                prop_assert_eq!(read.to_json().unwrap(), json);
            }
        });
    });
}

#[test]
fn the_simulator_accepts_every_definition() {
    with_room(|| {
        proptest!(config(4), |(plans in plans())| {
            for (name, machine) in build(&plans).unwrap().machines {
                let json = machine.to_json().unwrap();

                let taken = Machine::from_template(&json, &substitutions());

                prop_assert!(taken.is_ok(), "{}: {:?}\n{}", name, taken.err(), json);
            }
        });
    });
}
