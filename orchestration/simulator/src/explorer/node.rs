//! A point of a path: an execution, and what is under way outside of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::outcome::{Answer, Outcome, StateOutcomes, Table};
use super::{Decision, Retries};
use crate::failure::{HEARTBEAT_TIMEOUT, TIMEOUT};
use crate::{Command, EpochMillis, Execution, TaskCall, TaskEvent, TaskId, TaskToken};

/// A step of a path in its short form; [`Node::decision`] spells it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Submitted(TaskId),
    /// The outcome is an index into those of the state.
    Comes(TaskId, usize),
    TimePasses,
}

#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    table: &'a Table,
    pub(super) execution: Execution,
    /// What runs, in the order in which it was started.
    calls: Vec<Call<'a>>,
    /// By flow: how the attempts before the present one in the same state ended.
    chains: BTreeMap<Vec<u64>, Chain>,
    /// How often outcomes with a limit were chosen.
    used: BTreeMap<(Arc<str>, usize), u64>,
    /// In all orders: it is settled that nothing answers before time passes.
    hushed: bool,
    /// An answer was taken after its attempt had ended.
    pub(super) took_late: bool,
    /// How many events of the history were looked at.
    pub(super) seen: usize,
}

/// An attempt that has not ended.
#[derive(Debug, Clone)]
struct Call<'a> {
    id: TaskId,
    state: Arc<str>,
    token: Option<TaskToken>,
    /// When its time is up, or the machine's.
    deadline: Option<EpochMillis>,
    /// The error by which it ends if nothing is heard of it.
    silence: &'static str,
    flow: Vec<u64>,
    known: &'a StateOutcomes,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    /// Nothing was heard of it.
    Asked,
    /// The integration has answered; only the token is missing.
    Submitted,
    /// It is settled that nothing will be heard of it, or only when it is too late.
    Silent { late: Option<Value> },
}

/// The attempts of one stay in a state.
#[derive(Debug, Clone, Copy)]
struct Chain {
    /// What the last one came to.
    outcome: usize,
    /// Whether every further one comes to the same.
    goes_on: bool,
}

impl<'a> Node<'a> {
    pub(super) fn new(execution: Execution, table: &'a Table) -> Self {
        let mut node = Self {
            table,
            execution,
            calls: Vec::new(),
            chains: BTreeMap::new(),
            used: BTreeMap::new(),
            hushed: false,
            took_late: false,
            seen: 0,
        };
        node.settle();
        node
    }

