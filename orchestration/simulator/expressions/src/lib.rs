//! Random JSONata expressions and JSON, for tests of an evaluator.
//!
//! A [`Case`] follows from its seed and number. Its expression reads `$states.input`, as in a state of Step Functions,
//! and mostly what the input really has. Expressions are typed, so that most of them evaluate to a value; now and then
//! an argument has another type, is missing or is one too many. What loops, loops over an array or counts down from five.
//!
//! A grammar is a table of templates: `src/rules.rs` has the whole of JSONata 2.0.6, `src/paths.rs` the part that
//! definitions mostly use. An expression keeps the tree of its derivation, so a test can reduce it to the part that matters
//! ([`Tree::reductions`]).

mod case;
mod functions;
mod generator;
mod json;
mod literals;
mod paths;
mod pictures;
mod rules;
mod schema;
mod template;
mod tree;

pub use case::{Case, Grammar};
pub use functions::names as function_names;
pub use generator::expression;
pub use json::{json, reductions as json_reductions};
pub use tree::Tree;
