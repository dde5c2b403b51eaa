//! Parallels, whose results the next state reads from its input.
//!
//! The next state also assigns the parts of the results that later states read (see [`InputValue`]):
//!
//! ```text
//! parallel("Both", (charge, pack)).and_then(|(charged, _)| {
//!     pass("First", ..charged.number..).then(|_| pass("Second", ..charged.number..))
//! })
//!
//! Both    Next First
//! First   reads $states.input[0].number
//!         Assign {"both": [{"number": "{% $states.input[0].number %}"}]}   Next Second
//! Second  reads $both[0].number
//! ```
//!
//! A branch outputs only the fields that are read of its result.
//!
//! A Parallel or a Map can be the next state. Its inner states do not see its input, and run before it assigns anything. Then a
//! Pass between them assigns the results:
//!
//! ```text
//! parallel("Both", (charge, pack)).and_then(|(charged, _)| parallel("More", ..charged.number..))
//!
//! Both         Next BothResults
//! BothResults  Assign {"both": [{"number": "{% $states.input[0].number %}"}]}   Next More
//! More         its states read $both[0].number
//! ```

use std::iter;

use super::names::variable_name;
use super::{Assign, Destination, Exit, InputValue, Lowering, STATE_INPUT, pass_state};
use crate::compiler::generated::results_state;
use crate::compiler::liveness::{self, Part};
use crate::steps::flow::{Flow, ParallelFlow};
use crate::values::expr::Binding;
use asl_document::{Branch, ParallelState, State, Transition};
use indexmap::IndexSet;

impl Lowering {
    pub(super) fn parallel(&mut self, parallel: &ParallelFlow, exit: &Exit) {
        if let Some((binding, rest)) = &parallel.arms.then {
            return self.parallel_then(parallel, *binding, rest, exit);
        }
        match exit.output {
            Destination::Variable(binding) => self.parallel_with_results(parallel, binding, exit.clone()),
            Destination::Unused | Destination::Output => {
                self.parallel_state(parallel, None, exit.to.clone());
            }
        }
        self.paths(parallel.arms.flows(), exit);
    }

    pub(super) fn parallel_then(
        &mut self,
        parallel: &ParallelFlow,
        binding: Binding,
        rest: &Flow,
        exit: &Exit,
    ) {
        let output = self.variable_of(binding, &variable_name(&parallel.name));
        let is_read = matches!(output, Destination::Variable(_));
        let to = Transition::Next(rest.entry().to_owned());
        let mut input = None;
        if is_read && inner_states_may_read(rest.first(), binding) {
            self.parallel_with_results(parallel, binding, Exit { to, output });
        } else {
            self.parallel_state(parallel, is_read.then_some(binding), to);
            input = is_read.then(|| InputValue {
                binding,
                read_later: liveness::after_entry(rest, binding),
            });
        }
        let caught = parallel.arms.caught.iter().map(|arm| (&arm.flow, None));
        self.paths_with_input(iter::once((rest, input)).chain(caught), exit);
    }

    /// A Parallel, and the Pass that assigns its results.
    fn parallel_with_results(&mut self, parallel: &ParallelFlow, binding: Binding, exit: Exit) {
        let name = results_state(parallel);
        let mut assign = Assign::new();
        self.assign_path(exit.output, STATE_INPUT, &mut assign);
        self.parallel_state(parallel, Some(binding), Transition::Next(name.clone()));
        self.insert(name, pass_state(assign, None, exit.to));
    }

    fn parallel_state(&mut self, parallel: &ParallelFlow, results: Option<Binding>, transition: Transition) {
        let branches = parallel
            .branches
            .iter()
            .enumerate()
            .map(|(index, branch)| Branch {
                processor_config: None,
                start_at: branch.entry().to_owned(),
                states: self.level(
                    branch,
                    results.and_then(|results| self.read_of_branch(results, index)),
                ),
            });
        let branches = branches.collect();
        let state = ParallelState {
            comment: parallel.comment.clone(),
            query_language: None,
            arguments: None,
            branches,
            retry: Vec::new(),
            catch: self.catchers(&parallel.arms, &parallel.name, None),
            assign: None,
            output: None,
            transition,
        };
        self.insert(parallel.name.clone(), State::Parallel(state));
    }

    /// The fields of a branch's output that are read; `None` if it is read as a whole, or not at all.
    fn read_of_branch(&self, results: Binding, index: usize) -> Option<IndexSet<Part>> {
        let reads = self.reads.get(&results)?;
        let is_whole = |part: &Part| part.field.is_none() && part.items.len() < 2;
        if reads.iter().any(|part| part.items.is_empty()) {
            return None;
        }
        let of_branch: Vec<_> = reads
            .iter()
            .filter(|part| part.items.first() == Some(&index))
            .collect();
        if of_branch
            .iter()
            .any(|part| is_whole(part) || part.items.len() > 1)
        {
            return None;
        }
        let fields = of_branch.into_iter().map(|part| Part {
            items: Vec::new(),
            field: part.field,
        });
        Some(fields.collect()).filter(|fields: &IndexSet<Part>| !fields.is_empty())
    }
}

fn inner_states_may_read(first: &Flow, binding: Binding) -> bool {
    match first {
        Flow::Parallel(_) => true,
        Flow::Map(map) => liveness::reads(&map.body, binding),
        _ => false,
    }
}