    fn call(&self, id: TaskId) -> Option<&Call<'a>> {
        self.calls.iter().find(|call| call.id == id)
    }

    /// The choice with all that is to be known about it.
    pub(super) fn decision(&self, choice: Choice) -> Decision {
        let state = |id| {
            self.call(id)
                .map_or_else(String::new, |call| call.state.to_string())
        };
        match choice {
            Choice::TimePasses => Decision::TimePasses,
            Choice::Submitted(task) => Decision::Submitted {
                state: state(task),
                task,
            },
            Choice::Comes(task, index) => Decision::Comes {
                state: state(task),
                task,
                outcome: self
                    .call(task)
                    .and_then(|call| call.known.outcomes.get(index))
                    .cloned()
                    .unwrap_or_else(Outcome::timeout),
            },
        }
    }

    /// Goes on by a choice that was among the options.
    pub(super) fn take(&mut self, choice: Choice) {
        match choice {
            Choice::TimePasses => {
                self.pass_time();
            }
            Choice::Submitted(id) => {
                self.submit(id);
            }
            Choice::Comes(id, index) => self.choose(id, index),
        }
    }

    fn choose(&mut self, id: TaskId, index: usize) {
        let Some(call) = self.call(id) else { return };
        let Some(outcome) = call.known.outcomes.get(index) else {
            return;
        };
        let (state, flow) = (Arc::clone(&call.state), call.flow.clone());
        let is_retried = call.is_retried(outcome);
        let before = self.chains.remove(&flow);
        let goes_on = before.is_some_and(|chain| chain.outcome == index);
        if is_retried {
            let outcome = index;
            self.chains.insert(flow, Chain { outcome, goes_on });
        }
        // Once a failure goes on, there is nothing left to choose.
        if outcome.at_most.is_some() && !before.is_some_and(|chain| chain.goes_on) {
            *self.used.entry((state, index)).or_default() += 1;
        }
        self.come(id, outcome);
    }

    /// Lets an attempt come to something; false if there is no such attempt.
    pub(super) fn come(&mut self, id: TaskId, outcome: &Outcome) -> bool {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else {
            return false;
        };
        let token = call.token.clone();
        let fails = |error: &String| (error.clone(), "chosen by the explorer".to_owned());
        let event = match (&outcome.answer, token) {
            (Answer::IsSilent | Answer::TokenIsSilent, _) => {
                call.stage = Stage::Silent { late: None };
                self.hushed = true;
                return true;
            }
            (Answer::IsLate(output) | Answer::TokenIsLate(output), _) => {
                let late = Some(output.clone());
                call.stage = Stage::Silent { late };
                self.hushed = true;
                return true;
            }
            (Answer::Succeeds(output), _) => TaskEvent::Succeeded {
                id,
                output: output.clone(),
            },
            (Answer::Fails(error), _) => {
                let (error, cause) = fails(error);
                TaskEvent::Failed { id, error, cause }
            }
            (Answer::TokenSucceeds(output), Some(token)) => TaskEvent::TokenSucceeded {
                token,
                output: output.clone(),
            },
            (Answer::TokenFails(error), Some(token)) => {
                let (error, cause) = fails(error);
                TaskEvent::TokenFailed { token, error, cause }
            }
            (Answer::TokenSucceeds(_) | Answer::TokenFails(_), None) => return false,
        };
        let is_taken = self.execution.handle(self.execution.now(), event).is_ok();
        self.settle();
        is_taken
    }

    /// The integration of a callback answers; false if there is no such attempt.
    pub(super) fn submit(&mut self, id: TaskId) -> bool {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else {
            return false;
        };
        call.stage = Stage::Submitted;
        let output = Value::Null;
        let now = self.execution.now();
        let taken = self
            .execution
            .handle(now, TaskEvent::Succeeded { id, output })
            .is_ok();
        self.settle();
        taken
    }

    /// Jumps to the next timer; false if there is none.
    pub(super) fn pass_time(&mut self) -> bool {
        let Some(due) = self.execution.next_timer() else {
            return false;
        };
        self.execution.advance(due);
        self.settle();
        true
    }

    /// Takes the commands, and forgets the attempts that have ended.
    fn settle(&mut self) {
        self.hushed = false;
        while let Some(command) = self.execution.poll_command() {
            if let Command::RunTask(call) = command {
                self.begin(call);
            }
        }
        let execution = &mut self.execution;
        let mut took_late = false;
        self.calls.retain(|call| {
            if execution.flow_of(call.id).is_some() {
                return true;
            }
            if let Stage::Silent { late: Some(output) } = &call.stage {
                let event = match &call.token {
                    Some(token) => TaskEvent::TokenSucceeded {
                        token: token.clone(),
                        output: output.clone(),
                    },
                    None => TaskEvent::Succeeded {
                        id: call.id,
                        output: output.clone(),
                    },
                };
                took_late |= execution.handle(execution.now(), event).is_ok();
            }
            false
        });
        self.took_late |= took_late;
    }

    fn begin(&mut self, call: TaskCall) {
        let (Some(known), Some(flow)) = (self.table.get(&*call.state), self.execution.flow_of(call.id))
        else {
            return;
        };
        if call.retry_count == 0 {
            self.chains.remove(&flow);
        }
        let now = self.execution.now();
        let own = [call.timeout, call.heartbeat];
        let own = own
            .into_iter()
            .flatten()
            .map(|longest| now.saturating_add(longest));
        let is_beat_first = call
            .heartbeat
            .is_some_and(|heartbeat| call.timeout.is_none_or(|timeout| heartbeat < timeout));
        self.calls.push(Call {
            id: call.id,
            state: call.state,
            token: call.task_token,
            deadline: own.chain(self.execution.deadline()).min(),
            silence: if is_beat_first { HEARTBEAT_TIMEOUT } else { TIMEOUT },
            flow,
            known,
            stage: Stage::Asked,
        });
    }

    /// What can happen next, where answers come at once and in the order of their calls.
    ///
    /// `None` if a task has no outcome left that it could come to.
    pub(super) fn options(&self, retries: Retries) -> Option<Vec<Choice>> {
        let Some(call) = self.calls.iter().find(|call| call.is_open()) else {
            let timer = self.execution.next_timer();
            return Some(timer.map(|_| Choice::TimePasses).into_iter().collect());
        };
        let choices = self.choices(call, retries, |_| true);
        (!choices.is_empty()).then_some(choices)
    }

    /// What can happen next, where an answer may come at any time and in any order.
    ///
    /// That nothing is heard of an attempt is settled in the last moment, when its time would be up. What else
    /// happens, happened before: otherwise the same path would be walked many times.
    pub(super) fn options_in_any_order(&self, retries: Retries) -> Option<Vec<Choice>> {
        let timer = self.execution.next_timer();
        let open = || self.calls.iter().filter(|call| call.is_open());
        let is_last_moment = |call: &&Call<'_>| {
            timer.is_none_or(|timer| call.deadline.is_some_and(|deadline| deadline <= timer))
        };
        let mut choices = Vec::new();
        if !self.hushed {
            for call in open() {
                choices.extend(self.choices(call, retries, |outcome| !outcome.answer.is_silence()));
            }
        }
        let silences = |call| self.choices(call, retries, |outcome| outcome.answer.is_silence());
        match open().find(is_last_moment) {
            None => choices.extend(timer.map(|_| Choice::TimePasses)),
            Some(first) => {
                if open()
                    .filter(is_last_moment)
                    .all(|call| !silences(call).is_empty())
                {
                    choices.extend(silences(first));
                }
            }
        }
        (!choices.is_empty() || open().next().is_none()).then_some(choices)
    }

    /// What an attempt can come to, as far as `wanted` agrees.
    fn choices(&self, call: &Call<'_>, retries: Retries, wanted: impl Fn(&Outcome) -> bool) -> Vec<Choice> {
        let possible = || {
            call.known
                .outcomes
                .iter()
                .enumerate()
                .filter(|(index, outcome)| self.is_possible(call, *index, outcome, retries))
        };
        let now = |outcome: &Outcome| match call.stage {
            Stage::Asked => !outcome.answer.is_of_token(),
            Stage::Submitted => outcome.answer.is_of_token(),
            Stage::Silent { .. } => false,
        };
        let submits = matches!(call.stage, Stage::Asked)
            && possible().any(|(_, outcome)| outcome.answer.is_of_token())
            && wanted(&Outcome::token_success(Value::Null));
        possible()
            .filter(|(_, outcome)| now(outcome) && wanted(outcome))
            .map(|(index, _)| Choice::Comes(call.id, index))
            .chain(submits.then_some(Choice::Submitted(call.id)))
            .collect()
    }

    fn is_possible(&self, call: &Call<'_>, index: usize, outcome: &Outcome, retries: Retries) -> bool {
        let chain = self.chains.get(&call.flow);
        if retries == Retries::Collapsed
            && let Some(chain) = chain
        {
            if chain.goes_on {
                return chain.outcome == index;
            }
            if chain.outcome != index && call.is_retried(outcome) {
                return false;
            }
        }
        outcome.at_most.is_none_or(|most| {
            let used = self.used.get(&(Arc::clone(&call.state), index));
            used.is_none_or(|used| *used < most)
        })
    }
}

impl Call<'_> {
    /// Whether it is still to be settled what it comes to.
    fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Silent { .. })
    }

    fn is_retried(&self, outcome: &Outcome) -> bool {
        match &outcome.answer {
            Answer::Fails(error) | Answer::TokenFails(error) => self.known.retries(error),
            Answer::IsSilent | Answer::IsLate(_) | Answer::TokenIsSilent | Answer::TokenIsLate(_) => {
                self.known.retries(self.silence)
            }
            Answer::Succeeds(_) | Answer::TokenSucceeds(_) => false,
        }
    }
}
