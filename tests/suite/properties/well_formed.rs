//! Normalisation: turns any random syntax tree into one that the language accepts.

use super::ast::{Ast, Callee, Caught, Continuation, Distributed, Error, Map, Task};
use super::strategies::Workflows;
use super::values::{Maybe, Number, Text, TrioTerm};

/// The context of a step.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
struct Context {
    /// No step follows on its level.
    last: bool,
    /// An enclosing saga handles all errors.
    handled: bool,
    /// It is part of a compensation, which must not fail.
    undo: bool,
    /// It may have a compensation: it is on the only path, and runs once.
    undoable: bool,
    /// A later step of its saga may fail.
    may_fail_later: bool,
    loops: u8,
    inner: bool,
}

struct Normaliser {
    tasks: u32,
}

/// The maximum nesting of loops: each level multiplies the length of the history.
const MAX_LOOPS: u8 = 2;

pub(crate) fn well_formed(whole: Ast, inner: Ast) -> Workflows {
    let mut normaliser = Normaliser { tasks: 0 };
    let context = |inner| Context {
        last: true,
        handled: false,
        undo: false,
        undoable: false,
        may_fail_later: false,
        loops: 0,
        inner,
    };
    Workflows {
        whole: normaliser.normalise(whole, context(false)),
        inner: normaliser.normalise(inner, context(true)),
    }
}

impl Context {
    fn not_last(self) -> Self {
        Self { last: false, ..self }
    }

    fn before(self, rest: &Ast) -> Self {
        Self {
            last: false,
            may_fail_later: self.may_fail_later || rest.may_fail(),
            ..self
        }
    }

    /// One of several alternatives.
    fn one_of(self, others_lead_on: bool) -> Self {
        Self {
            undoable: self.undoable && !others_lead_on,
            ..self
        }
    }

    /// Inside a branch or the body of a map.
    fn inside(self) -> Self {
        Self {
            last: true,
            undo: false,
            undoable: false,
            may_fail_later: false,
            ..self
        }
    }

    fn in_saga(self) -> Self {
        Self {
            handled: true,
            undo: false,
            undoable: true,
            may_fail_later: false,
            ..self
        }
    }

    fn in_undo(self) -> Self {
        Self {
            last: false,
            handled: false,
            undo: true,
            undoable: false,
            may_fail_later: false,
            ..self
        }
    }
}

impl Normaliser {
    fn normalise(&mut self, ast: Ast, context: Context) -> Ast {
        match ast {
            Ast::Pass { value, ends } => Ast::Pass {
                value,
                ends: ends && context.last,
            },
            Ast::Fail { because, .. } if context.undo => left(because),
            Ast::Fail { .. } => ast,
            Ast::Wait { time, rest } => Ast::Wait {
                time,
                rest: self.boxed(*rest, context),
            },
            Ast::Task(task) => self.task(*task, context),
            Ast::Choose { condition, yes, no } => {
                let (yes, no) = self.either(*yes, *no, context);
                Ast::Choose { condition, yes, no }
            }
            Ast::IfSome { of, some, none } => {
                let (some, none) = self.either(*some, *none, context);
                Ast::IfSome { of, some, none }
            }
            Ast::Both {
                left,
                right,
                continuation,
            } => Ast::Both {
                left: self.boxed(*left, context.inside()),
                right: self.boxed(*right, context.inside()),
                continuation: Box::new(self.continuation(*continuation, false, context)),
            },
            Ast::Map(map) => self.map(*map, context),
            Ast::Repeat {
                most,
                body,
                until,
                exhausted,
                then,
            } => {
                let around = Context {
                    loops: context.loops + 1,
                    undoable: false,
                    may_fail_later: false,
                    ..context.not_last()
                };
                let body = self.boxed(*body, around);
                if !body.leads_on() || around.loops > MAX_LOOPS {
                    return self.normalise(*then, context);
                }
                let (then, exhausted) = self.either(*then, *exhausted, context);
                Ast::Repeat {
                    most,
                    body,
                    until,
                    exhausted,
                    then,
                }
            }
            Ast::Saga { body, handler } => {
                let body = self.boxed(*body, context.in_saga());
                if !body.may_fail() {
                    return *body;
                }
                Ast::Saga {
                    body,
                    handler: self.boxed(*handler, context.one_of(true)),
                }
            }
            Ast::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            } => self.undoable(in_doubt, *step, *undo, *rest, context),
            Ast::Then { first, rest } => {
                let rest = self.boxed(*rest, context);
                let first = self.boxed(*first, context.before(&rest));
                if first.leads_on() {
                    Ast::Then { first, rest }
                } else {
                    *first
                }
            }
        }
    }

    fn boxed(&mut self, ast: Ast, context: Context) -> Box<Ast> {
        Box::new(self.normalise(ast, context))
    }

    /// Two alternatives, of which only the first may have compensations.
    fn either(&mut self, one: Ast, other: Ast, context: Context) -> (Box<Ast>, Box<Ast>) {
        let other = self.boxed(other, context.one_of(true));
        let one = self.boxed(one, context.one_of(other.leads_on()));
        (one, other)
    }

    fn undoable(&mut self, in_doubt: bool, step: Ast, undo: Ast, rest: Ast, context: Context) -> Ast {
        let rest = self.boxed(rest, context);
        let before = context.before(&rest);
        let step = self.boxed(step, before);
        if !step.leads_on() {
            return *step;
        }
        // The language rejects `compensate_begun` around a step with compensations of its own.
        let in_doubt = in_doubt && !step.has_undos();
        if before.undoable && (before.may_fail_later || in_doubt && step.may_fail()) {
            let undo = self.boxed(undo, context.in_undo());
            return Ast::Undoable {
                in_doubt,
                step,
                undo,
                rest,
            };
        }
        Ast::Then { first: step, rest }
    }

    fn task(&mut self, task: Task, context: Context) -> Ast {
        self.tasks += 1;
        let name = format!("Task{}", self.tasks);
        let callee = match task.callee {
            // The inner workflow would run itself.
            Callee::Run if context.inner => Callee::Function,
            other => other,
        };
        let leaves_no_trio = matches!(callee, Callee::Queue | Callee::Start);
        let mut arm = |arm| self.normalise(arm, context.one_of(true));
        let caught = task
            .caught
            .map(|(error, handler)| (can_be_caught(&callee, error), arm(handler)));
        let needed = (!context.handled).then(|| left(Text::Literal(0)));
        let caught_all = task.caught_all.map(arm).or(needed);
        let leads_on = |arm: Option<&Ast>| arm.is_some_and(Ast::leads_on);
        let others = leads_on(caught.as_ref().map(|(_, handler)| handler)) || leads_on(caught_all.as_ref());
        let needed = leaves_no_trio.then(|| left(Text::Literal(0)));
        let then = task.then.or(needed);
        Ast::Task(Box::new(Task {
            name,
            callee,
            caught,
            caught_all,
            then: then.map(|then| self.normalise(then, context.one_of(others))),
            ..task
        }))
    }

    fn map(&mut self, map: Map, context: Context) -> Ast {
        let distributed = map.distributed.map(|distributed| Distributed {
            by_name: distributed.by_name && !context.undo && context.handled,
            ..distributed
        });
        Ast::Map(Box::new(Map {
            body: self.normalise(map.body, context.inside()),
            continuation: self.continuation(
                map.continuation,
                distributed.is_some() && !context.handled,
                context,
            ),
            distributed,
            ..map
        }))
    }

    fn continuation(
        &mut self,
        continuation: Continuation,
        needs_handler: bool,
        context: Context,
    ) -> Continuation {
        let needed = (context.undo || needs_handler).then(|| left(Text::Literal(0)));
        let mut caught = continuation
            .caught
            .map(|handler| self.normalise(handler, context.one_of(true)))
            .or(needed);
        let others = caught.as_ref().is_some_and(Ast::leads_on);
        let rest = self.normalise(continuation.rest, context.one_of(others));
        let before = context.before(&rest);
        let undo = continuation
            .undo
            .filter(|_| before.undoable && before.may_fail_later);
        let undo = undo.map(|undo| self.normalise(undo, context.in_undo()));
        if undo.is_some() {
            caught = None;
        }
        Continuation {
            as_step: continuation.as_step && caught.is_none(),
            caught,
            undo,
            rest,
        }
    }
}

