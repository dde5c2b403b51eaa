//! Step Functions: the emitted machine in the simulator, whose tasks take the time of a hop.

use std::iter;

use simulator::{Command, EpochMillis, ExecutionArn, StateMachines, Status, TaskCall, TaskEvent};

use super::Cloud;
use crate::clock::{MILLISECOND, Micros};
use crate::ledger::Node;
use crate::parameters::Latency;
use crate::platform::Platform;

/// The functions of tasks, by their names in the definition.
const FUNCTIONS: [&str; 4] = ["StoreUserData", "ValidateEmail", "NotifyWebhook", "SetUserStatus"];

impl Cloud {
    /// Carries out the commands of executions, and sets their timer.
    pub(super) fn carry_out_commands(&self) {
        let (commands, timer, now) = self.world().machines(|machines, now| {
            let commands: Vec<_> = iter::from_fn(|| machines.poll_command()).collect();
            (commands, machines.next_timer(), now)
        });
        for (arn, command) in commands {
            if let Command::RunTask(call) = command {
                self.spawn(self.clone().run_task(arn, call));
            }
        }
        if let Some(due) = timer
            && self.0.timers.borrow_mut().insert(due)
        {
            self.spawn(self.clone().fire_timer(due, now));
        }
    }

    async fn fire_timer(self, due: EpochMillis, now: EpochMillis) {
        let millis = (due.as_millis() - now.as_millis()).max(0).unsigned_abs();
        let since_the_last = self.now() % MILLISECOND;
        self.sleep((millis * MILLISECOND).saturating_sub(since_the_last))
            .await;
        self.0.timers.borrow_mut().remove(&due);
        self.set_time();
        self.world().machines(StateMachines::advance);
        self.carry_out_commands();
    }

    async fn run_task(self, arn: ExecutionArn, call: TaskCall) {
        let time = self.until_start(&arn);
        self.sleep(time).await;
        let name = FUNCTIONS.into_iter().find(|name| Some(*name) == call.function());
        let result = match name {
            Some(name) => {
                let known = (Node::Service("SignUp"), Node::Function(name));
                self.ledger().names.insert(known);
                self.execute(name, call.payload().clone()).await
            }
            None => Err(kit::Failure {
                name: "Lambda.ResourceNotFoundException".to_owned(),
                message: "no such function".to_owned(),
            }),
        };
        let id = call.id;
        let event = match result {
            Ok(output) => TaskEvent::Succeeded { id, output },
            Err(failure) => TaskEvent::Failed {
                id,
                error: failure.name,
                cause: failure.message,
            },
        };
        self.set_time();
        // As on AWS, a result is ignored if the task has timed out meanwhile.
        let _ = self
            .world()
            .machines(|machines, now| machines.handle(&arn, now, event));
        self.carry_out_commands();
    }

    /// The time until the function of a task starts. What was published for the first begins with the call that starts the
    /// execution, for whose response its caller has waited.
    fn until_start(&self, arn: &ExecutionArn) -> Micros {
        let is_first = self.0.begun.borrow_mut().insert(arn.clone());
        let mut sampler = self.0.sampler.borrow_mut();
        if is_first {
            let time = sampler.sample(Latency::StandardStart);
            time.saturating_sub(self.0.start_call.get())
        } else {
            sampler.sample(Latency::StandardHop)
        }
    }

    /// The state transitions of all executions, as they are billed: retries count.
    pub(crate) fn transitions(&self) -> u64 {
        self.world().machines(|machines, _| {
            let executions = machines.list(None);
            let histories = executions
                .iter()
                .filter_map(|execution| machines.history(&execution.arn).ok());
            let names = histories.flatten().map(|event| event.event_type.name());
            let count = |names: Vec<&str>, suffix: &str| {
                names.iter().filter(|name| name.ends_with(suffix)).count() as u64
            };
            let names: Vec<_> = names.collect();
            let retries = count(names.clone(), "TaskScheduled") - count(names.clone(), "TaskStateEntered");
            count(names, "StateEntered") + retries
        })
    }

    /// Whether an execution failed, which an operator sees.
    pub(crate) fn has_failed_execution(&self) -> bool {
        self.world().machines(|machines, _| {
            let executions = machines.list(None);
            executions
                .iter()
                .any(|execution| matches!(execution.status, Status::Failed { .. }))
        })
    }
}
