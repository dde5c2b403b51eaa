//! Choice states.

use std::sync::Arc;

use super::Execution;
use super::cursor::Cursor;
use super::fields::{self, about};
use super::lifecycle::{Exit, StateResult};
use crate::definition::{ChoiceNode, Target};
use crate::failure::{Failure, RUNTIME};

/// The cause of a Choice's failure if no condition is true and it has no default. AWS documents
/// `States.NoChoiceMatched` for it, but `States.Runtime` with this cause was recorded there.
///
/// Source: executions on AWS that [floci](https://github.com/floci-io/floci) keeps with its tests
/// (`AslExecutorBranchHistoryEventsTest`).
const NO_CHOICE_MATCHED: &str =
    "Failed to transition out of the state. The state does not point to a next state.";

impl Execution {
    /// Exits by the first rule whose condition is true.
    pub(super) fn choose(&mut self, mut cursor: Cursor, choice: &ChoiceNode) {
        let chosen = self.evaluate(&mut cursor, |scope| {
            for (index, rule) in choice.rules.iter().enumerate() {
                if fields::boolean(&rule.condition, &rule.field, &scope)? {
                    return Ok(Some((index, rule)));
                }
            }
            Ok(None)
        });
        match (chosen, choice.default) {
            (Ok(Some((index, rule))), _) => {
                let exit = Exit {
                    assign: &rule.assign,
                    assign_field: &format!("Choices[{index}]/Assign"),
                    output: rule.output.as_ref(),
                    output_field: &format!("Choices[{index}]/Output"),
                    next: Target::State(rule.next),
                };
                self.exit_via(cursor, StateResult::None, &exit);
            }
            (Ok(None), Some(default)) => {
                let node = Arc::clone(&cursor.node);
                let exit = Exit {
                    next: Target::State(default),
                    ..Exit::of(&node)
                };
                self.exit_via(cursor, StateResult::None, &exit);
            }
            (Ok(None), None) => {
                let failure = Failure::new(RUNTIME, about(&cursor, NO_CHOICE_MATCHED));
                self.fail_state(cursor, failure);
            }
            (Err(failure), _) => self.fail_state(cursor, failure),
        }
    }
}
