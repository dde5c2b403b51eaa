//! Whole sign-ups, run through every fault that has a name, each run from one seed. The README says how.

mod table;

pub use table::{Items, Table};
