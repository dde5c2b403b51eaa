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

#[test]
fn inline_maps_run_at_most_40_items_at_once() {
    let with_concurrency = |most| {
        Register::define(|_| {
            map_each("Each", literal(vec![1, 2]), |_| unstored("One"))
                .concurrency(most)
                .and_then(|_| unstored("Done"))
        })
    };
    assert!(with_concurrency(40).build().is_ok());
    assert_eq!(
        with_concurrency(41).build().unwrap_err().diagnostics[0].message,
        "its concurrency is 41, and at most 40 runs are under way at once"
    );
}
