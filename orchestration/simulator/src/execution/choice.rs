//! Choice states.

use super::Execution;
use super::fields::{self, about};
use super::flow::{Flow, FlowId};
use super::steps::{Exit, Outcome};
use crate::definition::{ChoiceNode, Program, StateNode, Target};
use crate::failure::{Failure, RUNTIME};

/// What a Choice fails with whose rules all do not hold. AWS documents `States.NoChoiceMatched` for it; seen there was
/// `States.Runtime`, with this cause.
///
/// Source: executions on AWS that [floci](https://github.com/floci-io/floci) keeps with its tests
/// (`AslExecutorBranchHistoryEventsTest`).
const NO_WAY_OUT: &str = "Failed to transition out of the state. The state does not point to a next state.";

impl Execution {
    /// Takes the first rule that holds.
    pub(super) fn choose(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        choice: &ChoiceNode,
    ) {
        let chosen = self.evaluate(&mut flow, node, None, None, |scope, world| {
            for (index, rule) in choice.rules.iter().enumerate() {
                if fields::truth(&rule.condition, &rule.field, &scope, world)? {
                    return Ok(Some((index, rule)));
                }
            }
            Ok(None)
        });
        match chosen {
            Ok(Some((index, rule))) => {
                let exit = Exit {
                    assign: &rule.assign,
                    assign_field: &format!("Choices[{index}]/Assign"),
                    output: rule.output.as_ref(),
                    output_field: &format!("Choices[{index}]/Output"),
                    next: Target::State(rule.next),
                };
                self.exit(program, id, flow, node, Outcome::Nothing, &exit);
            }
            Ok(None) => {
                if let Some(default) = choice.default {
                    let exit = Exit {
                        next: Target::State(default),
                        ..Exit::of(node)
                    };
                    return self.exit(program, id, flow, node, Outcome::Nothing, &exit);
                }
                let failure = Failure::new(RUNTIME, about(&flow, node, NO_WAY_OUT));
                self.fail(program, id, flow, node, failure);
            }
            Err(failure) => self.fail(program, id, flow, node, failure),
        }
    }
}
