//! Static analysis of a state machine: upper bounds of its duration, history events and state transitions.
//!
//! [`worst_case`], [`max_events`] and [`max_transitions`] search each level for its longest weighted path, and are fast
//! enough to run at every build. [`Hints`] supply what a document cannot express, such as the rounds of a loop.

pub mod duration;
mod events;
pub mod graph;
mod hints;
mod longest_path;
mod maps;
mod retries;
mod transitions;
mod unbounded;
mod worst_case;

pub use events::{MAX_EVENTS, events_of_state, max_events};
pub use hints::{Hints, timeout};
pub use maps::{concurrency, is_distributed, is_express};
pub use retries::{RetryBudget, max_retries, retry_budgets, times};
pub use transitions::max_transitions;
pub use unbounded::{Reason, Unbounded};
pub use worst_case::{express_executions, worst_case, worst_cases};
