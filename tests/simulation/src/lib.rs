//! Whole sign-ups, run through every fault that has a name, each run from one seed. The README says how.

mod account;
mod campaign;
mod chance;
mod fault;
mod inner;
mod journal;
mod mailbox;
mod plan;
mod ports;
mod shrink;
mod strangers;
mod table;
mod walk;
mod watch;
mod world;

pub use campaign::{Totals, campaign, plan_of_seed, run_plan, run_seed};
pub use fault::{Fault, Function, Point, Service, Step};
pub use plan::{Click, Outage, Plan, SignUp, When};
pub use shrink::shrink;
pub use table::{Items, Table};
pub use walk::{Walk, walk};
pub use watch::{Rule, Violation};
pub use world::{Answer, Run, run};
