//! The rules that `build` enforces: one test per rule.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod compensations;
mod errors;
mod express;
#[path = "../fixtures/mod.rs"]
mod fixtures;
mod groups;
mod longest_path;
mod names;
mod personal;
mod reachability;
mod reads;
mod retries;
mod sizes;
mod time_limits;

use std::time::Duration;

use asl::*;
use fixtures::*;

fn store(user: Expr<'_, RegisterInput>) -> Task<Store> {
    Store::call(StoreInputFields {
        user_id: user.user_id,
        address: user.address,
    })
}

fn unstored(name: &str) -> Step<StoreOutput> {
    pass(name, StoreOutputFields { version: literal(0) })
}

#[derive(serde::Serialize, serde::Deserialize, Payload)]
struct AskInput {
    token: TaskToken,
}

enum Ask {}

impl Function for Ask {
    const NAME: &'static str = "Ask";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = AskInput;
    type Output = StoreOutput;
    type Error = StoreError;
}

/// What `build` reports of a workflow, one line per mistake.
fn diagnostics<S>(define: impl for<'s> FnOnce(Expr<'s, RegisterInput>) -> S) -> Vec<String>
where
    S: IntoStep<Output = StoreOutput>,
{
    let diagnostics = Register::define(define).build().unwrap_err().diagnostics;
    diagnostics
        .into_iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.state, diagnostic.message))
        .collect()
}

fn undo(name: &str, stored: Expr<'_, StoreOutput>) -> Step<StoreOutput> {
    pass(
        name,
        StoreOutputFields {
            version: stored.version,
        },
    )
}

#[test]
fn all_mistakes_are_reported_at_once_with_help() {
    let workflow = Register::define(|user| store(user).named("Store it").and_then(|_| unstored("Store it")));

    let report = workflow.build().unwrap_err();

    assert_eq!(report.diagnostics.len(), 4, "{report}");
    assert!(
        report
            .diagnostics
            .iter()
            .all(|diagnostic| !diagnostic.help.is_empty())
    );
    assert!(
        report
            .to_string()
            .starts_with("workflow Register cannot be emitted:\n  Store it: ")
    );
}
