//! Fuzz targets: what reads input of strangers, each with what must hold for every input.
//!
//! A target is a function of bytes, which panics if something does not hold. `fuzz/` gives them to libFuzzer, and
//! `tests/corpora.rs` runs them over the inputs that are kept in `corpora/`.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a target panics where something does not hold"
)]

mod address;
mod confirmation;
mod definition;
mod emission;
mod event;
mod functions;
mod webhook_url;

/// A target.
pub type Target = fn(&[u8]);

/// All targets, by the names of their corpora.
pub const TARGETS: [(&str, Target); 6] = [
    ("address", address::target),
    ("confirmation", confirmation::target),
    ("definition", definition::target),
    ("emission", emission::target),
    ("event", event::target),
    ("webhook_url", webhook_url::target),
];

/// The target of this name.
///
/// # Panics
///
/// If there is none.
pub fn target(name: &str) -> Target {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.expect("the target is known").1
}

/// The input as text; other bytes than those of a text are no input of a target that reads text.
fn text(data: &[u8]) -> Option<&str> {
    str::from_utf8(data).ok()
}
