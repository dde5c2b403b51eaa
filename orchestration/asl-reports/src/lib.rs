//! Reports and drawings of a state machine.
//!
//! [`mermaid()`] and [`svg()`] draw it; a [`Report`] lists its paths, and says how long it takes, how many events its history
//! gets and what an execution costs.

mod markdown;
mod mermaid;
mod paths;
mod prices;
mod report;
mod span;
mod svg;
mod table;
mod totals;
mod walks;
mod words;

pub use asl_analysis::Hints;
pub use mermaid::mermaid;
pub use paths::{Count, End, Path, Paths, Place, Step};
pub use prices::PriceTable;
pub use report::{Report, StateFacts};
pub use span::Span;
pub use svg::svg;
pub use totals::{Totals, USUAL_CALL, USUAL_HOP};
pub use walks::MOST_LISTED;
