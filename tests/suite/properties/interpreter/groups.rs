//! Parallels and maps.

use std::time::Duration;

use super::{Outcome, Run, Stop, failed};
use crate::properties::ast::{Ast, Continuation, Distributed, Map};
use crate::properties::calls::ExpectedCalls;
use crate::properties::contracts::Sample;
use crate::properties::values::{Values, numbered, summary};

impl<'p> Run<'p> {
    /// Parallel branches: the first that fails stops the others.
    pub(super) fn side_by_side(&mut self, branches: Vec<(&'p Ast, Values)>) -> Outcome<Vec<Sample>> {
        let (mut ends, mut done, mut failures) = (Vec::new(), Vec::new(), Vec::new());
        for (branch, values) in branches {
            let mut run = Run::new(self.inner);
            match run.interpret(branch, &values) {
                Ok(end) => {
                    ends.push(end);
                    done.push(run);
                }
                Err(Stop::Failed(failure)) => failures.push((run, failure)),
                Err(Stop::Unknown) => return Err(Stop::Unknown),
            }
        }
        if failures
            .iter()
            .any(|(_, other)| Some(other) != failures.first().map(|(_, failure)| failure))
        {
            return Err(Stop::Unknown);
        }
        let (failing, failures): (Vec<_>, Vec<_>) = failures.into_iter().unzip();
        self.first_to_fail(failing, done);
        match failures.into_iter().next() {
            Some(failure) => Err(Stop::Failed(failure)),
            None => Ok(ends),
        }
    }

    /// A single failing part has run to its end; of several, it is unspecified which one has.
    fn first_to_fail(&mut self, mut failing: Vec<Self>, others: Vec<Self>) {
        if failing.is_empty() {
            self.all(others, Vec::new());
        } else if failing.len() == 1 {
            self.all(failing, others);
        } else {
            failing.extend(others);
            self.all(Vec::new(), failing);
        }
    }

    /// Adds the results of all parts: those that ran to their end, and those that were cut off.
    fn all(&mut self, done: Vec<Run<'_>>, cut: Vec<Run<'_>>) {
        let longest = done
            .iter()
            .map(|run| run.duration)
            .try_fold(Duration::ZERO, |longest, duration| Some(longest.max(duration?)));
        let longest = longest.filter(|_| cut.is_empty());
        self.duration = self.duration.zip(longest).map(|(duration, more)| duration + more);
        let parts = |runs: Vec<Run<'_>>| -> (Vec<ExpectedCalls>, Vec<ExpectedCalls>) {
            runs.into_iter().map(|run| (run.calls, run.started)).unzip()
        };
        let (done, done_started) = parts(done);
        let (cut, cut_started) = parts(cut);
        self.calls.side_by_side(done, cut);
        self.started.side_by_side(done_started, cut_started);
    }

    pub(super) fn inline(&mut self, map: &'p Map, values: &Values) -> Outcome<Vec<Sample>> {
        let items = map.items.evaluate(values).into_iter().zip(0..);
        let runs: Vec<_> = items
            .map(|(item, index)| (&map.body, values.in_map(item).with_item(numbered(index))))
            .collect();
        if !map.one_by_one {
            return self.side_by_side(runs);
        }
        let mut ends = Vec::new();
        for (body, values) in runs {
            let mut run = Run::new(self.inner);
            let end = run.interpret(body, &values);
            self.then(run);
            ends.push(end?);
        }
        Ok(ends)
    }

    pub(super) fn distributed(
        &mut self,
        map: &'p Map,
        distributed: &Distributed,
        values: &Values,
    ) -> Outcome<Vec<Sample>> {
        let items = map.items.evaluate(values).into_iter().zip(0..);
        let item_input: Vec<_> = items
            .map(|(item, index)| match &distributed.item_input {
                Some(item_input) => item_input.evaluate(&values.in_map(item).with_item(numbered(index))),
                None => item,
            })
            .collect();
        let inputs: Vec<(usize, Values)> = match distributed.batch {
            Some(size) => item_input
                .chunks(usize::from(size))
                .map(|batch| (batch.len(), Values::new(summary(batch)).with_list(batch.to_vec())))
                .collect(),
            None => item_input
                .into_iter()
                .map(|item| (1, Values::new(item)))
                .collect(),
        };
        let tolerated = usize::from(distributed.tolerated);
        let (mut ends, mut done, mut failing, mut failed_items) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (items, values) in inputs {
            let mut run = Run::new(self.inner);
            let end = run.interpret(&map.body, &values);
            if matches!(end, Err(Stop::Failed(_))) {
                failed_items += items;
                failing.push(run);
            } else {
                ends.push(end?);
                done.push(run);
            }
            if map.one_by_one {
                let run = failing.pop().or_else(|| done.pop());
                if let Some(run) = run {
                    self.then(run);
                }
                if failed_items > tolerated {
                    break;
                }
            }
        }
        if failed_items > tolerated {
            self.first_to_fail(failing, done);
            return failed("States.ExceedToleratedFailureThreshold", None);
        }
        done.extend(failing);
        self.all(done, Vec::new());
        Ok(ends)
    }

    /// Interprets the continuation of a parallel or a map, given the outputs of its parts.
    pub(super) fn continuation(
        &mut self,
        continuation: &'p Continuation,
        ends: Outcome<Vec<Sample>>,
        values: &Values,
        known: impl Fn(&[Sample]) -> Values,
    ) -> Outcome {
        match (ends, &continuation.caught) {
            (Ok(ends), _) => {
                let values = known(&ends);
                if let Some(undo) = &continuation.undo {
                    self.done(undo, &values);
                }
                self.interpret(&continuation.rest, &values)
            }
            (Err(Stop::Failed(failure)), Some(handler)) => {
                self.interpret(handler, &values.with(failure.to_sample()?))
            }
            (Err(stop), _) => Err(stop),
        }
    }
}
