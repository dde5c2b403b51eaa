//! The host of an evaluation: the execution whose state it belongs to.

use serde_json::Value;

use crate::EpochMillis;

/// What an evaluation can ask of its execution: the context object, and what is not deterministic by itself.
pub(crate) trait Host {
    fn now(&self) -> EpochMillis;

    /// A seed for the random functions of one evaluation, from the execution's generator.
    fn draw_seed(&self) -> u64;

    /// The value at `keys` of the context object, where that is simpler than building the whole; `None` decides nothing.
    fn context_field(&self, keys: &[String]) -> Option<Value>;

    /// `$states.context.Execution.Input`, which is most of the context object.
    fn execution_input(&self) -> &Value;

    fn context(&self) -> Value;
}