/// A pass state, where the language does not accept something else.
fn left(text: Text) -> Ast {
    Ast::Pass {
        value: TrioTerm::Of(Number::Literal(3), Maybe::None, text),
        ends: false,
    }
}

/// An error that a task with this callee can be caught failing with.
fn can_be_caught(callee: &Callee, error: Caught) -> Caught {
    match (callee, error) {
        (Callee::Run, _) => Caught::ExecutionFailed,
        (Callee::Queue | Callee::Start, _) => Caught::Timeout,
        (_, Caught::ExecutionFailed) => Caught::Declared(Error::Busy),
        (_, error) => error,
    }
}

impl Ast {
    /// Whether a step can follow it.
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
            Self::Both { continuation, .. } => continuation.leads_on(),
            Self::Map(map) => map.continuation.leads_on(),
            Self::Repeat { exhausted, then, .. } => exhausted.leads_on() || then.leads_on(),
            Self::Saga { body, handler } => body.leads_on() || handler.leads_on(),
        }
    }

    /// Whether it may fail, judged by its own level.
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
            Self::Both { continuation, .. } => continuation.may_fail(),
            Self::Map(map) => {
                let by_name = map.distributed.as_ref().is_some_and(|map| map.by_name);
                by_name || map.continuation.may_fail()
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

impl Ast {
    /// Whether the enclosing saga has compensations for steps inside of it.
    fn has_undos(&self) -> bool {
        match self {
            Self::Undoable { .. } => true,
            Self::Pass { .. } | Self::Fail { .. } => false,
            Self::Wait { rest, .. } => rest.has_undos(),
            Self::Task(task) => {
                task.then.as_ref().is_some_and(Ast::has_undos) || task.handlers().any(Self::has_undos)
            }
            Self::Choose { yes, no, .. } => yes.has_undos() || no.has_undos(),
            Self::IfSome { some, none, .. } => some.has_undos() || none.has_undos(),
            Self::Both { continuation, .. } => continuation.has_undos(),
            Self::Map(map) => map.continuation.has_undos(),
            Self::Repeat { exhausted, then, .. } => exhausted.has_undos() || then.has_undos(),
            Self::Saga { handler, .. } => handler.has_undos(),
            Self::Then { first, rest } => first.has_undos() || rest.has_undos(),
        }
    }
}

impl Task {
    fn handlers(&self) -> impl Iterator<Item = &Ast> {
        let caught = self.caught.as_ref().map(|(_, handler)| handler);
        caught.into_iter().chain(&self.caught_all)
    }
}

impl Continuation {
    fn leads_on(&self) -> bool {
        self.rest.leads_on() || self.caught.as_ref().is_some_and(Ast::leads_on)
    }

    fn may_fail(&self) -> bool {
        let caught = self.caught.as_ref();
        self.rest.may_fail() || caught.is_none_or(Ast::may_fail)
    }

    fn has_undos(&self) -> bool {
        let caught = self.caught.as_ref();
        self.undo.is_some() || self.rest.has_undos() || caught.is_some_and(Ast::has_undos)
    }
}
