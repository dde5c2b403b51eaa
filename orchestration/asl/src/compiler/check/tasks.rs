//! Tasks and waits: how long, how often, and what then.

use std::collections::HashSet;
use std::time::Duration;

use super::{Check, LONGEST_TIMEOUT, scope};
use crate::steps::error::{ErrorName, HeartbeatTimeout, Timeout};
use crate::steps::flow::{Target, TaskFlow, TimeLimit, WaitFlow, WaitUntil};
use crate::steps::retry::Retry;
use crate::steps::task::MARGIN;
use asl_document::ALL_ERRORS;

/// What is wrong with a state whose errors would end the workflow, and what to do about it.
pub(super) const NO_ANSWER: &str = "it has no answer to errors that no `catch` names";
pub(super) const ANSWER: &str = "end with `catch_all`, or put it into a `saga`";

/// The longest that an invocation of a Lambda function may run.
///
/// Source: [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution), "Function timeout".
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);

impl Check<'_> {
    pub(super) fn task(&mut self, task: &TaskFlow) {
        let name = &task.name;
        self.comment(name, task.comment.as_deref());
        if let TimeLimit::Known(bound) = task.timeout {
            self.timeout(name, bound);
            let function = task.failing_attempt.saturating_sub(MARGIN);
            if task.target.is_callback() && bound < function {
                let message = format!(
                    "its time-out of {bound:?} ends it while its function may still run, for {function:?}"
                );
                self.report(name, message, "wait longer than the function takes");
            }
        }
        if let Some(TimeLimit::Known(longest)) = task.heartbeat {
            let too_long = matches!(task.timeout, TimeLimit::Known(bound) if longest >= bound);
            if too_long || longest < Duration::from_secs(1) || longest.subsec_nanos() != 0 {
                let message =
                    "the longest between two heartbeats is not from 1 second to less than its time-out";
                self.report(name, message, "shorten the heartbeat, or give the task more time");
            }
        }
        if matches!(task.target, Target::Function { .. })
            && task.failing_attempt.saturating_sub(MARGIN) > LONGEST_INVOCATION
        {
            let message = "its function may run for longer than the 15 minutes that Lambda gives one";
            self.report(
                name,
                message,
                "shorten the function's TIMEOUT; a workflow is called with `run`",
            );
        }
        let policies = task.retry_on.iter().map(|(_, retry)| *retry).chain([task.retry]);
        for message in policies.filter_map(Retry::diagnostic) {
            self.report(name, message, "change its `Retry`");
        }
        let mut retried = HashSet::new();
        for (error, _) in &task.retry_on {
            if !retried.insert(error) {
                self.report(
                    name,
                    format!("it has two policies for {error}"),
                    "remove the second `retry_on`",
                );
            }
            if task.target.is_callback() && *error == Timeout::NAME {
                let message = "it retries the time-out of a callback, whose time is a person's";
                self.report(name, message, "catch the time-out");
            }
        }
        let caught = task.arms.caught.iter().map(|arm| arm.error);
        let mut answered = caught.chain(task.retry_on.iter().map(|(error, _)| *error));
        if task.heartbeat.is_none() && answered.any(|error| error == HeartbeatTimeout::NAME) {
            let message = "it answers to a heartbeat that is missed, and none is due";
            self.report(
                name,
                message,
                "give the callback a `heartbeat`, or answer to `Timeout`",
            );
        }
        if task.target.is_callback() && !scope::reads_task_token(task.payload) {
            let message = "nothing can complete this callback: its payload has no task token";
            self.report(name, message, "put `task_token()` into the payload");
        }
        if !self.around.answered && !task.arms.caught.iter().any(|arm| arm.error == ALL_ERRORS) {
            self.report(name, NO_ANSWER, ANSWER);
        }
        self.arms(name, &task.arms);
    }

    fn timeout(&mut self, name: &str, bound: Duration) {
        if bound.subsec_nanos() != 0 || bound < Duration::from_secs(1) || bound.as_secs() > LONGEST_TIMEOUT {
            let message =
                format!("its time-out of {bound:?} is not in whole seconds from 1 to {LONGEST_TIMEOUT}");
            self.report(name, message, "give whole seconds");
        } else if bound > self.contract.timeout {
            let message = format!("it may take longer than {} as a whole", self.contract.name);
            self.report(
                name,
                message,
                "shorten its time-out, or lengthen the workflow's TIMEOUT",
            );
        }
    }

    pub(super) fn wait(&mut self, wait: &WaitFlow) {
        let WaitUntil::Seconds(time) = wait.until else {
            return;
        };
        if time.subsec_nanos() != 0 {
            let message = format!("its wait of {time:?} is not in whole seconds");
            self.report(&wait.name, message, "give whole seconds");
        }
        if time.as_secs() > LONGEST_TIMEOUT {
            let message = format!("it waits longer than {LONGEST_TIMEOUT} seconds");
            self.report(&wait.name, message, "wait in several steps");
        }
    }
}
