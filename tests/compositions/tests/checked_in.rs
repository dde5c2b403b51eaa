//! The article, its plots and its data: the same seed gives the bytes that are checked in.

use std::path::Path;

use compositions::{Report, Settings};

#[test]
fn checked_in_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");

    let stale = Report::new(Settings::default()).stale(&root);

    assert!(
        stale.is_empty(),
        "run `cargo run --release -p compositions`; stale: {stale:?}"
    );
}
