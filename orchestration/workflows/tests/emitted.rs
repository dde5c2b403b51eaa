//! Generated files that are checked in.

use std::path::Path;
use std::time::Duration;

use workflows::emitted::{EmitError, stale, test_definition};

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

        let error = test_definition(Path::new("target"), window).unwrap_err();

        assert!(matches!(error, EmitError::Window { .. }), "{error}");
    }
}
