//! The context of a flow: what it can read, who handles its errors, and what follows it.

use super::scope::Scope;
use crate::compiler::contract::Contract;
use crate::compiler::liveness;
use crate::steps::flow::{Arms, Flow};
use crate::values::expr::Binding;
use asl_document::ALL_ERRORS;

#[derive(Clone)]
pub(super) struct Context<'a> {
    pub(super) contract: &'a Contract,
    pub(super) scope: Scope,
    pub(super) errors: Errors,
    /// Whether nothing follows on the same level, so that the workflow or the branch may end here.
    pub(super) is_last: bool,
    /// Whether a saga on the same level takes its compensations.
    pub(super) in_saga: bool,
    /// Whether it runs in an Express execution.
    pub(super) is_express: bool,
}

/// What the flows around do about errors that a flow does not handle itself.
#[derive(Clone, Copy, Default)]
pub(super) struct Errors {
    /// A saga, a parallel or a map handles them.
    pub(super) handled: bool,
    /// The handler of the saga receives those of compensations.
    of_compensations_handled: bool,
    /// A failure would skip the compensations that are yet to run.
    pub(super) skips_compensations: bool,
}

impl<'a> Context<'a> {
    pub(super) fn of_workflow(contract: &'a Contract) -> Self {
        Self {
            contract,
            scope: Scope::of_execution(contract.input),
            errors: Errors::default(),
            is_last: true,
            in_saga: false,
            is_express: contract.express,
        }
    }

    /// The flows directly inside of `flow` with the context of each, in written order.
    pub(super) fn children<'f>(&self, flow: &'f Flow) -> Vec<(&'f Flow, Self)> {
        match flow {
            Flow::Task(task) => self.arms(&task.arms).collect(),
            Flow::Parallel(parallel) => {
                let inside = self.level_inside(&parallel.arms);
                let branches = parallel.branches.iter().map(|branch| (branch, inside.clone()));
                branches.chain(self.arms(&parallel.arms)).collect()
            }
            Flow::Map(map) => {
                let mut inside = self.level_inside(&map.arms);
                if let Some(distributed) = &map.distributed {
                    inside.scope = Scope::of_execution(distributed.input);
                    inside.is_express |= distributed.express;
                } else {
                    inside.scope = self.scope.in_map(map.item);
                }
                let body = [(&map.body, inside)].into_iter();
                body.chain(self.arms(&map.arms)).collect()
            }
            Flow::Choose(choose) => {
                let rules = choose.rules.iter();
                let rules = rules.map(|rule| (&rule.flow, self.with(rule.present)));
                rules.chain([(&*choose.otherwise, self.clone())]).collect()
            }
            Flow::Repeat(repeat) => {
                let mut body = self.with([repeat.rounds.round, repeat.rounds.last]);
                body.is_last = false;
                let after = self.with([repeat.rounds.value]);
                vec![
                    (&repeat.rounds.body, body),
                    (&repeat.then, after.clone()),
                    (&repeat.exhausted, after),
                ]
            }
            Flow::Saga(saga) => {
                let mut body = self.clone();
                body.in_saga = true;
                body.errors = Errors {
                    handled: true,
                    of_compensations_handled: liveness::reads(&saga.handler, saga.compensation_error),
                    skips_compensations: false,
                };
                let handler = self.with([saga.error, saga.compensation_error]);
                vec![(&saga.body, body), (&saga.handler, handler)]
            }
            Flow::Compensated(compensated) => {
                let mut step = self.clone();
                step.is_last = false;
                let mut compensation = self.with(compensated.value);
                compensation.is_last = false;
                compensation.in_saga = false;
                compensation.errors = Errors {
                    handled: self.errors.of_compensations_handled,
                    of_compensations_handled: false,
                    skips_compensations: !self.errors.of_compensations_handled,
                };
                vec![
                    (&compensated.step, step),
                    (&compensated.compensation, compensation),
                ]
            }
            Flow::Then { first, binding, rest } => {
                let mut before = self.clone();
                // If `first` never continues, that `rest` is unreachable is the one mistake.
                before.is_last = !first.continues();
                vec![(&**first, before), (&**rest, self.with([*binding]))]
            }
            Flow::Pass(_) | Flow::Succeed(_) | Flow::Wait(_) | Flow::Fail(_) => Vec::new(),
        }
    }

    fn with(&self, bindings: impl IntoIterator<Item = Binding>) -> Self {
        Self {
            scope: self.scope.with(bindings),
            ..self.clone()
        }
    }

    fn arms<'f>(&self, arms: &'f Arms) -> impl Iterator<Item = (&'f Flow, Self)> {
        let then = arms.then.iter().map(|(binding, flow)| (flow.as_ref(), *binding));
        let caught = arms.caught.iter().map(|arm| (&arm.flow, arm.binding));
        then.chain(caught)
            .map(|(flow, binding)| (flow, self.with([binding])))
    }

    /// Inside of a parallel or a map with these arms. Errors leave it, also those of compensations.
    fn level_inside(&self, arms: &Arms) -> Self {
        let caught = arms.catches(ALL_ERRORS);
        Self {
            errors: Errors {
                handled: self.errors.handled || caught,
                of_compensations_handled: false,
                skips_compensations: self.errors.skips_compensations && !caught,
            },
            is_last: true,
            in_saga: false,
            ..self.clone()
        }
    }
}
