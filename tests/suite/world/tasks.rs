//! A task runner with the real handlers and injected faults.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use kit::Handler;
use serde_json::Value;
use simulator::{TaskCall, TaskFailure, TaskRunner};

use super::calls;

/// A fault of an invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum InjectedFault {
    /// The function is not invoked, and the task fails with this error.
    NotInvoked(&'static str),
    /// The function is invoked, and its result is lost: the task fails with this error.
    ResultLost(&'static str),
    /// The task fails with this error, and the function is invoked late: after the next invocation of the same state.
    InvokedLate(&'static str),
}

/// The faults of invocations, by state, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct InjectedFaults(Arc<Mutex<HashMap<String, VecDeque<InjectedFault>>>>);

impl InjectedFaults {
    /// Adds a fault for the next invocation of the state that has none yet.
    pub(crate) fn inject(&self, state: &str, fault: InjectedFault) {
        self.0
            .lock()
            .unwrap()
            .entry(state.to_owned())
            .or_default()
            .push_back(fault);
    }

    fn next(&self, state: &str) -> Option<InjectedFault> {
        self.0.lock().unwrap().get_mut(state)?.pop_front()
    }
}

/// The functions that tasks call.
pub(crate) struct Tasks {
    handlers: HashMap<&'static str, Handler>,
    faults: InjectedFaults,
    /// Payloads of late invocations, by state.
    late: Mutex<HashMap<String, Vec<Value>>>,
}

impl Tasks {
    pub(super) fn new(functions: &[Handler], faults: InjectedFaults) -> Self {
        let handlers = functions
            .iter()
            .map(|function| (function.name(), function.clone()));
        Self {
            handlers: handlers.collect(),
            faults,
            late: Mutex::default(),
        }
    }

    /// Takes the late payloads of this state.
    fn late(&self, state: &str) -> Vec<Value> {
        self.late.lock().unwrap().remove(state).unwrap_or_default()
    }

    fn delay(&self, call: &TaskCall) {
        let mut late = self.late.lock().unwrap();
        let state = late.entry(call.state.to_string()).or_default();
        state.push(call.payload().clone());
    }
}

impl TaskRunner for Tasks {
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let failure = |error: &str| TaskFailure::new(error, "injected fault");
        let fault = self.faults.next(&call.state);
        match fault {
            Some(InjectedFault::NotInvoked(error)) => return Err(failure(error)),
            Some(InjectedFault::InvokedLate(error)) => {
                self.delay(&call);
                return Err(failure(error));
            }
            Some(InjectedFault::ResultLost(_)) | None => {}
        }
        let handler = &self.handlers[call.function().unwrap()];
        let result = calls::of(handler.name(), handler.invoke(call.payload().clone())).await;
        for payload in self.late(&call.state) {
            // Nobody waits for this result any more.
            let _ = handler.invoke(payload).await;
        }
        if let Some(InjectedFault::ResultLost(error)) = fault {
            return Err(failure(error));
        }
        result.map_err(|failure| TaskFailure::of_function(failure.name, failure.message))
    }
}
