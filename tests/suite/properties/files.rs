//! Machines as files, for a validator that is not ours: see `tests/asl-validator`.

use std::fs;
use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::build::build;
use super::strategies::plans;
use super::with_room;

/// The validator takes a tenth of a second for each.
const MACHINES: usize = 100;

#[test]
#[ignore = "`.ci/run` has the files written and validated"]
fn random_machines_are_written_to_files() {
    with_room(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/asl-machines");
        fs::create_dir_all(&folder).unwrap();
        // The same machines each time.
        let mut runner = TestRunner::deterministic();

        for number in 0..MACHINES {
            let plans = plans().new_tree(&mut runner).unwrap().current();
            let (_, whole) = &build(&plans).unwrap().machines[0];
            let file = folder.join(format!("random-{number:03}.asl.json"));
            fs::write(file, whole.to_json().unwrap()).unwrap();
        }
    });
}
