//! What becomes of a workflow: states, variables and names.
//!
//! # One language, one document
//!
//! Emitted is the [Amazon States Language](https://states-language.net/spec.html) with JSONata and variables, never
//! `JSONPath`. States stand in the order in which they were written, keys in that of the specification, and the same
//! workflow gives the same text on every run: the document can be checked in, and compared.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
//!
//! # let place_order = || {
//! #     PlaceOrder::define(|order| charge(order).catch_all(|_| failed("NotCharged")))
//! # };
//! let text = place_order().build()?.to_json()?;
//!
//! assert!(text.starts_with("{\n  \"QueryLanguage\": \"JSONata\",\n  \"StartAt\": \"Charge\","));
//! assert_eq!(text, place_order().build()?.to_json()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is assigned
//!
//! What a step leaves is kept in a variable only if a later state reads it, and only the fields that are read. A
//! payload between states stays as thin as that. The input of the execution needs no variable: it can be read
//! anywhere, except in the executions of a distributed map.
//!
//! ```
//! # use shop::*;
//! # use serde_json::json;
//! let states = states(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged")).and_then(|charged| paid("Paid", charged))
//! });
//!
//! let assigned = json!({"charge": {"number": "{% $states.result.Payload.number %}"}});
//! assert_eq!(states["Charge"]["Assign"], assigned);
//! assert_eq!(states["Paid"]["Output"]["number"], "{% $charge.number %}");
//! assert_eq!(states["Paid"].get("Assign"), None);
//! ```
//!
//! Source: [Passing data between states with
//! variables](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).
//!
//! # What comes out of a Parallel
//!
//! A Parallel carries no `Assign` of its own. The state behind it reads what the branches left from its input,
//! `$states.input[0]` for the first, and assigns what states further on read. Where that state cannot assign, a Pass
//! is put in between, named after the Parallel with `Results` behind it.
//!
//! ```
//! # use shop::*;
//! use asl::parallel;
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
//! A variable is named after its state, with a small first letter, and no two have the same name, on whichever level
//! they are. A loop adds a Choice, named after it with `Again` behind it. The names of states are unique over all
//! levels, which `build` checks.
//!
//! ```
//! # use shop::*;
//! let diagnostics = diagnostics(|order| {
//!     let once = charge(order).catch_all(|_| failed("NotCharged"));
//!     once.and_then(|_| charge(order).catch_all(|_| failed("NotChargedAgain")))
//! });
//!
//! assert_eq!(diagnostics.diagnostics[0].state, "Charge");
//! assert_eq!(diagnostics.diagnostics[0].message, "two states have this name");
//! ```
//!
//! # What the template supplies
//!
//! ARNs, tables, buckets and queues are substitutions: `${ChargeFunctionArn}`, `${StockTableName}`. A literal that
//! happens to hold `${` is written so that CloudFormation leaves it alone.
//!
//! ```
//! # use shop::*;
//! let states = states(|_| receipt("Odd", "costs ${amount}"));
//!
//! assert_eq!(states["Odd"]["Output"]["number"], "{% 'costs $\\u007bamount}' %}");
//! ```
//!
//! Source: [`DefinitionSubstitutions`](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html#cfn-stepfunctions-statemachine-definitionsubstitutions).
