//! Makes any plan one that the language takes, by the rules on its front page.

use super::plan::{Behind, Callee, Caught, Distributed, Error, Map, Plan, Task};
use super::strategies::Plans;
use super::values::{Made, Maybe, Number, Text};

/// What is true of the place where a step stands.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
struct Place {
    /// Nothing follows on its level.
    last: bool,
    /// A saga around answers what nothing else does.
    answered: bool,
    /// It stands in an undo: whatever fails, it goes on.
    undo: bool,
    /// What is done here can be undone: only one way leads through it, once.
    undoable: bool,
    /// Something behind it in its saga can fail.
    may_fail_behind: bool,
    loops: u8,
    inner: bool,
}

struct Fitting {
    tasks: u32,
}

/// Loops inside of loops make long histories; so many levels are enough.
const MOST_LOOPS: u8 = 2;

pub(crate) fn fit(whole: Plan, inner: Plan) -> Plans {
    let mut fitting = Fitting { tasks: 0 };
    let place = |inner| Place {
        last: true,
        answered: false,
        undo: false,
        undoable: false,
        may_fail_behind: false,
        loops: 0,
        inner,
    };
    Plans {
        whole: fitting.plan(whole, place(false)),
        inner: fitting.plan(inner, place(true)),
    }
}

impl Place {
    fn not_last(self) -> Self {
        Self { last: false, ..self }
    }

    fn before(self, rest: &Plan) -> Self {
        Self {
            last: false,
            may_fail_behind: self.may_fail_behind || rest.may_fail(),
            ..self
        }
    }

    /// One of several ways, the others of which lead on or not.
    fn one_of(self, others_lead_on: bool) -> Self {
        Self {
            undoable: self.undoable && !others_lead_on,
            ..self
        }
    }

    /// In a branch, or in the body of a map.
    fn inside(self) -> Self {
        Self {
            last: true,
            undo: false,
            undoable: false,
            may_fail_behind: false,
            ..self
        }
    }

    fn in_saga(self) -> Self {
        Self {
            answered: true,
            undo: false,
            undoable: true,
            may_fail_behind: false,
            ..self
        }
    }

    fn in_undo(self) -> Self {
        Self {
            last: false,
            answered: false,
            undo: true,
            undoable: false,
            may_fail_behind: false,
            ..self
        }
    }
}

