//! From a workflow to a document, a picture, a report and a test.
//!
//! # Building
//!
//! [`build`](crate::Workflow::build) checks what types cannot say, and reports all that is wrong at once: each
//! [`Diagnostic`](crate::Diagnostic) has its state, what is wrong and one thing to try. The rules are listed on the [front
//! page](crate#the-rules-that-build-enforces).
//!
//! ```
//! # use shop::*;
//! let diagnostics = diagnostics(|order| charge(order).and_then(|charged| paid("Paid!", charged)));
//!
//! assert_eq!(
//!     diagnostics.to_string(),
//!     "workflow Try cannot be emitted:\n  \
//!      Charge: it has no answer to errors that no `catch` names; \
//!      end with `catch_all`, or put it into a `saga`\n  \
//!      Paid!: its name has a character that is not allowed, or none at all; \
//!      use letters, digits, `-` and `_`: the state logs take no others"
//! );
//! ```
//!
//! # The document
//!
//! What `build` gives is a [`StateMachine`](asl_document::StateMachine): a value with a type per state, as the
//! language has it. [`to_json`](asl_document::StateMachine::to_json) is the text to check in and to deploy; a
//! document that was written by somebody else parses as the same type.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
//! use asl::document::StateMachine;
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
//! `asl_reports::mermaid` writes a machine as a diagram for READMEs, and `svg` draws one that
//! stands for itself. Both read the document, so that they cannot say something else.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
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
//! A `asl_reports::Report` lists the paths through a machine, with what each comes to: transitions,
//! calls, time and cost. What the document cannot say, such as the rounds of a loop, the workflow
//! [knows](crate::Workflow::hints).
//!
//! ```
//! # use shop::*;
//! use asl::Function;
//! use asl_reports::{PriceTable, Report};
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
//! The crate `simulator` runs the document without AWS: what is tested is what is deployed. Its virtual time makes a
//! wait of a day cost microseconds, and its explorer tries every outcome of every task. A machine is loaded with what
//! the template would substitute, `Machine::from_template(&text, &substitutions)`; these are the names that it asks
//! for.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
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
