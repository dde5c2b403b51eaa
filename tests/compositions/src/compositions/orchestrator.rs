//! The orchestrator: Step Functions runs the emitted state machine, and the functions are as they are deployed.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::{WorkflowRequest, World};

use super::Composition;
use crate::cloud::{Output, Running};

pub(super) struct Orchestrator;

impl Composition for Orchestrator {
    fn title(&self) -> &'static str {
        "orchestrator"
    }

    fn source(&self) -> &'static str {
        include_str!("../../../../orchestration/workflows/src/sign_up.rs")
    }

    fn world(&self, seed: u64) -> World {
        World::with_step_functions(seed)
    }

    fn run<'a>(&'a self, running: &'a Running, event: Value) -> LocalBoxFuture<'a, Output> {
        running.own_handler(event).boxed_local()
    }

    /// Nothing: the functions ask Step Functions itself.
    fn hand_over<'a>(&'a self, _: &'a Running, _: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async { Ok(json!(null)) }.boxed_local()
    }
}