impl Fitting {
    fn plan(&mut self, plan: Plan, place: Place) -> Plan {
        match plan {
            Plan::Pass { value, ends } => Plan::Pass {
                value,
                ends: ends && place.last,
            },
            Plan::Fail { because, .. } if place.undo => left(because),
            Plan::Fail { .. } => plan,
            Plan::Wait { time, rest } => Plan::Wait {
                time,
                rest: self.boxed(*rest, place),
            },
            Plan::Task(task) => self.task(*task, place),
            Plan::Choose { condition, yes, no } => {
                let (yes, no) = self.either(*yes, *no, place);
                Plan::Choose { condition, yes, no }
            }
            Plan::IfSome { of, some, none } => {
                let (some, none) = self.either(*some, *none, place);
                Plan::IfSome { of, some, none }
            }
            Plan::Both { left, right, behind } => Plan::Both {
                left: self.boxed(*left, place.inside()),
                right: self.boxed(*right, place.inside()),
                behind: Box::new(self.behind(*behind, false, place)),
            },
            Plan::Map(map) => self.map(*map, place),
            Plan::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => {
                let around = Place {
                    loops: place.loops + 1,
                    undoable: false,
                    may_fail_behind: false,
                    ..place.not_last()
                };
                let body = self.boxed(*body, around);
                if !body.leads_on() || around.loops > MOST_LOOPS {
                    return self.plan(*then, place);
                }
                let (then, exhausted) = self.either(*then, *exhausted, place);
                Plan::Repeat {
                    most,
                    body,
                    until,
                    exhausted,
                    then,
                }
            }
            Plan::Saga { body, handler } => {
                let body = self.boxed(*body, place.in_saga());
                if !body.may_fail() {
                    return *body;
                }
                Plan::Saga {
                    body,
                    handler: self.boxed(*handler, place.one_of(true)),
                }
            }
            Plan::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            } => self.undoable(in_doubt, *step, *undo, *rest, place),
            Plan::Then { first, rest } => {
                let rest = self.boxed(*rest, place);
                let first = self.boxed(*first, place.before(&rest));
                if first.leads_on() {
                    Plan::Then { first, rest }
                } else {
                    *first
                }
            }
        }
    }

    fn boxed(&mut self, plan: Plan, place: Place) -> Box<Plan> {
        Box::new(self.plan(plan, place))
    }

    /// Two ways on, the second of which leaves nothing to undo.
    fn either(&mut self, one: Plan, other: Plan, place: Place) -> (Box<Plan>, Box<Plan>) {
        let other = self.boxed(other, place.one_of(true));
        let one = self.boxed(one, place.one_of(other.leads_on()));
        (one, other)
    }

    fn undoable(&mut self, in_doubt: bool, step: Plan, undo: Plan, rest: Plan, place: Place) -> Plan {
        let rest = self.boxed(rest, place);
        let before = place.before(&rest);
        let step = self.boxed(step, before);
        if !step.leads_on() {
            return *step;
        }
        // Those of its own would run after it.
        let in_doubt = in_doubt && !step.has_undos();
        if before.undoable && (before.may_fail_behind || in_doubt && step.may_fail()) {
            let undo = self.boxed(undo, place.in_undo());
            return Plan::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            };
        }
        Plan::Then { first: step, rest }
    }

    fn task(&mut self, task: Task, place: Place) -> Plan {
        self.tasks += 1;
        let name = format!("Task{}", self.tasks);
        let callee = match task.callee {
            // It would run itself.
            Callee::Run if place.inner => Callee::Function,
            other => other,
        };
        let leaves_no_trio = matches!(callee, Callee::Queue | Callee::Start);
        let mut arm = |arm| self.plan(arm, place.one_of(true));
        let caught = task
            .caught
            .map(|(error, handler)| (can_be_caught(&callee, error), arm(handler)));
        let needed = (!place.answered).then(|| left(Text::Literal(0)));
        let caught_all = task.caught_all.map(arm).or(needed);
        let leads_on = |arm: Option<&Plan>| arm.is_some_and(Plan::leads_on);
        let others = leads_on(caught.as_ref().map(|(_, handler)| handler)) || leads_on(caught_all.as_ref());
        let needed = leaves_no_trio.then(|| left(Text::Literal(0)));
        let then = task.then.or(needed);
        Plan::Task(Box::new(Task {
            name,
            callee,
            caught,
            caught_all,
            then: then.map(|then| self.plan(then, place.one_of(others))),
            ..task
        }))
    }

    fn map(&mut self, map: Map, place: Place) -> Plan {
        let distributed = map.distributed.map(|distributed| Distributed {
            by_name: distributed.by_name && !place.undo && place.answered,
            ..distributed
        });
        Plan::Map(Box::new(Map {
            body: self.plan(map.body, place.inside()),
            behind: self.behind(map.behind, distributed.is_some() && !place.answered, place),
            distributed,
            ..map
        }))
    }

    fn behind(&mut self, behind: Behind, needs_an_answer: bool, place: Place) -> Behind {
        let needed = (place.undo || needs_an_answer).then(|| left(Text::Literal(0)));
        let mut caught = behind
            .caught
            .map(|handler| self.plan(handler, place.one_of(true)))
            .or(needed);
        let others = caught.as_ref().is_some_and(Plan::leads_on);
        let rest = self.plan(behind.rest, place.one_of(others));
        let before = place.before(&rest);
        let undo = behind.undo.filter(|_| before.undoable && before.may_fail_behind);
        let undo = undo.map(|undo| self.plan(undo, place.in_undo()));
        if undo.is_some() {
            caught = None;
        }
        Behind {
            as_step: behind.as_step && caught.is_none(),
            caught,
            undo,
            rest,
        }
    }
}

/// What stands where something else may not.
fn left(text: Text) -> Plan {
    Plan::Pass {
        value: Made::Of(Number::Literal(3), Maybe::None, text),
        ends: false,
    }
}

