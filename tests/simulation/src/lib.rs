//! Deterministic simulation of whole sign-ups under injected faults. The README describes the method.

mod contacts;
mod exhaustive;
mod fault;
mod fixtures;
mod invariants;
mod mailbox;
mod non_interference;
mod phones;
mod ports;
mod rng;
mod run;
mod scenario;
mod seed_runs;
mod shrink;
mod state;
mod table;
mod trace;
mod world;

pub use contacts::Contacts;
pub use exhaustive::{Exploration, explore};
pub use fault::{Fault, FaultPoint, FunctionId, Operation, Service};
pub use invariants::{Invariant, Violation};
pub use run::{Response, Run, run};
pub use scenario::{Bounce, BounceKind, Click, ClickTime, Outage, Scenario, SignUp, TextCode, TextTime};
pub use seed_runs::{Totals, run_scenario, run_seed, run_seeds, scenario_of_seed};
pub use shrink::shrink;
pub use state::Verdict;
pub use table::{ENDPOINT, Items, Table};
pub use world::{Invocation, Step, WorkflowRequest, World};
