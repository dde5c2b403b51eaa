//! Model-based tests: random workflows are built, emitted and run, and compared with a reference interpreter.

use asl::document::StateMachine;
use proptest::prelude::*;
use serde_json::json;
use simulator::{Machine, Status};

mod ast;
mod build;
mod calls;
mod contracts;
mod files;
mod folding;
mod interpreter;
mod run;
mod scope;
mod strategies;
mod values;
mod well_formed;

use build::build;
use contracts::Sample;
use interpreter::interpret;
use run::{run, substitutions};
use strategies::workflows;
use values::Values;

fn sample() -> impl Strategy<Value = Sample> {
    (0..4_u64, proptest::option::of(0..4_u64)).prop_map(|(number, optional)| Sample {
        number,
        optional,
        text: "input".to_owned(),
    })
}

/// The sample as JSON, without absent fields.
fn to_json(sample: &Sample) -> serde_json::Value {
    let mut json = json!(sample);
    if let (None, Some(fields)) = (sample.optional, json.as_object_mut()) {
        fields.shift_remove("optional");
    }
    json
}

/// Random workflows nest deeply, and unoptimised code needs much stack.
fn with_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(test);
    if let Err(panic) = thread.unwrap().join() {
        std::panic::resume_unwind(panic);
    }
}

/// A configuration with a fraction of the default number of cases, which `PROPTEST_CASES` sets.
fn config(divisor: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases / divisor,
        source_file: Some(file!()),
        ..default
    }
}

#[test]
fn every_workflow_runs_as_the_reference_interpreter_says() {
    let input = (sample(), proptest::collection::vec(sample(), 0..4));
    with_large_stack(|| {
        proptest!(config(1), |(workflows in workflows(), (first, list) in input)| {
            let built = build(&workflows).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
            let items: Vec<_> = list.iter().map(to_json).collect();
            let expected = interpret(&workflows, &Values::new(first.clone()).with_list(list));

            let run = run(&built, json!({"first": to_json(&first), "list": items}));

            let context = || format!("{run:#?}\n{expected:#?}\n{}", built.machines[0].1.to_json().unwrap());
            prop_assert_eq!(run.running, 0, "{}", context());
            match (&expected.end, &run.status) {
                (None, _) => return Ok(()),
                (Some(Ok(output)), Status::Succeeded { .. }) => {
                    let actual: Sample = serde_json::from_value(run.status.output().unwrap().clone()).unwrap();
                    prop_assert_eq!(&actual, output, "{}", context());
                }
                (Some(Err(failure)), Status::Failed { error, cause }) => {
                    prop_assert_eq!(error.as_deref(), Some(failure.error.as_str()), "{}", context());
                    if failure.cause.is_some() {
                        prop_assert_eq!(cause.as_deref(), failure.cause.as_deref(), "{}", context());
                    }
                }
                _ => prop_assert!(false, "the execution ended differently than in the reference interpreter: {}", context()),
            }
            prop_assert!(expected.calls.match_calls(&run.calls), "unexpected task calls: {}", context());
            prop_assert!(expected.started.match_calls(&run.started), "unexpected starts of the workflow `Later`: {}", context());
            if let Some(duration) = expected.duration {
                prop_assert_eq!(run.duration, duration, "{}", context());
            }
        });
    });
}

#[test]
fn definitions_survive_a_round_trip_through_json() {
    with_large_stack(|| {
        proptest!(config(4), |(workflows in workflows())| {
            for (_, machine) in build(&workflows).unwrap().machines {
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
    with_large_stack(|| {
        proptest!(config(4), |(workflows in workflows())| {
            for (name, machine) in build(&workflows).unwrap().machines {
                let json = machine.to_json().unwrap();

                let machine = Machine::from_template(&json, &substitutions());

                prop_assert!(machine.is_ok(), "{}: {:?}\n{}", name, machine.err(), json);
            }
        });
    });
}
