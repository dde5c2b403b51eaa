//! A task runner with the real handlers and scripted faults.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use kit::Handler;
use serde_json::Value;
use simulator::{TaskCall, TaskFailure, TaskRunner};

/// A fault of an invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The function is not invoked, and the task fails with this error.
    Before(&'static str),
    /// The function is invoked, and its answer is lost: the task fails with this error.
    After(&'static str),
    /// The task fails with this error, and the function is invoked late: after the next invocation of the same state.
    Late(&'static str),
}

/// The faults of invocations, by state, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(Arc<Mutex<HashMap<String, VecDeque<Fault>>>>);

impl Script {
    /// Adds a fault for the next invocation of the state that has none yet.
    pub(crate) fn break_once(&self, state: &str, fault: Fault) {
        self.0
            .lock()
            .unwrap()
            .entry(state.to_owned())
            .or_default()
            .push_back(fault);
    }

    fn next(&self, state: &str) -> Option<Fault> {
        self.0.lock().unwrap().get_mut(state)?.pop_front()
    }
}

/// The functions that tasks call.
pub(crate) struct Tasks {
    handlers: HashMap<&'static str, Handler>,
    script: Script,
    /// Payloads of late invocations, by state.
    late: Mutex<HashMap<String, Vec<Value>>>,
}

impl Tasks {
    pub(super) fn new(functions: &[Handler], script: Script) -> Self {
        let handlers = functions
            .iter()
            .map(|function| (function.name(), function.clone()));
        Self {
            handlers: handlers.collect(),
            script,
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
        let broken = |error: &str| TaskFailure::new(error, "told to");
        let fault = self.script.next(&call.state);
        match fault {
            Some(Fault::Before(error)) => return Err(broken(error)),
            Some(Fault::Late(error)) => {
                self.delay(&call);
                return Err(broken(error));
            }
            Some(Fault::After(_)) | None => {}
        }
        let handler = &self.handlers[call.function().unwrap()];
        let answer = handler.invoke(call.payload().clone()).await;
        for payload in self.late(&call.state) {
            // Nobody waits for this answer any more.
            let _ = handler.invoke(payload).await;
        }
        if let Some(Fault::After(error)) = fault {
            return Err(broken(error));
        }
        answer.map_err(|failure| TaskFailure::of_function(failure.name, failure.message))
    }
}
