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
//! A branch outputs only the fields that are read of its result.
//!
//! # States that do no work
//!
//! Step Functions bills each state that is entered. A Pass, a Succeed and a Choice call nothing; `build` folds such a state into
//! the one before it, where it can prove that the outcome, the calls and the errors stay the same. A comment tells which
//! states another one includes.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! fn place_order() -> Workflow<PlaceOrder> {
//!     PlaceOrder::define(|order| {
//!         charge(order).catch_all(|_| failed("NotCharged")).and_then(|charged| paid("Paid", charged))
//!     })
//! }
//!
//! let written = place_order().unfolded().build()?;
//! let folded = place_order().build()?;
//!
//! assert!(written.states.keys().eq(["Charge", "Paid", "NotCharged"]));
//! assert!(folded.states.keys().eq(["Charge", "NotCharged"]));
//! let charge = serde_json::to_value(&folded.states["Charge"])?;
//! assert_eq!(charge["Comment"], "Includes Paid.");
//! assert_eq!(charge["Output"]["number"], "{% $states.result.Payload.number %}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is folded:
//!
//! | state | becomes | if |
//! | --- | --- | --- |
//! | a Pass or a Succeed | part of the `Output` and `Assign` of each state, rule or catcher that leads to it | its expressions cannot fail, or the state before it evaluates the same anyway |
//! | a Choice that is decided on one way to it | passed by on that way | the values that it compares are known there |
//! | a Choice all of whose ways are the same | as a Pass | none of its conditions can fail |
//! | a Choice behind the default of another | further rules of that one | nothing else leads to it, and none of its expressions can fail |
//! | a Choice behind a Parallel, with one rule, which leads to `fail` | a catcher of the Parallel, whose `Output` raises an error where the rule holds | neither its branches nor its other expressions can raise that error |
//!
//! An expression cannot fail where the fields that it reads were set by states of the workflow: a field of a function's
//! output may be missing, and comparisons of size fail for some types. Where an error of the state would be caught, an expression
//! that may fail is never moved into it.
//!
//! Every step stays a state with [`unfolded`](crate::Workflow::unfolded): for a history with each step, for tools that ignore `Output`
//! of a Parallel, or while a definition is compared with one from before. The other examples of this guide are emitted like that.
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
