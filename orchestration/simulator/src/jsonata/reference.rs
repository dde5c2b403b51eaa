//! The reference implementation of JSONata, version 2.0.6, in QuickJS.
//!
//! Step Functions runs [JSONata 2.0.6](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), and what
//! was measured there is what this version does, to the words of its messages. So its own code decides what an expression
//! means: see `docs/adr/0009-the-reference-evaluates-expressions.md`. An engine takes some 20 ms to start; one that is not in use is kept for
//! the next evaluation, in whichever thread.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::values::EvaluationError;

mod convert;
mod engine;
mod host;
mod lenient_base64;
mod source;

use engine::Engine;
pub(super) use engine::Run;

/// The engines that are not in use.
static IDLE: Mutex<Vec<Engine>> = Mutex::new(Vec::new());

/// The most engines that are kept, each of some megabytes.
const MOST_KEPT: usize = 16;

fn take() -> Engine {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    idle.unwrap_or_else(Engine::new)
}

fn give_back(engine: Engine) {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.len() < MOST_KEPT {
        idle.push(engine);
    }
}

/// The syntax tree of an expression.
///
/// # Errors
///
/// The reference's message.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let engine = take();
    let parsed = engine.parse(text);
    give_back(engine);
    parsed
}

/// What an expression may read.
pub(super) struct Bindings<'v> {
    /// The fields of `$states`.
    pub(super) states: Option<Vec<(&'static str, Cow<'v, Value>)>>,
    pub(super) variables: Vec<(&'v str, &'v Value)>,
}

/// Evaluates an expression.
pub(super) fn evaluate(text: &str, bindings: &Bindings<'_>, run: Run) -> Result<Value, EvaluationError> {
    let engine = take();
    match engine.evaluate(text, bindings, run) {
        Ok(value) => {
            give_back(engine);
            Ok(value)
        }
        Err(failed) => {
            if failed.reusable {
                give_back(engine);
            }
            Err(failed.error)
        }
    }
}
