//! Building, reports and tests.
//!
//! # Building
//!
//! [`build`](crate::Workflow::build) checks what types cannot express, and reports all problems at once: each
//! [`Diagnostic`](crate::Diagnostic) has its state, a message and one thing to try. The rules are listed on the [front
//! page](crate#the-rules-that-build-enforces).
//!
//! ```
//! use shop::*;
//!
//! let diagnostics = diagnostics(|order| charge(order).and_then(|charged| paid("Paid!", charged)));
//!
//! assert_eq!(
//!     diagnostics.to_string(),
//!     "workflow Try cannot be emitted:\n  \
//!      Charge: it has no handler for errors that no `catch` names; \
//!      end with `catch_all`, give the parallel or the map around it one, or put it into a `saga`\n  \
//!      Paid!: its name has a character that is not allowed; \
//!      use letters, digits, `-` and `_`: the state logs take no others"
//! );
//! ```
//!
//! # The definition
//!
//! `build` returns a [`StateMachine`](asl_document::StateMachine), which has a type per kind of state.
//! [`to_json`](asl_document::StateMachine::to_json) is the text to check in and to deploy. Any other definition in the
//! language parses as the same type.
//!
//! ```
//! use asl::document::StateMachine;
//! use asl::prelude::*;
//! use shop::*;
//!
//! let place_order = PlaceOrder::define(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged"))
//! });
//! let machine = place_order.build()?;
//!
//! let parsed: StateMachine = serde_json::from_str(&machine.to_json()?)?;
//! assert_eq!(parsed, machine);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Pictures
//!
//! `asl_reports::mermaid` writes a machine as a diagram for READMEs, and `svg` draws a stand-alone picture.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let place_order = PlaceOrder::define(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged"))
//! });
//! let machine = place_order.build()?;
//!
//! assert!(asl_reports::mermaid(&machine).starts_with("flowchart TD\n"));
//! assert!(asl_reports::svg(&machine).contains(">Charge</text>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A report
//!
//! An `asl_reports::Report` lists the paths through a machine, with the transitions, the calls, the time and the cost of
//! each. What the definition cannot express, such as the rounds of a loop, comes from the [hints](crate::Workflow::hints)
//! of the workflow.
//!
//! ```
//! use asl::prelude::*;
//! use asl_reports::{PriceTable, Report};
//! use shop::*;
//!
//! let place_order = PlaceOrder::define(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged"))
//! });
//! let machine = place_order.build()?;
//!
//! let report =
//!     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
//! assert_eq!(report.paths[0].count.number, 2);
//! assert!(report.to_markdown().starts_with("# PlaceOrder\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Testing
//!
//! The crate `simulator` runs the definition without AWS: what is tested is what is deployed. In its virtual time a
//! wait of a day costs microseconds, and its explorer tries every outcome of every task. The [tutorial](super::tutorial)
//! has tests to start from. `Machine::from_template(&text, &substitutions)` loads a definition with what the template
//! would substitute; these are the names that it asks for.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let place_order = PlaceOrder::define(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged"))
//! });
//! let text = place_order.build()?.to_json()?;
//!
//! let names = text.split("${").skip(1).filter_map(|rest| rest.split('}').next());
//! assert!(names.eq(["ChargeFunctionArn"]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
