//! Checking retriers and catchers.

use asl_document::ALL_ERRORS;
use serde_json::{Map, Value};

use super::Checker;
use crate::definition::location::Location;

impl Checker {
    /// "`States.ALL` must appear alone in a `Catch` or `Retry`, and in the last catcher or retrier": see [Error
    /// names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
    pub(super) fn order_of_errors(&mut self, at: Location<'_>, state: &Map<String, Value>) {
        for field in ["Retry", "Catch"] {
            let Some(Value::Array(handlers)) = state.get(field) else {
                continue;
            };
            let handlers_at = at.field(field);
            let last = handlers.len().saturating_sub(1);
            for (index, handler) in handlers.iter().enumerate() {
                let Some(Value::Array(errors)) = handler.get("ErrorEquals") else {
                    continue;
                };
                if errors.iter().any(|error| error == ALL_ERRORS) && (errors.len() > 1 || index != last) {
                    self.schema(
                        handlers_at.item(index).field("ErrorEquals"),
                        "'States.ALL' must be alone, and in the last of them",
                    );
                }
            }
        }
    }
}
