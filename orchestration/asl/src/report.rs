//! What is to be known of a machine before it runs: how long it takes at the most, how long its history becomes.

mod attempts;
mod components;
mod events;
mod heaviest;
mod knowledge;
mod maps;
mod unbounded;
mod worst_case;

pub use events::{MOST_EVENTS, most_events};
pub use knowledge::Knowledge;
pub use unbounded::{Reason, Unbounded};
pub use worst_case::{worst_case, worst_cases};
