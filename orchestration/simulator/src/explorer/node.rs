//! Nodes of the search: an execution, and the calls of its tasks that have not ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::outcome::{Answer, Outcome, StateOutcomes, Table};
use super::{Decision, Retries};
use crate::failure::Failure;
use crate::invariant::Invariant;
use crate::{Command, EpochMillis, Execution, TaskCall, TaskEvent, TaskId, TaskToken};

/// A decision in short form; [`Node::decision`] returns the long one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Submitted(TaskId),
    /// The outcome is an index into those of the state.
    Outcome(TaskId, usize),
    TimePasses,
}

#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    table: &'a Table,
    pub(super) execution: Execution,
    /// The attempts that run, in the order in which they were started.
    calls: Vec<Call<'a>>,
    /// By flow: how the attempts before this one in the same state ended.
    chains: BTreeMap<Vec<u64>, Chain>,
    /// How often outcomes with a limit were chosen.
    used: BTreeMap<(Arc<str>, usize), u64>,
    /// Where interleavings are varied: who may act next.
    turn: Turn,
    pub(super) late_results: LateResults,
    /// How many events of the history the search has read.
    pub(super) seen: usize,
}

/// Who may act next at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Any task may end, and any timer may fire.
    Anyone,
    /// Timers have priority: an attempt was chosen to time out, and its timeout is due next.
    Timers,
}

/// Whether a result was accepted after its attempt had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LateResults {
    Refused,
    Accepted,
}

/// An attempt that has not ended.
#[derive(Debug, Clone)]
struct Call<'a> {
    id: TaskId,
    state: Arc<str>,
    token: Option<TaskToken>,
    /// The end of its time, or of the machine's.
    deadline: Option<EpochMillis>,
    /// The error of an attempt that does not end by itself.
    silence: Failure,
    flow: Vec<u64>,
    state_outcomes: &'a StateOutcomes,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    /// Nothing has been chosen yet.
    Called,
    /// The integration has responded; only the token is missing.
    Submitted,
    /// It will time out, and perhaps have a late result.
    Silent { late: Option<Value> },
}

/// The failed attempts of one visit of a state.
#[derive(Debug, Clone, Copy)]
struct Chain {
    /// The outcome of the last one.
    outcome: usize,
    further: Further,
}

/// The outcomes of further attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Further {
    /// The same again, or one that is not retried.
    Open,
    /// The same, until the retries are used up.
    Same,
}

impl<'a> Node<'a> {
    pub(super) fn new(execution: Execution, table: &'a Table) -> Self {
        let mut node = Self {
            table,
            execution,
            calls: Vec::new(),
            chains: BTreeMap::new(),
            used: BTreeMap::new(),
            turn: Turn::Anyone,
            late_results: LateResults::Refused,
            seen: 0,
        };
        node.collect_calls();
        node
    }

