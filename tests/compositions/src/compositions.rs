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

use crate::cloud::Running;
use crate::platform::{Output, Platform, Queue, RunningFunction, Topic};

/// The functions behind the HTTP API, and the tasks.
pub const CREATE_USER: &str = "CreateUser";
pub const STORE_USER_DATA: &str = "StoreUserData";
pub const VALIDATE_EMAIL: &str = "ValidateEmail";
pub const NOTIFY_WEBHOOK: &str = "NotifyWebhook";
pub const CONFIRM_CONTACT: &str = "ConfirmContact";
pub const SET_USER_STATUS: &str = "SetUserStatus";

/// The functions of the sign-up.
pub const FUNCTIONS: [&str; 6] = [
    CREATE_USER,
    STORE_USER_DATA,
    VALIDATE_EMAIL,
    NOTIFY_WEBHOOK,
    CONFIRM_CONTACT,
    SET_USER_STATUS,
];

/// How the functions are joined to a sign-up, on a platform whose functions run as `R`.
pub trait Composition<R: RunningFunction>: Sync {
    /// The code of a deployed function: its own handler, and what the composition adds around it.
    fn run<'a>(&'a self, running: &'a R, event: Value) -> LocalBoxFuture<'a, Output>;

    /// The adapter of the port by which `CreateUser` starts the workflow and `ConfirmContact` goes on with it.
    fn hand_over<'a>(&'a self, by: &'a R, request: WorkflowRequest) -> LocalBoxFuture<'a, Output>;

    /// A person signs up.
    fn sign_up<'a>(&'a self, platform: &'a R::Platform, event: Value) -> LocalBoxFuture<'a, Output> {
        platform.request(CREATE_USER, event).boxed_local()
    }

    /// A person enters a code.
    fn confirm<'a>(&'a self, platform: &'a R::Platform, event: Value) -> LocalBoxFuture<'a, Output> {
        platform.request(CONFIRM_CONTACT, event).boxed_local()
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

    /// The composition in the modelled cloud.
    pub(crate) fn modelled(self) -> &'static dyn Composition<Running> {
        self.on_any_platform().unwrap_or(&durable::Durable)
    }

    /// The composition on any platform. `None` for the durable function, which exists as a model only.
    pub fn on_any_platform<R: RunningFunction>(self) -> Option<&'static dyn Composition<R>> {
        Some(match self {
            Self::Orchestrator => &orchestrator::Orchestrator,
            Self::Coordinator => &coordinator::Coordinator,
            Self::Client => &client::Client,
            Self::Chain => &chain::Chain::BY_CALLS,
            Self::EventChain => &chain::Chain::BY_EVENTS,
            Self::Messaging => &messaging::Messaging,
            Self::Durable => return None,
        })
    }

    /// The functions that are deployed.
    pub fn functions(self) -> Vec<&'static str> {
        let own = match self {
            Self::Coordinator => Some(coordinator::COORDINATOR),
            _ => None,
        };
        FUNCTIONS.into_iter().chain(own).collect()
    }

    /// The queues, each with the function that consumes it.
    pub fn queues(self) -> &'static [&'static Queue] {
        match self {
            Self::Messaging => &messaging::QUEUES,
            _ => &[],
        }
    }

    pub fn topics(self) -> &'static [&'static Topic] {
        match self {
            Self::Messaging => &messaging::TOPICS,
            _ => &[],
        }
    }

    /// The functions in memory. Without Step Functions, [`Composition::hand_over`] takes what they ask of a workflow.
    pub(crate) fn world(self, seed: u64) -> World {
        match self {
            Self::Orchestrator => World::with_step_functions(seed),
            _ => World::without_step_functions(seed),
        }
    }

    /// The source that joins the functions.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Orchestrator => include_str!("../../../orchestration/workflows/src/sign_up.rs"),
            Self::Coordinator => include_str!("compositions/coordinator.rs"),
            Self::Client => include_str!("compositions/client.rs"),
            Self::Chain | Self::EventChain => include_str!("compositions/chain.rs"),
            Self::Messaging => include_str!("compositions/messaging.rs"),
            Self::Durable => include_str!("compositions/durable.rs"),
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
        formatter.write_str(match self {
            Self::Orchestrator => "orchestrator",
            Self::Coordinator => "flat coordinator",
            Self::Client => "client",
            Self::Chain => "chain",
            Self::EventChain => "chain of events",
            Self::Messaging => "messaging",
            Self::Durable => "durable function (modelled)",
        })
    }
}
