//! What there is to undo, seen from each step.
//!
//! An error leads to the undos of what was done, so that a state has to have the same behind it whichever way it was
//! reached.

use super::Check;
use crate::steps::flow::{Arms, Flow};

/// The undos of what was done so far, the first one first; none outside of a saga.
type Undos = Option<Vec<String>>;

impl Check<'_> {
    pub(super) fn undos(&mut self, flow: &Flow) {
        self.undos_of(flow, &mut None);
    }

    fn undos_of(&mut self, flow: &Flow, undos: &mut Undos) {
        match flow {
            Flow::Compensated(compensated) => {
                self.undos_of(&compensated.compensation, &mut None);
                let undo = compensated.compensation.entry();
                let begun = compensated.value.is_none();
                if let (true, Some(undos)) = (begun, undos.as_mut()) {
                    undos.push(undo.to_owned());
                }
                let before = undos.clone();
                self.undos_of(&compensated.step, undos);
                if begun && *undos != before {
                    let message =
                        "it is to undo, as begun, what has undos of its own, which would run before it";
                    self.report(
                        undo,
                        message,
                        "put `compensate_begun` on the one step, inside of what goes before",
                    );
                }
                if let Some(undos) = undos {
                    undos.extend((!begun).then(|| undo.to_owned()));
                } else {
                    let message = "it is to undo a step that stands in no saga of its own level";
                    self.report(
                        undo,
                        message,
                        "put the step into a `saga`: one does not reach into branches and maps",
                    );
                }
            }
            Flow::Saga(saga) => {
                let around = undos.replace(Vec::new());
                self.undos_of(&saga.body, undos);
                *undos = around;
                let body = saga.body.leaves().then(|| undos.clone());
                self.ways(flow.entry(), body, [&saga.handler], undos);
            }
            Flow::Repeat(repeat) => {
                let before = undos.clone();
                self.undos_of(&repeat.rounds.body, undos);
                if *undos != before {
                    let message = "a round leaves something to undo, and the next one the same again";
                    self.report(
                        &repeat.rounds.name,
                        message,
                        "put what a round does into a `saga` of its own",
                    );
                }
                *undos = before;
                self.ways(flow.entry(), None, [&repeat.then, &repeat.exhausted], undos);
            }
            Flow::Parallel(parallel) => {
                for branch in &parallel.branches {
                    self.undos_of(branch, &mut None);
                }
                self.arms_undos(flow.entry(), &parallel.arms, undos);
            }
            Flow::Map(map) => {
                self.undos_of(&map.body, &mut None);
                self.arms_undos(flow.entry(), &map.arms, undos);
            }
            Flow::Task(task) => self.arms_undos(flow.entry(), &task.arms, undos),
            Flow::Choose(_) => self.ways(flow.entry(), None, flow.children(), undos),
            Flow::Then { first, rest, .. } => {
                self.undos_of(first, undos);
                self.undos_of(rest, undos);
            }
            Flow::Pass(_) | Flow::Succeed(_) | Flow::Wait(_) | Flow::Fail(_) => {}
        }
    }

    fn arms_undos(&mut self, state: &str, arms: &Arms, undos: &mut Undos) {
        let on = arms.then.is_none().then(|| undos.clone());
        self.ways(state, on, arms.flows(), undos);
    }

    /// Several ways on, which come together again. `on` is what there is to undo on the way that has no steps.
    fn ways<'f>(
        &mut self,
        state: &str,
        on: Option<Undos>,
        flows: impl IntoIterator<Item = &'f Flow>,
        undos: &mut Undos,
    ) {
        let before = undos.clone();
        let mut after = on;
        for flow in flows {
            let mut undos = before.clone();
            self.undos_of(flow, &mut undos);
            if !flow.leaves() {
                continue;
            }
            if after.as_ref().is_some_and(|after| *after != undos) {
                let message = "its ways on leave different things to undo where they come together";
                self.report(
                    state,
                    message,
                    "put what follows inside of the way that is to be undone, or `compensate` the whole",
                );
            }
            after.get_or_insert(undos);
        }
        *undos = after.unwrap_or(before);
    }
}
