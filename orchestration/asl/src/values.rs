//! Typed values: expressions, payloads, and what is known of their types.

mod arrays;
mod context;
mod declassify;
#[doc(hidden)]
pub mod derive;
mod equality;
pub(crate) mod expr;
mod field;
mod functions;
mod into_expr;
mod numbers;
mod options;
mod payload;
pub(crate) mod personal;
pub(crate) mod shape;
pub mod sizes;
mod texts;
mod timestamp;
mod token;
mod truths;

#[doc(hidden)]
pub use arrays::HasItemsNow;
pub use arrays::Scalar;
pub(crate) use context::TASK_TOKEN;
pub use context::{
    execution_id, execution_name, execution_start_time, redrive_count, retry_count, state_entered_time,
    task_token,
};
#[doc(hidden)]
pub use equality::CompareWithMethodsEqNeLtLeGtGe;
pub use expr::{AnyExpr, Expr, Record, literal};
#[doc(hidden)]
pub use expr::{IndexWithMethodGet, JoinTextsWithConcat, NegateWithMethodNot, TextLiteral};
pub use field::Field;
pub use functions::{HashAlgorithm, hash, now, parse, partition, range, uuid};
pub use into_expr::IntoExpr;
#[doc(hidden)]
pub use into_expr::MapOutput;
pub use numbers::{Number, WholeNumber};
pub use options::none;
pub use payload::{Payload, StepOutput};
pub use sizes::{Largest, MaxSize};
#[doc(hidden)]
pub use texts::IntoText;
pub use texts::Text;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use token::TaskToken;
