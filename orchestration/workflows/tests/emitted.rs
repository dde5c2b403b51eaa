//! Generated files that are checked in.

use std::path::Path;
use std::time::Duration;

use workflows::emitted::{EmitError, TestDefinitions, stale, test_definitions};

#[test]
fn checked_in_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");

    let stale: Vec<_> = stale(&root).unwrap().into_iter().map(|file| file.path).collect();

    assert!(
        stale.is_empty(),
        "run `cargo run -p workflows --bin emit`; stale: {stale:?}"
    );
}

#[test]
fn rejects_a_window_that_is_not_in_whole_seconds() {
    for millis in [0, 1500] {
        let window = Duration::from_millis(millis);

        let tests = TestDefinitions {
            window: Some(window),
            ..TestDefinitions::default()
        };
        let error = test_definitions(Path::new("target"), tests).unwrap_err();

        assert!(matches!(error, EmitError::Window { .. }), "{error}");
    }
}

#[test]
fn definitions_for_tests_have_a_state_for_each_step_if_wanted() {
    for unfolded in [false, true] {
        let tests = TestDefinitions {
            unfolded,
            ..TestDefinitions::default()
        };

        let definitions = test_definitions(Path::new("target"), tests).unwrap();

        assert_eq!(definitions.len(), 3);
        let sign_ups = definitions
            .into_iter()
            .filter(|definition| definition.path.to_string_lossy().contains("sign-up"));
        for definition in sign_ups {
            assert_eq!(definition.content.contains("\"CheckOutcome\": {"), unfolded);
        }
    }
}