    fn call(&self, id: TaskId) -> &Call<'a> {
        let call = self.calls.iter().find(|call| call.id == id);
        call.expect_invariant("a choice is about an attempt that runs")
    }

    fn outcome(&self, id: TaskId, index: usize) -> &'a Outcome {
        let outcome = self.call(id).state_outcomes.outcomes.get(index);
        outcome.expect_invariant("a choice is one of the outcomes of the state")
    }

    /// The choice in the form that can be stored and replayed.
    pub(super) fn decision(&self, choice: Choice) -> Decision {
        let state = |id| self.call(id).state.to_string();
        match choice {
            Choice::TimePasses => Decision::TimePasses,
            Choice::Submitted(task) => Decision::Submitted {
                state: state(task),
                task,
            },
            Choice::Outcome(task, index) => Decision::Outcome {
                state: state(task),
                task,
                outcome: self.outcome(task, index).clone(),
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
            Choice::Outcome(id, index) => self.choose(id, index),
        }
    }

    fn choose(&mut self, id: TaskId, index: usize) {
        let (call, outcome) = (self.call(id), self.outcome(id, index));
        let (state, flow) = (Arc::clone(&call.state), call.flow.clone());
        let is_retried = call.is_retried(outcome);
        let before = self.chains.remove(&flow);
        if is_retried {
            let further = match before {
                Some(chain) if chain.outcome == index => Further::Same,
                _ => Further::Open,
            };
            let outcome = index;
            self.chains.insert(flow, Chain { outcome, further });
        }
        // With `Further::Same` there was nothing to choose.
        if outcome.at_most.is_some() && before.is_none_or(|chain| chain.further == Further::Open) {
            *self.used.entry((state, index)).or_default() += 1;
        }
        self.apply(id, outcome);
    }

    /// Gives an attempt an outcome; false if there is no such attempt.
    pub(super) fn apply(&mut self, id: TaskId, outcome: &Outcome) -> bool {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else {
            return false;
        };
        let token = call.token.clone();
        let fails = |error: &String| (error.clone(), "chosen by the explorer".to_owned());
        let event = match (&outcome.answer, token) {
            (Answer::IsSilent | Answer::TokenIsSilent, _) => {
                call.stage = Stage::Silent { late: None };
                self.turn = Turn::Timers;
                return true;
            }
            (Answer::IsLate(output) | Answer::TokenIsLate(output), _) => {
                let late = Some(output.clone());
                call.stage = Stage::Silent { late };
                self.turn = Turn::Timers;
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
        self.collect_calls();
        is_taken
    }

    /// Lets the integration of a callback task respond; false if there is no such attempt.
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
        self.collect_calls();
        taken
    }

    /// Jumps to the next timer; false if there is none.
    pub(super) fn pass_time(&mut self) -> bool {
        let Some(due) = self.execution.next_timer() else {
            return false;
        };
        self.execution.advance(due);
        self.collect_calls();
        true
    }

    /// Takes over new calls, and drops the attempts that have ended.
    fn collect_calls(&mut self) {
        self.turn = Turn::Anyone;
        while let Some(command) = self.execution.poll_command() {
            if let Command::RunTask(call) = command {
                self.begin(call);
            }
        }
        let execution = &mut self.execution;
        let late_results = &mut self.late_results;
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
                if execution.handle(execution.now(), event).is_ok() {
                    *late_results = LateResults::Accepted;
                }
            }
            false
        });
    }

    fn begin(&mut self, call: TaskCall) {
        // A sibling may have ended it at once.
        let Some(flow) = self.execution.flow_of(call.id) else {
            return;
        };
        let state_outcomes = self.table.get(&*call.state);
        let state_outcomes =
            state_outcomes.expect_invariant("the table has the outcomes of every task state");
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
            silence: if is_beat_first {
                Failure::missed_heartbeat()
            } else {
                Failure::timeout()
            },
            flow,
            state_outcomes,
            stage: Stage::Called,
        });
    }

    /// The choices if tasks end at once and in the order of their calls.
    ///
    /// `None` if all outcomes of a task are used up.
    pub(super) fn options(&self, retries: Retries) -> Option<Vec<Choice>> {
        let Some(call) = self.calls.iter().find(|call| call.is_open()) else {
            let timer = self.execution.next_timer();
            return Some(timer.map(|_| Choice::TimePasses).into_iter().collect());
        };
        let choices = self.choices(call, retries, |_| true);
        (!choices.is_empty()).then_some(choices)
    }

    /// The choices if tasks may end at any time and in any order.
    ///
    /// That an attempt stays silent is chosen in its last moment only, when the next timer is its own. Everything else has
    /// been chosen before: otherwise the same path would be walked many times.
    pub(super) fn options_in_any_order(&self, retries: Retries) -> Option<Vec<Choice>> {
        let timer = self.execution.next_timer();
        let open = || self.calls.iter().filter(|call| call.is_open());
        let is_last_moment = |call: &&Call<'_>| {
            timer.is_none_or(|timer| call.deadline.is_some_and(|deadline| deadline <= timer))
        };
        let mut choices = Vec::new();
        if self.turn == Turn::Anyone {
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

    /// The possible outcomes of an attempt that are `wanted`.
    fn choices(&self, call: &Call<'_>, retries: Retries, wanted: impl Fn(&Outcome) -> bool) -> Vec<Choice> {
        let possible = || {
            call.state_outcomes
                .outcomes
                .iter()
                .enumerate()
                .filter(|(index, outcome)| self.is_possible(call, *index, outcome, retries))
        };
        let now = |outcome: &Outcome| match call.stage {
            Stage::Called => !outcome.answer.is_of_token(),
            Stage::Submitted => outcome.answer.is_of_token(),
            Stage::Silent { .. } => false,
        };
        let submits = matches!(call.stage, Stage::Called)
            && possible().any(|(_, outcome)| outcome.answer.is_of_token())
            && wanted(&Outcome::token_success(Value::Null));
        possible()
            .filter(|(_, outcome)| now(outcome) && wanted(outcome))
            .map(|(index, _)| Choice::Outcome(call.id, index))
            .chain(submits.then_some(Choice::Submitted(call.id)))
            .collect()
    }

    fn is_possible(&self, call: &Call<'_>, index: usize, outcome: &Outcome, retries: Retries) -> bool {
        let chain = self.chains.get(&call.flow);
        if retries == Retries::Collapsed
            && let Some(chain) = chain
        {
            if chain.further == Further::Same {
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
    /// Whether its outcome is still to be chosen.
    fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Silent { .. })
    }

    fn is_retried(&self, outcome: &Outcome) -> bool {
        match &outcome.answer {
            Answer::Fails(error) | Answer::TokenFails(error) => {
                self.state_outcomes.retries(&Failure::named(&**error))
            }
            Answer::IsSilent | Answer::IsLate(_) | Answer::TokenIsSilent | Answer::TokenIsLate(_) => {
                self.state_outcomes.retries(&self.silence)
            }
            Answer::Succeeds(_) | Answer::TokenSucceeds(_) => false,
        }
    }
}
