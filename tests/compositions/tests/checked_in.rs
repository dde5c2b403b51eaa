//! The article, its plots and its data.

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

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let settings = Settings { seed: 9, samples: 20 };

    let [first, second] = [settings; 2].map(|settings| Report::new(settings).files(Path::new(".")));

    assert!(first == second, "two runs differ");
}
