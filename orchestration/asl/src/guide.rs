//! The language, page by page, for whoever knows Rust and not Step Functions.
//!
//! Step Functions runs a state machine: a JSON document in which each state calls something, chooses, waits or passes
//! a value on. A run is an execution. It has an input, keeps variables, writes a history and ends with an output or an
//! error. While it waits, nothing runs: what is billed for a Standard workflow are its transitions from state to state.
//!
//! ```
//! # use shop::*;
//! # use serde_json::json;
//! let states = states(|_| receipt("Free", "r-0"));
//!
//! assert_eq!(states, json!({
//!     "Free": {"Type": "Pass", "Output": {"number": "r-0"}, "End": true},
//! }));
//! ```
//!
//! | page | says |
//! | --- | --- |
//! | [`contracts`] | what is called: functions, payloads, errors |
//! | [`values`] | how a value is written that exists only later |
//! | [`steps`] | what follows what: tasks and their arms, choices, waits, ends |
//! | [`groups`] | several things at once, one per item, and again and again |
//! | [`errors`] | what is tried again, what is caught, what is undone |
//! | [`others`] | people, workflows and services that a workflow calls or waits for |
//! | [`emission`] | what becomes of it: states, variables, names |
//! | [`bounds`] | what is known beforehand: sizes, times, personal data |
//! | [`building`] | from a workflow to a document, a picture, a report and a test |
//!
//! The words are those of Step Functions where it has one:
//!
//! | word | means | in Rust it would be |
//! | --- | --- | --- |
//! | [workflow](crate::Function::define) | a state machine, from its input to its output | an `async fn` |
//! | execution | one run of it | a call of that function |
//! | [step](crate::Step) | one or more states that leave a value | an expression |
//! | [task](crate::Function::call) | a state that calls a function, a workflow or a service | `call().await` |
//! | arm | what follows from one way in which a state ends | an arm of `match` |
//! | variable | what a state keeps for those behind it | `let` |
//! | [callback](crate::Function::callback) | a task that somebody completes later with its token | a `oneshot` channel |
//! | [emission](crate::Workflow::build) | the document, once it is checked | the compiled program |
//!
//! The examples are about a shop that takes orders, which [`contracts`] begins with. What they share is hidden in them
//! and short: `charge(order)`, `pack(line)` and `refund(receipt)` are tasks, `receipt(name, number)` and
//! `paid(name, receipt)` leave a receipt, `failed(name)` ends with an error. `states(..)` is what a workflow is emitted
//! as, `diagnostics(..)` what is wrong with it, and `jsonata(..)` what a value of an order is emitted as.
//!
//! Source: [What is Step Functions?](https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html),
//! [State machine structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html) and
//! [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/), "Standard Workflows pricing details".

pub mod bounds;
pub mod building;
pub mod contracts;
pub mod emission;
pub mod errors;
pub mod groups;
pub mod others;
pub mod steps;
pub mod values;
