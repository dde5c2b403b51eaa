//! Limits of loops and maps.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn loops_have_rounds() {
    assert_eq!(
        diagnostics(|_| {
            repeat_until(
                "Loop",
                0,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.eq(1),
            )
            .exhausted(|_| unstored("Enough"))
            .and_then(|_| unstored("Done"))
        }),
        ["Loop: it has at most 0 rounds"]
    );
}

#[test]
fn maps_run_items() {
    assert_eq!(
        diagnostics(|_| {
            map_each("Each", literal(vec![1, 2]), |_| unstored("One"))
                .concurrency(0)
                .and_then(|_| unstored("Done"))
        }),
        ["Each: its concurrency is 0, which Step Functions takes for no limit"]
    );
}
