//! Random machines as files, for an independent validator: see `tests/asl-validator`.

use std::fs;
use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::build::build;
use super::strategies::workflows;
use super::with_large_stack;

/// The validator needs a tenth of a second for each.
const MACHINES: usize = 100;

#[test]
#[ignore = "`.ci/run` has the files written and validated"]
fn random_machines_are_written_to_files() {
    with_large_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/asl-machines");
        fs::create_dir_all(&folder).unwrap();
        // The same machines on every run.
        let mut runner = TestRunner::deterministic();

        for number in 0..MACHINES {
            let workflows = workflows().new_tree(&mut runner).unwrap().current();
            let (_, whole) = &build(&workflows).unwrap().machines[0];
            let file = folder.join(format!("random-{number:03}.asl.json"));
            fs::write(file, whole.to_json().unwrap()).unwrap();
        }
    });
}
