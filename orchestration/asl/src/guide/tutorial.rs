//! A first workflow, from `cargo new` to a tested definition.
//!
//! The workflow pays back the price of an order. Small amounts are paid at once; for others a clerk has two days to
//! decide. The files below are complete. They are the package `orchestration/asl/tutorial`, whose tests run with
//! those of the workspace.
//!
//! # The package
//!
//! Run `cargo new refunds`, and write this `Cargo.toml`. Change the paths of `asl` and `simulator` to where they are; the
//! simulator is for the tests only.
//!
//! ```toml
#![doc = include_str!("../../tutorial/Cargo.toml")]
//! ```
//!
//! `src/lib.rs` names the two files that follow:
//!
//! ```ignore
#![doc = include_str!("../../tutorial/src/lib.rs")]
//! ```
//!
//! # The contracts: `src/contracts.rs`
//!
//! A [`Function`](crate::Function) is a contract: a name, a timeout, an input, an output and the errors. The
//! workflow has one, and so does each Lambda function that it calls. The code of those functions is elsewhere; it uses
//! the same contracts.
//!
//! ```ignore
#![doc = include_str!("../../tutorial/src/contracts.rs")]
//! ```
//!
//! - The derive [`Payload`](macro@crate::Payload) makes a companion for each payload: `RefundOutputFields` has the
//!   fields of `RefundOutput`, each an [`Expr`](crate::Expr).
//! - The derive [`TaskError`](macro@crate::TaskError) makes a module with one marker per error, such as
//!   `pay_back_error::AccountClosed`. It has the visibility of the enum, so a glob import of the contracts finds it.
//! - `personal` marks personal data, and `at_most` the most characters of a string: see [`limits`](crate::guide::limits).
//! - A field may be an enum, or anything else that serde writes.
//!
//! # The workflow: `src/workflow.rs`
//!
//! ```ignore
#![doc = include_str!("../../tutorial/src/workflow.rs")]
//! ```
//!
//! A closure such as `|request| ..` is called once, when the workflow is defined. `request` stands for the value that
//! an execution will have. It is `Copy`, so that all parts can read it.
//!
//! The name of a Task state is that of its function. All other states are named where they are written.
//!
//! # The definition: `src/main.rs`
//!
//! ```ignore
#![doc = include_str!("../../tutorial/src/main.rs")]
//! ```
//!
//! `cargo run > refund.asl.json` writes it. If [`build`](crate::Workflow::build) finds problems, the command prints
//! them instead, each with what to do. The template that deploys the definition supplies the ARNs, here
//! `${AskClerkFunctionArn}`, `${PayBackFunctionArn}` and `${SendMailFunctionArn}`, through
//! [`DefinitionSubstitutions`](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions).
//!
//! # The tests: `tests/refund.rs`
//!
//! The simulator runs the definition itself, in virtual time. Each function is a mock: a closure that gets the call and
//! returns what happens to it: `Succeeded` takes the function's own output, which the simulator wraps as AWS does. A
//! callback is completed with its token.
//!
//! ```ignore
#![doc = include_str!("../../tutorial/tests/refund.rs")]
//! ```
//!
//! `cargo test` runs them in a few milliseconds. Where one fails, print `execution.status()`: it has the error and its
//! cause. The last one shows how to choose `TIMEOUT`: ask for the worst case, and
//! round up. `build` rejects a `TIMEOUT` that is below it.
