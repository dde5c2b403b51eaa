//! The files that are checked in are the ones that the workflows make.

use std::path::Path;

use workflows::emitted::stale;

#[test]
fn checked_in_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");

    let stale: Vec<_> = stale(&root).unwrap().into_iter().map(|file| file.path).collect();

    assert!(
        stale.is_empty(),
        "run `cargo run -p workflows --bin emit`; stale: {stale:?}"
    );
}
