//! Query languages of states.
//!
//! A state without a `QueryLanguage` has the machine's, not that of the Map or Parallel around it. The rules and their
//! wording are measured in [floci#2968](https://github.com/floci-io/floci/issues/2968).

use serde_json::{Map, Value};

use super::schema::ONLY_JSONATA;
use super::{Checker, DiagnosticCode};
use crate::definition::location::Location;

/// Whether a machine or a state is in JSONata. Only the exact name makes it `JSONPath`; any other value is a problem of its
/// own.
pub(super) fn is_jsonata(value: &Value, inherited: bool) -> bool {
    value
        .get("QueryLanguage")
        .map_or(inherited, |language| language != "JSONPath")
}

impl Checker {
    /// Reports a field of `JSONPath` in a JSONata state.
    pub(super) fn of_jsonpath(&mut self, at: Location<'_>, field: &str) {
        self.schema(
            at,
            format!(
                "The QueryLanguage is set to 'JSONata', but field '{field}' is only supported for the 'JSONPath' \
                 QueryLanguage"
            ),
        );
    }

    /// Reports a state in `JSONPath`, which AWS may accept but which cannot be simulated. Its fields are not checked.
    pub(super) fn jsonpath_state(&mut self, at: Location<'_>, name: &str, state: &Map<String, Value>) {
        if self.is_jsonata {
            self.schema(
                at,
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            );
            return;
        }
        let mut of_jsonata = ONLY_JSONATA
            .iter()
            .filter(|field| state.contains_key(**field))
            .peekable();
        if of_jsonata.peek().is_none() && !self.has_jsonpath {
            self.has_jsonpath = true;
            self.report(
                DiagnosticCode::JsonpathNotSimulated,
                at,
                format!("state `{name}` is written in JSONPath: only JSONata states can be run"),
            );
        }
        for field in of_jsonata {
            self.schema(
                at,
                format!(
                    "The QueryLanguage is set to 'JSONPath', but field '{field}' is only supported for the 'JSONata' \
                     QueryLanguage"
                ),
            );
        }
    }
}
