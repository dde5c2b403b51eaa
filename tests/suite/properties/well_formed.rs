//! Normalisation: turns any random syntax tree into one that the language accepts.

use super::ast::{Ast, Callee, CaughtError, Continuation, Distributed, Error, Map, Task};
use super::strategies::Workflows;
use super::values::{Number, Optional, SampleTerm, Text};

/// The context of a step.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
struct Context {
    /// No step follows on its level.
    last: bool,
    /// An enclosing saga handles all errors.
    handled: bool,
    /// It is part of a compensation, which must not fail.
    in_compensation: bool,
    /// It may have a compensation: it is on the only path, and runs once.
    can_compensate: bool,
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
        in_compensation: false,
        can_compensate: false,
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
    fn alternative(self, others_continue: bool) -> Self {
        Self {
            can_compensate: self.can_compensate && !others_continue,
            ..self
        }
    }

    /// Inside a branch or the body of a map.
    fn inside(self) -> Self {
        Self {
            last: true,
            in_compensation: false,
            can_compensate: false,
            may_fail_later: false,
            ..self
        }
    }

    fn in_saga(self) -> Self {
        Self {
            handled: true,
            in_compensation: false,
            can_compensate: true,
            may_fail_later: false,
            ..self
        }
    }

    fn in_compensation(self) -> Self {
        Self {
            last: false,
            handled: false,
            in_compensation: true,
            can_compensate: false,
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
            Ast::Fail { cause, .. } if context.in_compensation => fallback_pass(cause),
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
            Ast::Parallel {
                left,
                right,
                continuation,
            } => Ast::Parallel {
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
                    can_compensate: false,
                    may_fail_later: false,
                    ..context.not_last()
                };
                let body = self.boxed(*body, around);
                if !body.continues() || around.loops > MAX_LOOPS {
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
                    handler: self.boxed(*handler, context.alternative(true)),
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
                if first.continues() {
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
        let other = self.boxed(other, context.alternative(true));
        let one = self.boxed(one, context.alternative(other.continues()));
        (one, other)
    }

    fn undoable(&mut self, in_doubt: bool, step: Ast, undo: Ast, rest: Ast, context: Context) -> Ast {
        let rest = self.boxed(rest, context);
        let before = context.before(&rest);
        let step = self.boxed(step, before);
        if !step.continues() {
            return *step;
        }
        // The language rejects `compensate_begun` around a step with compensations of its own.
        let in_doubt = in_doubt && !step.has_compensations();
        if before.can_compensate && (before.may_fail_later || in_doubt && step.may_fail()) {
            let undo = self.boxed(undo, context.in_compensation());
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
        let has_no_output = matches!(callee, Callee::Queue | Callee::Start);
        let mut arm = |arm| self.normalise(arm, context.alternative(true));
        let caught = task
            .caught
            .map(|(error, handler)| (can_be_caught(&callee, error), arm(handler)));
        let needed = (!context.handled).then(|| fallback_pass(Text::Literal(0)));
        let caught_all = task.caught_all.map(arm).or(needed);
        let continues = |arm: Option<&Ast>| arm.is_some_and(Ast::continues);
        let others = continues(caught.as_ref().map(|(_, handler)| handler)) || continues(caught_all.as_ref());
        let needed = has_no_output.then(|| fallback_pass(Text::Literal(0)));
        let then = task.then.or(needed);
        Ast::Task(Box::new(Task {
            name,
            callee,
            caught,
            caught_all,
            then: then.map(|then| self.normalise(then, context.alternative(others))),
            ..task
        }))
    }

    fn map(&mut self, map: Map, context: Context) -> Ast {
        let distributed = map.distributed.map(|distributed| Distributed {
            by_name: distributed.by_name && !context.in_compensation && context.handled,
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
        let needed = (context.in_compensation || needs_handler).then(|| fallback_pass(Text::Literal(0)));
        let mut caught = continuation
            .caught
            .map(|handler| self.normalise(handler, context.alternative(true)))
            .or(needed);
        let others = caught.as_ref().is_some_and(Ast::continues);
        let rest = self.normalise(continuation.rest, context.alternative(others));
        let before = context.before(&rest);
        let undo = continuation
            .undo
            .filter(|_| before.can_compensate && before.may_fail_later);
        let undo = undo.map(|undo| self.normalise(undo, context.in_compensation()));
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
fn fallback_pass(text: Text) -> Ast {
    Ast::Pass {
        value: SampleTerm::Of(Number::Literal(3), Optional::None, text),
        ends: false,
    }
}

/// An error that a task with this callee can be caught failing with.
fn can_be_caught(callee: &Callee, error: CaughtError) -> CaughtError {
    match (callee, error) {
        (Callee::Run, _) => CaughtError::ExecutionFailed,
        (Callee::Queue | Callee::Start, _) => CaughtError::Timeout,
        (_, CaughtError::ExecutionFailed) => CaughtError::Declared(Error::Busy),
        (_, error) => error,
    }
}

impl Ast {
    /// Whether a step can follow it.
    fn continues(&self) -> bool {
        match self {
            Self::Pass { ends, .. } => !ends,
            Self::Fail { .. } => false,
            Self::Wait { rest, .. } | Self::Undoable { rest, .. } | Self::Then { rest, .. } => {
                rest.continues()
            }
            Self::Task(task) => {
                task.then.as_ref().is_none_or(Self::continues) || task.handlers().any(Self::continues)
            }
            Self::Choose { yes, no, .. } => yes.continues() || no.continues(),
            Self::IfSome { some, none, .. } => some.continues() || none.continues(),
            Self::Parallel { continuation, .. } => continuation.continues(),
            Self::Map(map) => map.continuation.continues(),
            Self::Repeat { exhausted, then, .. } => exhausted.continues() || then.continues(),
            Self::Saga { body, handler } => body.continues() || handler.continues(),
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
            Self::Parallel { continuation, .. } => continuation.may_fail(),
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
    fn has_compensations(&self) -> bool {
        match self {
            Self::Undoable { .. } => true,
            Self::Pass { .. } | Self::Fail { .. } => false,
            Self::Wait { rest, .. } => rest.has_compensations(),
            Self::Task(task) => {
                task.then.as_ref().is_some_and(Ast::has_compensations)
                    || task.handlers().any(Self::has_compensations)
            }
            Self::Choose { yes, no, .. } => yes.has_compensations() || no.has_compensations(),
            Self::IfSome { some, none, .. } => some.has_compensations() || none.has_compensations(),
            Self::Parallel { continuation, .. } => continuation.has_compensations(),
            Self::Map(map) => map.continuation.has_compensations(),
            Self::Repeat { exhausted, then, .. } => exhausted.has_compensations() || then.has_compensations(),
            Self::Saga { handler, .. } => handler.has_compensations(),
            Self::Then { first, rest } => first.has_compensations() || rest.has_compensations(),
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
    fn continues(&self) -> bool {
        self.rest.continues() || self.caught.as_ref().is_some_and(Ast::continues)
    }

    fn may_fail(&self) -> bool {
        let caught = self.caught.as_ref();
        self.rest.may_fail() || caught.is_none_or(Ast::may_fail)
    }

    fn has_compensations(&self) -> bool {
        let caught = self.caught.as_ref();
        self.undo.is_some() || self.rest.has_compensations() || caught.is_some_and(Ast::has_compensations)
    }
}
