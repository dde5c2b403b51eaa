//! Reports and diagrams of a state machine.
//!
//! [`mermaid()`] and [`svg()`] draw it, [`svg_of_execution`] with what happened in an execution. A [`Report`] lists its
//! paths, and bounds its duration, its history and its cost.

mod format;
mod interval;
mod markdown;
mod mermaid;
mod overlay;
mod paths;
mod prices;
mod report;
mod svg;
mod table;
mod totals;
mod walks;

pub use asl_analysis::Hints;
pub use interval::Interval;
pub use mermaid::mermaid;
pub use overlay::{Outcome, Overlay, StateOverlay, TakenTransition};
pub use paths::{LevelId, Path, PathCount, PathEnd, PathStep, Paths};
pub use prices::PriceTable;
pub use report::{Report, StateSummary};
pub use svg::{SVG_STYLE, svg, svg_of_execution};
pub use totals::{TYPICAL_CALL, TYPICAL_HOP, Totals};
pub use walks::MAX_LISTED_PATHS;
