//! One run: the real handlers, the emitted machine, people, and time that passes only when nothing else is left.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use contracts::values::{LinkToken, UserId};
use kit::Handler;
use serde_json::Value;
use simulator::{Command, EpochMillis, ExecutionArn, TaskCall, TaskId};

use crate::chance::latency;
use crate::fault::{Fault, Function, Point, Service, Step};
use crate::inner::{Inner, Running, START, Shared, Verdict};
use crate::journal::What;
use crate::plan::Plan;
use crate::watch::{Rule, Violation};

mod definition;
mod handlers;
pub(crate) mod people;
mod tasks;

/// No run has more steps than this.
const MOST_STEPS: usize = 200_000;

/// How long an answer of a function is on its way, in milliseconds.
const HOP: i64 = 3;

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    /// The first thing that must hold and did not.
    pub violation: Option<Violation>,
    /// What happened, a line each.
    pub timeline: String,
    /// What two runs have in common in which the same happened in the same order.
    pub mark: u64,
    /// How many workflows were started.
    pub executions: u64,
    /// How many faults of each kind there were, in the order of [`Fault::KINDS`].
    pub faults: [u64; Fault::KINDS.len()],
    /// How many steps were stopped by an outage.
    pub outages: u64,
    /// The places that the run came to, in order.
    pub reached: Vec<Point>,
    /// What people were told.
    pub answers: Vec<Answer>,
}

/// What somebody was told. Ids stand there by the order in which they were given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whose sign-up it was about.
    pub sign_up: u8,
    /// When, in milliseconds after the start.
    pub at: i64,
    /// What was asked for.
    pub asked: &'static str,
    /// Status, headers and body.
    pub told: String,
}

