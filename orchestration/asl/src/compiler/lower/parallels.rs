//! Parallels: the results are in the input of the state behind.

use super::names::variable_name;
use super::{Assign, Delivery, Exit, FromInput, Lowering, STATE_INPUT, collector, not_empty, pass_state};
use crate::compiler::liveness::{self, Reads};
use crate::steps::flow::{Flow, ParallelFlow};
use crate::values::expr::Binding;
use asl_document::{Branch, ParallelState, State, States, Transition};

impl Lowering {
    pub(super) fn parallel(&mut self, parallel: &ParallelFlow, exit: &Exit, states: &mut States) {
        if let Some((binding, rest)) = &parallel.arms.then {
            return self.parallel_then(parallel, *binding, rest, exit, states);
        }
        match exit.value {
            Delivery::Variable(binding) => {
                let collect = collector(parallel);
                let mut assign = Assign::new();
                self.deliver_to_variable(Delivery::Variable(binding), STATE_INPUT, &mut assign);
                self.parallel_state(parallel, Transition::Next(collect.clone()), states);
                self.insert(
                    states,
                    collect,
                    pass_state(not_empty(assign), None, exit.to.clone()),
                );
            }
            Delivery::Nowhere | Delivery::Output => self.parallel_state(parallel, exit.to.clone(), states),
        }
        self.arms(&parallel.arms, exit, states);
    }

    pub(super) fn parallel_then(
        &mut self,
        parallel: &ParallelFlow,
        binding: Binding,
        rest: &Flow,
        exit: &Exit,
        states: &mut States,
    ) {
        let value = self.variable_of(binding, &variable_name(&parallel.name));
        let read = matches!(value, Delivery::Variable(_));
        let mut ways;
        if read && reads_inside(rest.first(), binding) {
            let collect = collector(parallel);
            let mut assign = Assign::new();
            self.deliver_to_variable(value, STATE_INPUT, &mut assign);
            self.parallel_state(parallel, Transition::Next(collect.clone()), states);
            let on = Transition::Next(rest.entry().to_owned());
            self.insert(states, collect, pass_state(not_empty(assign), None, on));
            ways = self.part();
            self.way(&mut ways, rest, exit, None, states);
        } else {
            self.parallel_state(parallel, Transition::Next(rest.entry().to_owned()), states);
            ways = self.part();
            let mut behind = Reads::new();
            liveness::behind_entry(rest, &mut behind);
            let behind = behind.remove(&binding).unwrap_or_default();
            let input = read.then_some(FromInput { binding, behind });
            self.way(&mut ways, rest, exit, input.as_ref(), states);
        }
        for arm in &parallel.arms.caught {
            self.way(&mut ways, &arm.flow, exit, None, states);
        }
        self.join(ways);
    }

    fn parallel_state(&mut self, parallel: &ParallelFlow, transition: Transition, states: &mut States) {
        let branches = parallel.branches.iter().map(|branch| Branch {
            processor_config: None,
            start_at: branch.entry().to_owned(),
            states: self.level(branch),
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
        self.insert(states, parallel.name.clone(), State::Parallel(state));
    }
}

/// Whether states inside of this one may read the binding: they run before it assigns anything.
fn reads_inside(first: &Flow, binding: Binding) -> bool {
    match first {
        Flow::Parallel(_) => true,
        Flow::Map(map) => {
            let mut inside = Reads::new();
            liveness::of_flow(&map.body, &mut inside);
            inside.contains_key(&binding)
        }
        _ => false,
    }
}
