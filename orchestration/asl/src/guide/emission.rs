//! The emitted definition: states, variables and names.
//!
//! # One query language
//!
//! The definition is [Amazon States Language](https://states-language.net/spec.html) with JSONata and variables, never
//! `JSONPath`. States stand in the order in which they were written, keys in that of the specification. The same
//! workflow gives the same text on every run, so that it can be checked in and compared.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! fn place_order() -> Workflow<PlaceOrder> {
//!     PlaceOrder::define(|order| charge(order).catch_all(|_| failed("NotCharged")))
//! }
//!
//! let text = place_order().build()?.to_json()?;
//!
//! assert!(text.starts_with("{\n  \"QueryLanguage\": \"JSONata\",\n  \"StartAt\": \"Charge\","));
//! assert_eq!(text, place_order().build()?.to_json()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Variables
//!
//! A state assigns to a variable what later states read of its output: those fields and no others. The input of the
//! execution needs no variable: it can be read anywhere, except in the executions of a distributed map.
//!
//! ```
//! use serde_json::json;
//! use shop::*;
//!
//! let states = states(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged")).and_then(|charged| paid("Paid", charged))
//! });
//!
//! let assigned = json!({"charge": {"number": "{% $states.result.Payload.number %}"}});
//! assert_eq!(states["Charge"]["Assign"], assigned);
//! assert_eq!(states["Charge"]["Output"], "{% $states.result.Payload %}");
//! assert_eq!(states["Paid"]["Output"]["number"], "{% $charge.number %}");
//! assert_eq!(states["Paid"].get("Assign"), None);
//! ```
//!
//! A task that calls a function has `Output` next to `Assign`, since the raw result of a Lambda invocation wraps the
//! function's output in an object with a status code and headers; `Output` unwraps it. A callback has none: its raw result
//! is what it was completed with.
//!
//! Source: [Passing data between states with
//! variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).
//!
//! # The outputs of a Parallel
//!
//! A Parallel state has no `Assign`. The next state reads the outputs of the branches from its input,
//! `$states.input[0]` for the first, and assigns what later states read. Where the next state cannot assign, a Pass state
//! is inserted, named after the Parallel with `Results` at its end.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|_| {
//!     parallel("First", (receipt("A", "a"), receipt("B", "b"))).and_then(|(a, _)| {
//!         parallel("Second", (paid("C", a), receipt("D", "d"))).and_then(|(c, _)| paid("Done", c))
//!     })
//! });
//!
//! assert_eq!(states["First"]["Next"], "FirstResults");
//! let assigned = &states["FirstResults"]["Assign"]["first"][0]["number"];
//! assert_eq!(assigned, "{% $states.input[0].number %}");
//! assert_eq!(states["Done"]["Output"]["number"], "{% $states.input[0].number %}");
//! ```
//!
//! # Names
//!
//! A variable is named after its state, with a small first letter. A loop adds a Choice state, named after the loop with
//! `Again` at its end. A loop without `and_then` adds a Pass state with `Done`. The names of
//! states are unique over all levels; `build` checks that. Where two variables would have one name, as those of `Again` and
//! `again`, the second gets a number.
//!
//! ```
//! use shop::*;
//!
//! let diagnostics = diagnostics(|order| {
//!     let once = charge(order).catch_all(|_| failed("NotCharged"));
//!     once.and_then(|_| charge(order).catch_all(|_| failed("NotChargedAgain")))
//! });
//!
//! assert_eq!(diagnostics.diagnostics[0].state, "Charge");
//! assert_eq!(diagnostics.diagnostics[0].message, "two states have this name");
//! ```
//!
//! # Substitutions
//!
//! ARNs, tables, buckets and queues are substitutions: `${ChargeFunctionArn}`, `${StockTableName}`. The template
//! supplies them. A literal that happens to hold `${` is escaped, so that CloudFormation leaves it alone.
//!
//! ```
//! use shop::*;
//!
//! let states = states(|_| receipt("Odd", "costs ${amount}"));
//!
//! assert_eq!(states["Odd"]["Output"]["number"], "{% 'costs $\\u007bamount}' %}");
//! ```
//!
//! Source: [`DefinitionSubstitutions`](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions).
