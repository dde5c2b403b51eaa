//! The guide, for engineers who know Rust and not Step Functions.
//!
//! Step Functions runs a state machine: a JSON definition in which each state calls something, chooses, waits or passes
//! a value on. A run is an execution. It has an input, keeps variables, writes a history and ends with an output or an
//! error. While it waits, nothing runs: a Standard workflow is billed by transitions from state to state.
//!
//! | page | contents |
//! | --- | --- |
//! | [`tutorial`] | a first workflow, from `cargo new` to a tested definition; start here |
//! | [`contracts`] | functions, payloads, errors |
//! | [`values`] | expressions: values that exist only when the machine runs |
//! | [`steps`] | tasks, choices, waits, ends |
//! | [`groups`] | branches in parallel, maps, loops |
//! | [`errors`] | retries, handlers, compensation |
//! | [`services`] | callbacks, nested workflows, AWS services |
//! | [`emission`] | the emitted definition: states, variables, names |
//! | [`limits`] | sizes, times, personal data |
//! | [`building`] | building, pictures, reports, tests |
//!
//! The terms are those of Step Functions where it has one:
//!
//! | term | meaning | in Rust it would be |
//! | --- | --- | --- |
//! | [workflow](crate::Function::define) | a state machine with its input and output | an `async fn` |
//! | execution | one run of a workflow | a call of that function |
//! | [step](crate::Step) | one or more states with one output | an expression |
//! | [task](crate::Function::call) | a state that calls a function, a workflow or a service | `call().await` |
//! | handler | what follows an error, in `catch` or `catch_all` | an arm of `match` |
//! | variable | the fields of a state's output that later states read | `let` |
//! | [callback](crate::Function::callback) | a task that somebody completes later with its token | a `oneshot` channel |
//! | companion | the fields of a payload as expressions, such as `ReceiptFields` | a struct literal |
//! | emission | the checked definition | the compiled program |
//!
//! # The examples
//!
//! The examples are about a shop that takes orders. Its contracts are in the package `orchestration/asl/shop`, together
//! with these short forms, so that an example can be pasted into a package that depends on `asl` and on `shop`:
//!
//! ```
//! use asl::prelude::*;
//! use shop::{
//!     Charge, ChargeInputFields, Line, Order, Pack, Receipt, ReceiptFields, Refund, shop_error,
//! };
//!
//! /// Takes the money for an order.
//! fn charge(order: Expr<'_, Order>) -> Task<Charge> {
//!     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//! }
//!
//! /// Gives the money back.
//! fn refund(receipt: Expr<'_, Receipt>) -> Task<Refund> {
//!     Refund::call(receipt)
//! }
//!
//! /// Packs one line of an order.
//! fn pack(line: Expr<'_, Line>) -> Task<Pack> {
//!     Pack::call(line)
//! }
//!
//! /// Ends the order. It is accepted where a step of any payload is expected.
//! fn failed<P: StepOutput>(name: &str) -> Step<P> {
//!     fail(name, shop_error::OrderFailed, "the order goes no further")
//! }
//!
//! /// Outputs a receipt with this number.
//! fn receipt(name: &str, number: &str) -> Step<Receipt> {
//!     pass(name, ReceiptFields { number: number.into() })
//! }
//!
//! /// Outputs the receipt of what was paid.
//! fn paid(name: &str, receipt: Expr<'_, Receipt>) -> Step<Receipt> {
//!     pass(name, ReceiptFields { number: receipt.number })
//! }
//! # let _ = shop::states(|order| charge(order).catch_all(|_| failed("F")));
//! # let _ = (refund, pack, receipt, paid);
//! ```
//!
//! Three more show results: `states(..)` returns the states of the workflow as JSON, `diagnostics(..)` what `build`
//! reports, and `jsonata(..)` the text of one expression.
//!
//! # Comparison
//!
//! - **CDK.** The [constructs for Step
//!   Functions](https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions-readme.html) cover more of the
//!   language and create the resources beside it. Payloads and paths are strings or untyped objects there, so that a
//!   misspelt field is found when an execution fails. Here it does not compile; on the other hand only the services listed
//!   on these pages have types, and the template is yours to write.
//! - **Durable functions.** [Lambda durable
//!   functions](https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html) are ordinary code with checkpoints:
//!   loops, libraries and a debugger come with the language. The code is replayed, so it must be deterministic, and there
//!   is no definition to draw, cost and explore before it runs. AWS's SDKs are for [other languages than
//!   Rust](https://docs.aws.amazon.com/lambda/latest/dg/durable-basic-concepts.html). A Step Functions definition calls
//!   services without a function, and its console shows where an execution is.
//! - **Plain async code.** One function that awaits the others is the shortest to write. It is billed while it waits,
//!   runs for [15 minutes at most](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and forgets
//!   everything when it crashes. For a few quick calls without a person in between it is enough.
//!
//! Source: [What is Step Functions?](https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html),
//! [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html) and
//! [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/), "Standard Workflows pricing details".

pub mod building;
pub mod contracts;
pub mod emission;
pub mod errors;
pub mod groups;
pub mod limits;
pub mod services;
pub mod steps;
pub mod tutorial;
pub mod values;