/// What is to happen.
#[derive(Debug)]
enum Event {
    /// A person does something.
    Person(u8, Ask),
    /// A step of an invocation is due.
    Step(usize),
    /// A step that came too late is done after all.
    Land(usize),
    /// A task is answered.
    Answer(ExecutionArn, TaskId, Result<Value, (&'static str, String)>),
    /// A function is called with this payload, and nobody waits for it.
    Stray(Function, u8, Option<usize>, Value),
    /// New versions are deployed.
    Deploy,
    /// Somebody starts a workflow by hand.
    Unknown,
    /// An operator stops an execution and lets it go on.
    Redrive(u8),
}

/// What a person does.
#[derive(Debug, Clone)]
enum Ask {
    SignUp { tries: u8 },
    Look(UserId),
    Guess,
    Click { tries: u8 },
    Follow { tries: u8, link: LinkToken },
}

/// Who waits for an invocation.
#[derive(Debug, Clone)]
enum For {
    Task(ExecutionArn, TaskId),
    /// The task is told that the call failed.
    TaskInVain(ExecutionArn, TaskId),
    Person(Ask),
    Nobody,
}

type Work = Pin<Box<dyn Future<Output = Result<Value, kit::Failure>> + Send>>;

/// One call of a function.
struct Invocation {
    work: Option<Work>,
    running: Running,
    waits: For,
    /// The step that is due.
    point: Option<Point>,
}

/// A run under way.
pub(crate) struct World {
    shared: Shared,
    plan: Arc<Plan>,
    handlers: handlers::Handlers,
    invocations: Vec<Invocation>,
    agenda: BTreeMap<(i64, u64), Event>,
    planned: u64,
    answers: Vec<Answer>,
    clicks_planned: Vec<u8>,
}

/// Runs a plan to its end, or to the first thing that must hold and does not.
pub fn run(plan: &Plan) -> Run {
    World::new(&Arc::new(plan.clone())).run()
}

impl World {
    fn new(plan: &Arc<Plan>) -> Self {
        let machines = definition::machines(plan.seed, plan.deployed_at.is_some());
        let shared = Shared::new(Inner::new(Arc::clone(plan), machines));
        let handlers = handlers::Handlers::new(&shared);
        let mut world = Self {
            shared,
            plan: Arc::clone(plan),
            handlers,
            invocations: Vec::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            answers: Vec::new(),
            clicks_planned: Vec::new(),
        };
        for sign_up in &plan.sign_ups {
            let ask = Ask::SignUp { tries: sign_up.tries };
            world.plan_for(sign_up.at, Event::Person(sign_up.number, ask));
        }
        if let Some(at) = plan.deployed_at {
            world.plan_for(at, Event::Deploy);
        }
        if let Some(at) = plan.unknown_at {
            world.plan_for(at, Event::Unknown);
        }
        if let Some((number, at)) = plan.redriven {
            world.plan_for(at, Event::Redrive(number));
        }
        if plan.account {
            world.shared.lock().add_account();
        }
        world
    }

    fn plan_for(&mut self, at: i64, event: Event) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), event);
    }

    fn now(&self) -> i64 {
        self.shared.lock().now
    }

    fn run(mut self) -> Run {
        let mut steps = 0;
        while self.step() {
            steps += 1;
            let mut inner = self.shared.lock();
            inner.check();
            if steps > MOST_STEPS {
                inner
                    .watch
                    .violate(Rule::Quiet, format!("{MOST_STEPS} steps, and no end"));
            }
            if inner.watch.violation.is_some() {
                break;
            }
        }
        let mut inner = self.shared.lock();
        inner.check_the_end();
        Run {
            violation: inner.watch.violation.take(),
            mark: inner.journal.mark(),
            executions: u64::try_from(inner.workflows.len()).unwrap_or_default(),
            faults: inner.hurt,
            outages: inner.outages,
            reached: std::mem::take(&mut inner.reached),
            timeline: if inner.plan.quiet {
                String::new()
            } else {
                inner.journal.render()
            },
            answers: std::mem::take(&mut self.answers),
        }
    }

    /// Lets the next thing happen, if there is one.
    fn step(&mut self) -> bool {
        self.take_commands();
        let timer = self.shared.lock().machines.next_timer();
        let timer = timer.map(|due| due.as_millis() - START);
        let due = self.agenda.first_key_value().map(|((at, _), _)| *at);
        match (due, timer) {
            // What comes in the very moment in which a timer is due comes in time.
            (Some(at), timer) if timer.is_none_or(|timer| at <= timer) => {
                self.move_clock(at);
                if let Some((_, event)) = self.agenda.pop_first() {
                    self.happen(event);
                }
                true
            }
            (_, Some(timer)) => {
                self.move_clock(timer);
                self.shared
                    .lock()
                    .machines
                    .advance(EpochMillis::new(START + timer));
                true
            }
            _ => false,
        }
    }

    fn move_clock(&mut self, at: i64) {
        let mut inner = self.shared.lock();
        inner.now = inner.now.max(at);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Person(sign_up, ask) => self.ask(sign_up, ask),
            Event::Step(index) => self.do_step(index),
            Event::Land(index) => self.land(index),
            Event::Answer(arn, id, result) => self.answer_task(&arn, id, result),
            Event::Stray(function, sign_up, user, payload) => {
                self.call(function, sign_up, user, payload, For::Nobody, "late");
            }
            Event::Deploy => self.deploy(),
            Event::Unknown => self.shared.lock().start_unknown(),
            Event::Redrive(sign_up) => self.redrive(sign_up),
        }
    }

    /// Calls a function.
    fn call(
        &mut self,
        function: Function,
        sign_up: u8,
        user: Option<usize>,
        payload: Value,
        waits: For,
        words: &'static str,
    ) {
        let handler: Handler = self.handlers.of(function);
        let started_at = {
            let mut inner = self.shared.lock();
            inner.note(Some(sign_up), What::Called(function, words));
            inner.now
        };
        let invocation = Invocation {
            work: Some(Box::pin(async move { handler.invoke(payload).await })),
            running: Running {
                function,
                sign_up,
                user,
                started_at,
            },
            waits,
            point: None,
        };
        self.invocations.push(invocation);
        self.go_on(self.invocations.len() - 1);
    }

    /// Lets an invocation run until its next step, or to its end.
    fn go_on(&mut self, index: usize) {
        let Some(invocation) = self.invocations.get_mut(index) else {
            return;
        };
        let Some(work) = invocation.work.as_mut() else {
            return;
        };
        let running = invocation.running;
        self.shared.lock().running = running;
        let polled = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Ready(result) => {
                invocation.work = None;
                self.finish(index, result);
            }
            Poll::Pending => {
                let mut inner = self.shared.lock();
                let Some(step) = inner.asked.take() else {
                    // It waits for what never comes.
                    invocation.work = None;
                    return;
                };
                let point = inner.next_point(running.sign_up, step);
                let at = inner.now + latency(self.plan.seed, point);
                drop(inner);
                invocation.point = Some(point);
                self.plan_for(at, Event::Step(index));
            }
        }
        self.plan_clicks();
    }

    /// A step is due: the plan says what becomes of it.
    fn do_step(&mut self, index: usize) {
        let Some(invocation) = self.invocations.get_mut(index) else {
            return;
        };
        let Some(point) = invocation.point.take() else {
            return;
        };
        let Running {
            function,
            sign_up,
            started_at,
            ..
        } = invocation.running;
        let fault = self.plan.fault(point);
        let mut inner = self.shared.lock();
        if let Some(fault) = fault {
            inner.count(sign_up, fault);
            inner.note(Some(sign_up), What::Broke(function, point.step, fault));
        }
        let time_is_up = started_at + function.time_out();
        let verdict = match fault {
            None if inner.is_down(point.step.service(), sign_up) => {
                inner.note(Some(sign_up), What::Down(function, point.step));
                Verdict::Fail
            }
            None => Verdict::Do,
            Some(Fault::Answer(status)) => {
                inner.answer = Some(status);
                Verdict::Do
            }
            Some(Fault::Throttled | Fault::Twice) => Verdict::Fail,
            Some(Fault::LostAnswer) => Verdict::DoAndFail,
            Some(Fault::CrashBefore) => {
                let at = inner.now + HOP;
                drop(inner);
                invocation.work = None;
                return self.die(index, at, "Runtime.ExitError");
            }
            Some(Fault::CrashAfter | Fault::Slow) => Verdict::DoAndEnd,
            Some(Fault::Late) => {
                drop(inner);
                let after = latency(!self.plan.seed, point) * 10;
                self.plan_for(time_is_up + after, Event::Land(index));
                return self.die(index, time_is_up, "Sandbox.Timedout");
            }
        };
        inner.verdict = Some(verdict);
        let now = inner.now;
        drop(inner);
        self.go_on(index);
        match fault {
            Some(Fault::CrashAfter) => self.die(index, now + HOP, "Lambda.Unknown"),
            Some(Fault::Slow) => self.die(index, time_is_up, "Sandbox.Timedout"),
            _ => {}
        }
    }

    /// A step is done whose function has long been given up.
    fn land(&mut self, index: usize) {
        {
            let mut inner = self.shared.lock();
            inner.verdict = Some(Verdict::DoAndEnd);
            if let Some(invocation) = self.invocations.get(index) {
                let sign_up = Some(invocation.running.sign_up);
                inner.note(sign_up, What::Called(invocation.running.function, "is late:"));
            }
        }
        self.go_on(index);
    }

    /// Whoever waits for the invocation hears at this time that it failed.
    fn die(&mut self, index: usize, at: i64, error: &'static str) {
        let Some(invocation) = self.invocations.get_mut(index) else {
            return;
        };
        let sign_up = invocation.running.sign_up;
        match std::mem::replace(&mut invocation.waits, For::Nobody) {
            For::Task(arn, id) | For::TaskInVain(arn, id) => {
                let failure = Err((error, String::new()));
                self.plan_for(at, Event::Answer(arn, id, failure));
            }
            // API Gateway answers for a function that died.
            For::Person(ask) => self.told_in_vain(sign_up, ask, at),
            For::Nobody => {}
        }
    }

    fn finish(&mut self, index: usize, result: Result<Value, kit::Failure>) {
        let Some(invocation) = self.invocations.get_mut(index) else {
            return;
        };
        let Running {
            function,
            sign_up,
            user,
            ..
        } = invocation.running;
        let waits = std::mem::replace(&mut invocation.waits, For::Nobody);
        if let For::Person(ask) = waits {
            if let Ok(answer) = result {
                self.told(sign_up, ask, &answer);
            }
            return;
        }
        let mut inner = self.shared.lock();
        inner.note(
            Some(sign_up),
            What::Ended(function, if result.is_ok() { "well" } else { "with an error" }),
        );
        if let Err(failure) = &result {
            inner.said(&failure.message);
            inner.failed(user, &failure.name);
        }
        let at = inner.now + HOP;
        drop(inner);
        match waits {
            For::Task(arn, id) => {
                let result = result.map_err(|failure| ("", failure.name));
                self.plan_for(at, Event::Answer(arn, id, result));
            }
            For::TaskInVain(arn, id) => {
                let failure = Err(("Lambda.ServiceException", String::new()));
                self.plan_for(at, Event::Answer(arn, id, failure));
            }
            For::Person(_) | For::Nobody => {}
        }
    }

    fn deploy(&mut self) {
        let mut inner = self.shared.lock();
        inner.note(
            None,
            What::Everybody("new versions of all functions and of the machine are deployed"),
        );
        definition::deploy(&mut inner.machines);
        drop(inner);
        // What they had in memory is gone.
        self.handlers = handlers::Handlers::new(&self.shared);
    }

    fn redrive(&mut self, sign_up: u8) {
        let mut inner = self.shared.lock();
        let now = inner.time();
        let of_sign_up = |user: &UserId| inner.owners.get(user) == Some(&sign_up);
        let found = inner.workflows.iter().find(|(user, _)| of_sign_up(user));
        let Some(arn) = found.map(|(_, arn)| arn.clone()) else {
            return;
        };
        let running = inner
            .machines
            .describe(&arn)
            .is_ok_and(|found| found.status.is_running());
        if running {
            inner.note(
                Some(sign_up),
                What::Asked("an operator stops the workflow and redrives it"),
            );
            *inner.hurt_by_sign_up.entry(sign_up).or_default() += 1;
            // Both were just found possible.
            let _ = inner.machines.stop_execution(&arn, now, None, None);
            let _ = inner.machines.redrive_execution(&arn, now);
        }
    }

    /// Takes what the workflows want to have done.
    fn take_commands(&mut self) {
        loop {
            let command = self.shared.lock().machines.poll_command();
            match command {
                Some((arn, Command::RunTask(call))) => self.run_task(&arn, &call),
                Some((_, Command::CancelTask { .. })) => {}
                None => break,
            }
        }
        let mut inner = self.shared.lock();
        while let Some(arn) = inner.machines.poll_ended() {
            let found = inner.workflows.iter().find(|(_, found)| **found == arn);
            let sign_up = found.and_then(|(user, _)| inner.owners.get(user)).copied();
            let words = inner
                .machines
                .describe(&arn)
                .map_or("unknown", |found| found.status.name());
            inner.note(sign_up, What::WorkflowEnded(words));
        }
    }
}

impl Inner {
    /// Whether a service is down; if it is, that is a fault for the sign-up.
    fn is_down(&mut self, service: Service, sign_up: u8) -> bool {
        let down = self.plan.is_down(service, self.now);
        if down {
            *self.hurt_by_sign_up.entry(sign_up).or_default() += 1;
            self.outages += 1;
        }
        down
    }
}

/// The step that calling a task's function is.
fn call_step(function: Function) -> Step {
    match function {
        Function::StoreUserData => Step::CallStoreUserData,
        Function::ValidateEmail => Step::CallValidateEmail,
        Function::SetUserStatus => Step::CallSetUserStatus,
        _ => Step::CallNotifyWebhook,
    }
}

/// What a call asks for, as far as a run must know it.
fn user_of(call: &TaskCall) -> Option<UserId> {
    call.payload().get("userId")?.as_str()?.parse().ok()
}
