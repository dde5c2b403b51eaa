//! Functions on ports in memory, which run to their end at once.

use serde_json::Value;
use simulation::{FunctionId, Step, Verdict, World};

/// What an invocation ends with: a response, or the name of its failure.
pub(crate) fn invoke(world: &World, function: FunctionId, event: Value) -> Result<Value, String> {
    let mut invocation = world.invoke(function, event);
    let mut verdict = None;
    loop {
        match invocation.step(verdict) {
            Step::Operation(_) => verdict = Some(Verdict::Do),
            Step::Ended(result) => return result.map_err(|failure| failure.name),
        }
    }
}

/// The status of a response.
pub(crate) fn status(response: &Value) -> u64 {
    let status = response.get("statusCode").and_then(Value::as_u64);
    status.expect("a response has a status")
}
