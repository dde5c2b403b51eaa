//! The compositions: the same functions, and what joins them.

use std::fmt;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use serde_json::Value;
use simulation::{WorkflowRequest, World};

mod chain;
mod client;
mod coordinator;
mod durable;
mod messaging;
mod orchestrator;

use crate::cloud::{Cloud, Output, Running};

/// The functions behind the HTTP API, and the tasks.
pub(crate) const CREATE_USER: &str = "CreateUser";
pub(crate) const STORE_USER_DATA: &str = "StoreUserData";
pub(crate) const VALIDATE_EMAIL: &str = "ValidateEmail";
pub(crate) const NOTIFY_WEBHOOK: &str = "NotifyWebhook";
pub(crate) const CONFIRM_CONTACT: &str = "ConfirmContact";
pub(crate) const SET_USER_STATUS: &str = "SetUserStatus";

/// How the functions are joined to a sign-up.
pub(crate) trait Composition: Sync {
    fn title(&self) -> &'static str;

    /// The source that joins the functions.
    fn source(&self) -> &'static str;

    /// The functions in memory. Without Step Functions, [`hand_over`](Self::hand_over) takes what they ask of a workflow.
    fn world(&self, seed: u64) -> World {
        World::without_step_functions(seed)
    }

    /// The code of a deployed function: its own handler, and what the composition adds around it.
    fn run<'a>(&'a self, running: &'a Running, event: Value) -> LocalBoxFuture<'a, Output>;

    /// The adapter of the port by which `CreateUser` starts the workflow and `ConfirmContact` goes on with it.
    fn hand_over<'a>(&'a self, by: &'a Running, request: WorkflowRequest) -> LocalBoxFuture<'a, Output>;

    /// A person signs up.
    fn sign_up<'a>(&'a self, cloud: &'a Cloud, event: Value) -> LocalBoxFuture<'a, Output> {
        cloud.request(CREATE_USER, event).boxed_local()
    }

    /// A person enters a code.
    fn confirm<'a>(&'a self, cloud: &'a Cloud, event: Value) -> LocalBoxFuture<'a, Output> {
        cloud.request(CONFIRM_CONTACT, event).boxed_local()
    }
}

/// The compositions, in the order of all tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    Orchestrator,
    Coordinator,
    Client,
    Chain,
    /// The chain, with an event at each hop instead of a call.
    EventChain,
    Messaging,
    /// AWS Lambda durable functions, modelled.
    Durable,
}

impl Name {
    pub const ALL: [Self; 7] = [
        Self::Orchestrator,
        Self::Coordinator,
        Self::Client,
        Self::Chain,
        Self::EventChain,
        Self::Messaging,
        Self::Durable,
    ];

    pub(crate) fn composition(self) -> &'static dyn Composition {
        match self {
            Self::Orchestrator => &orchestrator::Orchestrator,
            Self::Coordinator => &coordinator::Coordinator,
            Self::Client => &client::Client,
            Self::Chain => &chain::Chain::BY_CALLS,
            Self::EventChain => &chain::Chain::BY_EVENTS,
            Self::Messaging => &messaging::Messaging,
            Self::Durable => &durable::Durable,
        }
    }

    /// The key in the data.
    pub fn key(self) -> &'static str {
        match self {
            Self::Orchestrator => "orchestrator",
            Self::Coordinator => "coordinator",
            Self::Client => "client",
            Self::Chain => "chain",
            Self::EventChain => "event_chain",
            Self::Messaging => "messaging",
            Self::Durable => "durable",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.composition().title())
    }
}
