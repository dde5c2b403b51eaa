//! State machines in typed Rust, emitted as Amazon States Language.
//!
//! **If it compiles, the data flows.** A function declares once what it takes, returns and fails with; a
//! workflow that hands it anything else, reads a field it does not return, or catches an error it does not
//! declare, does not compile. What types cannot say, [`Workflow::build`] checks and reports all at once.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::{Function, Payload, TaskError, literal, pass, task, workflow};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct GreetInput {
//!     pub name: String,
//! }
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct GreetOutput {
//!     pub greeting: String,
//! }
//!
//! #[derive(Debug, TaskError)]
//! pub enum GreetError {
//!     #[task(name = "OutOfWords", transient)]
//!     OutOfWords,
//! }
//!
//! pub enum Greet {}
//!
//! impl Function for Greet {
//!     const NAME: &'static str = "Greet";
//!     const TIMEOUT: Duration = Duration::from_secs(5);
//!     type Input = GreetInput;
//!     type Output = GreetOutput;
//!     type Error = GreetError;
//! }
//!
//! pub enum Welcome {}
//!
//! impl Function for Welcome {
//!     const NAME: &'static str = "Welcome";
//!     const TIMEOUT: Duration = Duration::from_secs(60);
//!     type Input = GreetInput;
//!     type Output = GreetOutput;
//!     type Error = GreetError;
//! }
//!
//! let machine = workflow::<Welcome, _>(|guest| {
//!     task::<Greet>(GreetInputExpr { name: guest.name })
//!         .catch_all(|_| pass("GreetPlainly", GreetOutputExpr { greeting: literal("Hello!".to_owned()) }))
//! })
//! .build()?;
//!
//! assert!(machine.to_json()?.contains("{% $states.context.Execution.Input.name %}"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It emits JSONata and variables only. It knows the language, and nothing of what a workflow is about.

// The derives name this crate by its public name, also where they are used inside of it.
extern crate self as asl;

mod arrays;
mod check;
mod choose;
mod context;
pub mod document;
mod error;
mod expr;
mod flow;
mod function;
mod functions;
mod jsonata;
mod lower;
mod map;
mod mermaid;
mod nested;
mod numbers;
mod parallel;
mod payload;
mod problem;
mod reads;
mod retry;
mod step;
mod task;
mod texts;
mod timestamp;
mod token;
mod wait;
mod workflow;

pub use arrays::Scalar;
pub use asl_macros::{Payload, TaskError};
pub use choose::{Choose, choose};
pub use context::{
    execution_id, execution_name, execution_start_time, retry_count, state_entered_time, task_token,
};
pub use error::{DeclaredError, ErrorClass, ErrorName, RaisedBy, TaskError, Timeout};
pub use expr::{AnyExpr, Expr, Record, literal, none};
pub use function::Function;
pub use functions::{HashAlgorithm, hash, now, parse, partition, range, uuid};
pub use map::{Each, MapEach, map_each};
pub use mermaid::mermaid;
pub use nested::{
    ExecutionError, ExecutionFailed, Nested, Started, StartedExecution, StartedExecutionExpr, run_workflow,
    start_workflow,
};
pub use numbers::{Number, WholeNumber};
pub use parallel::{AnyStep, Branches, Parallel, parallel};
pub use payload::{Feeds, Leaves, Payload};
pub use problem::{Problem, Problems};
pub use retry::Retry;
pub use step::{ErrorOutput, ErrorOutputExpr, IntoStep, Step, fail, pass};
pub use task::{ArmsLeave, Callback, Ending, Open, Task, callback, task};
pub use texts::Text;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use token::TaskToken;
pub use wait::{Nothing, NothingExpr, wait, wait_seconds, wait_until};
pub use workflow::{Workflow, workflow};