/// What a task can be caught failing with.
fn can_be_caught(callee: &Callee, error: Caught) -> Caught {
    match (callee, error) {
        (Callee::Run, _) => Caught::ExecutionFailed,
        (Callee::Queue | Callee::Start, _) => Caught::Timeout,
        (_, Caught::ExecutionFailed) => Caught::Declared(Error::Busy),
        (_, error) => error,
    }
}

impl Plan {
    /// Whether anything can follow it.
    fn leads_on(&self) -> bool {
        match self {
            Self::Pass { ends, .. } => !ends,
            Self::Fail { .. } => false,
            Self::Wait { rest, .. } | Self::Undoable { rest, .. } | Self::Then { rest, .. } => {
                rest.leads_on()
            }
            Self::Task(task) => {
                task.then.as_ref().is_none_or(Self::leads_on) || task.handlers().any(Self::leads_on)
            }
            Self::Choose { yes, no, .. } => yes.leads_on() || no.leads_on(),
            Self::IfSome { some, none, .. } => some.leads_on() || none.leads_on(),
            Self::Both { behind, .. } => behind.leads_on(),
            Self::Map(map) => map.behind.leads_on(),
            Self::Repeat { exhausted, then, .. } => exhausted.leads_on() || then.leads_on(),
            Self::Saga { body, handler } => body.leads_on() || handler.leads_on(),
        }
    }

    /// Whether an error may leave it, as far as its own level tells.
    fn may_fail(&self) -> bool {
        match self {
            Self::Pass { .. } => false,
            Self::Fail { .. } => true,
            Self::Wait { rest, .. } => rest.may_fail(),
            Self::Task(task) => {
                let arms = task.handlers().chain(&task.then);
                task.caught_all.is_none() || arms.into_iter().any(Self::may_fail)
            }
            Self::Choose { yes, no, .. } => yes.may_fail() || no.may_fail(),
            Self::IfSome { some, none, .. } => some.may_fail() || none.may_fail(),
            Self::Both { behind, .. } => behind.may_fail(),
            Self::Map(map) => {
                let by_name = map.distributed.as_ref().is_some_and(|map| map.by_name);
                by_name || map.behind.may_fail()
            }
            Self::Repeat {
                body,
                exhausted,
                then,
                ..
            } => body.may_fail() || exhausted.may_fail() || then.may_fail(),
            Self::Saga { handler, .. } => handler.may_fail(),
            Self::Undoable { step, rest, .. } => step.may_fail() || rest.may_fail(),
            Self::Then { first, rest } => first.may_fail() || rest.may_fail(),
        }
    }
}

impl Plan {
    /// Whether anything is to undo inside of it that its saga around would undo.
    fn has_undos(&self) -> bool {
        match self {
            Self::Undoable { .. } => true,
            Self::Pass { .. } | Self::Fail { .. } => false,
            Self::Wait { rest, .. } => rest.has_undos(),
            Self::Task(task) => {
                task.then.as_ref().is_some_and(Plan::has_undos) || task.handlers().any(Self::has_undos)
            }
            Self::Choose { yes, no, .. } => yes.has_undos() || no.has_undos(),
            Self::IfSome { some, none, .. } => some.has_undos() || none.has_undos(),
            Self::Both { behind, .. } => behind.has_undos(),
            Self::Map(map) => map.behind.has_undos(),
            Self::Repeat { exhausted, then, .. } => exhausted.has_undos() || then.has_undos(),
            Self::Saga { handler, .. } => handler.has_undos(),
            Self::Then { first, rest } => first.has_undos() || rest.has_undos(),
        }
    }
}

impl Task {
    fn handlers(&self) -> impl Iterator<Item = &Plan> {
        let caught = self.caught.as_ref().map(|(_, handler)| handler);
        caught.into_iter().chain(&self.caught_all)
    }
}

impl Behind {
    fn leads_on(&self) -> bool {
        self.rest.leads_on() || self.caught.as_ref().is_some_and(Plan::leads_on)
    }

    fn may_fail(&self) -> bool {
        let caught = self.caught.as_ref();
        self.rest.may_fail() || caught.is_none_or(Plan::may_fail)
    }

    fn has_undos(&self) -> bool {
        let caught = self.caught.as_ref();
        self.undo.is_some() || self.rest.has_undos() || caught.is_some_and(Plan::has_undos)
    }
}
