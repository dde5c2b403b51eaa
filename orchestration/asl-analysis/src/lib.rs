//! Bounds of a state machine, computed from its document: the worst-case duration, the most history events, and the most
//! state transitions.
//!
//! [`worst_case`], [`most_events`] and [`most_transitions`] visit each state once, so that they can run at every build.
//! What a document cannot say (how many rounds a loop has, how long a failing attempt takes) comes from [`Hints`].

mod components;
pub mod duration;
mod events;
pub mod graph;
mod hints;
mod longest_path;
pub mod maps;
pub mod retries;
mod transitions;
mod unbounded;
mod worst_case;

pub use components::components;
pub use events::{MOST_EVENTS, events_of_state, most_events};
pub use hints::{Hints, timeout};
pub use transitions::most_transitions;
pub use unbounded::{Reason, Unbounded};
pub use worst_case::{express_executions, worst_case, worst_cases};
