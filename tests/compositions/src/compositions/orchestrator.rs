//! The orchestrator: Step Functions runs the emitted state machine, and the functions are as they are deployed.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use simulation::WorkflowRequest;

use super::Composition;
use crate::platform::{Output, RunningFunction};

pub(super) struct Orchestrator;

impl<R: RunningFunction> Composition<R> for Orchestrator {
    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output> {
        running.own_handler(event).boxed_local()
    }

    /// Nothing: the functions ask Step Functions itself.
    fn hand_over<'a>(&'a self, _: &'a R, _: WorkflowRequest) -> LocalBoxFuture<'a, Output> {
        async { Ok(json!(null)) }.boxed_local()
    }
}
