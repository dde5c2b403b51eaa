//! The cloud that a composition runs on: the functions in memory, and modelled services.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::BTreeSet;
use std::future::Future;
use std::rc::Rc;

use contracts::values::Timestamp;
use futures::channel::oneshot;
use futures::future::{AbortHandle, Abortable, Aborted};
use futures::task::LocalSpawnExt;
use futures_executor::LocalSpawner;
use serde_json::Value;
use simulation::{Operation, World};
use simulator::{EpochMillis, ExecutionArn};

mod function;
mod operations;
mod queues;
mod step_functions;

pub(crate) use function::Running;

use crate::clock::{Clock, MILLISECOND, Micros};
use crate::compositions::{Composition, Name};
use crate::faults::{Fault, Injector};
use crate::ledger::{Ledger, Node};
use crate::parameters::{Item, Latency, Sampler};
use crate::platform::{Output, Platform};

/// A handle to the cloud of one run.
#[derive(Clone)]
pub(crate) struct Cloud(Rc<Inner>);

struct Inner {
    composition: &'static dyn Composition<Running>,
    clock: Clock,
    spawner: LocalSpawner,
    world: World,
    sampler: RefCell<Sampler>,
    ledger: RefCell<Ledger>,
    injector: RefCell<Injector>,
    callers: RefCell<Callers>,
    /// Who waits for the first mail.
    first_mail: RefCell<Option<oneshot::Sender<()>>>,
    /// Who waits for the callback of a durable execution.
    callback: RefCell<Option<oneshot::Sender<Value>>>,
    /// How long the call took that started the execution.
    start_call: Cell<Micros>,
    /// The executions whose first task was run.
    begun: RefCell<BTreeSet<ExecutionArn>>,
    /// The timers of executions that are set.
    timers: RefCell<BTreeSet<EpochMillis>>,
}

/// The callers that can crash. Some have ended.
#[derive(Default)]
struct Callers {
    functions: Vec<CallingFunction>,
    pages: Vec<AbortHandle>,
}

/// A function that has called another.
struct CallingFunction {
    abort: AbortHandle,
    /// How many responses it waits for.
    responses: Rc<Cell<u32>>,
}

impl Cloud {
    pub(crate) fn new(
        name: Name,
        seed: u64,
        fault: Option<Fault>,
        clock: Clock,
        spawner: LocalSpawner,
    ) -> Self {
        Self(Rc::new(Inner {
            composition: name.modelled(),
            clock,
            spawner,
            world: name.world(seed),
            sampler: RefCell::new(Sampler::new(seed)),
            ledger: RefCell::default(),
            injector: RefCell::new(Injector::new(fault)),
            callers: RefCell::default(),
            first_mail: RefCell::default(),
            callback: RefCell::default(),
            start_call: Cell::default(),
            begun: RefCell::default(),
            timers: RefCell::default(),
        }))
    }

    pub(crate) fn composition(&self) -> &'static dyn Composition<Running> {
        self.0.composition
    }

    pub(crate) fn world(&self) -> &World {
        &self.0.world
    }

    pub(crate) fn ledger(&self) -> RefMut<'_, Ledger> {
        self.0.ledger.borrow_mut()
    }

    pub(crate) fn now(&self) -> Micros {
        self.0.clock.now()
    }

    /// Tells the world in memory what time it is.
    fn set_time(&self) {
        let now = i64::try_from(self.now() / MILLISECOND).unwrap_or(i64::MAX);
        self.world().set_time(now);
    }

    /// Takes as long as the parameter says.
    pub(crate) async fn take(&self, latency: Latency) {
        let time = self.0.sampler.borrow_mut().sample(latency);
        self.sleep(time).await;
    }

    async fn invoke_from_outside(&self, name: &'static str, event: Value) -> Output {
        self.take(Latency::Network).await;
        self.take(Latency::InvokeFromOutside).await;
        self.execute(name, event).await
    }

    /// Runs what a page does, unless it is closed meanwhile.
    pub(crate) async fn in_page<T>(&self, work: impl Future<Output = T>) -> Result<T, Aborted> {
        let (close, registration) = AbortHandle::new_pair();
        self.0.callers.borrow_mut().pages.push(close);
        Abortable::new(work, registration).await
    }

    /// Waits for the first mail; forever if there is none.
    pub(crate) async fn first_mail(&self) -> Result<(), oneshot::Canceled> {
        if !self.ledger().mails.is_empty() {
            return Ok(());
        }
        let (arrived, mail) = oneshot::channel();
        self.0.first_mail.replace(Some(arrived));
        mail.await
    }

    /// The callback of a durable execution: whoever sends to it resumes the execution.
    pub(crate) fn callback(&self) -> oneshot::Receiver<Value> {
        let (complete, completed) = oneshot::channel();
        self.0.callback.replace(Some(complete));
        completed
    }

    /// Completes the callback, unless it was completed before.
    pub(crate) fn complete_callback(&self, result: Value) {
        if let Some(complete) = self.0.callback.take() {
            // The execution may have timed out.
            let _ = complete.send(result);
        }
    }

    /// Notes the effects of an operation that took place.
    fn note(&self, operation: Operation) {
        let now = self.now();
        match operation {
            Operation::SendMail => {
                self.ledger().mails.push(now);
                if let Some(arrived) = self.0.first_mail.take() {
                    // The person may have given up.
                    let _ = arrived.send(());
                }
            }
            Operation::Deliver => self.ledger().webhooks.push(now),
            Operation::ClaimAddress => {
                let mut ledger = self.ledger();
                ledger.verified = ledger.verified.or(Some(now));
            }
            _ => {}
        }
    }
}

impl Platform for Cloud {
    async fn request(&self, name: &'static str, event: Value) -> Output {
        self.ledger().count(Item::ApiRequest, 1);
        self.invoke_from_outside(name, event).await
    }

    async fn call_from_client(&self, name: &'static str, event: Value) -> Output {
        self.ledger().names.insert((Node::Client, Node::Function(name)));
        self.invoke_from_outside(name, event).await
    }

    #[expect(clippy::expect_used, reason = "the executor exists as long as a run")]
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.0.spawner.spawn_local(work).expect("the executor runs");
    }

    #[expect(clippy::expect_used, reason = "a run lasts some days")]
    fn timestamp(&self) -> Timestamp {
        self.set_time();
        let now = self.world().machines(|_, now| now.as_millis());
        Timestamp::from_epoch_millis(now).expect("the times of a run are valid")
    }

    async fn sleep(&self, time: Micros) {
        self.0.clock.sleep(time).await;
    }
}
