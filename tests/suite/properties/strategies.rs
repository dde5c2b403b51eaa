//! Strategies for random workflows.

use proptest::prelude::*;

use super::ast::{
    Ast, Behaviour, Callee, CaughtError, Continuation, Distributed, Error, FailureMode, Map, Task, Time,
};
use super::values::{condition, list, number, sample_term, text};
use super::well_formed::well_formed;

/// A workflow and the inner workflow that it runs, both well-formed.
#[derive(Debug, Clone)]
pub(crate) struct Workflows {
    pub(crate) whole: Ast,
    pub(crate) inner: Ast,
}

pub(crate) fn workflows() -> impl Strategy<Value = Workflows> {
    (ast(4, 32), ast(2, 6)).prop_map(|(whole, inner)| well_formed(whole, inner))
}

/// Small ones, of which many more can be tried.
pub(crate) fn small_workflows() -> impl Strategy<Value = Workflows> {
    let whole = prop_oneof![3 => ast(2, 8), 1 => guarded()];
    (whole, ast(1, 2)).prop_map(|(whole, inner)| well_formed(whole, inner))
}

/// Two branches whose outputs decide whether the workflow fails.
fn guarded() -> impl Strategy<Value = Ast> {
    let pass = || sample_term().prop_map(|value| Ast::Pass { value, ends: false });
    let branch = move || {
        (task(pass().boxed()), pass()).prop_map(|(mut branch, handler)| {
            if let Ast::Task(task) = &mut branch {
                task.caught_all.get_or_insert(handler);
            }
            branch
        })
    };
    let fail = || (error(), text()).prop_map(|(error, cause)| Ast::Fail { error, cause });
    (branch(), branch(), condition(), (fail(), fail()), pass()).prop_map(
        |(left, right, condition, (bad, broken), done)| Ast::Parallel {
            left: Box::new(left),
            right: Box::new(right),
            continuation: Box::new(Continuation {
                caught: Some(broken),
                undo: None,
                as_step: false,
                rest: Ast::Choose {
                    condition,
                    yes: Box::new(bad),
                    no: Box::new(done),
                },
            }),
        },
    )
}

fn ast(depth: u32, size: u32) -> impl Strategy<Value = Ast> {
    let leaf = prop_oneof![
        6 => (sample_term(), any::<bool>()).prop_map(|(value, ends)| Ast::Pass { value, ends }),
        1 => (error(), text()).prop_map(|(error, cause)| Ast::Fail { error, cause }),
    ];
    leaf.prop_recursive(depth, size, 3, |ast| {
        let ast = ast.boxed();
        let boxed = || ast.clone().prop_map(Box::new);
        prop_oneof![
            5 => task(ast.clone()),
            2 => (condition(), boxed(), boxed()).prop_map(|(condition, yes, no)| Ast::Choose {
                condition,
                yes,
                no
            }),
            1 => (any::<prop::sample::Index>(), boxed(), boxed())
                .prop_map(|(of, some, none)| Ast::IfSome { of, some, none }),
            1 => (time(), boxed()).prop_map(|(time, rest)| Ast::Wait { time, rest }),
            3 => (boxed(), boxed(), continuation(ast.clone())).prop_map(|(left, right, continuation)| Ast::Parallel {
                left,
                right,
                continuation: Box::new(continuation),
            }),
            3 => map(ast.clone()),
            2 => (1..4_u8, boxed(), condition(), boxed(), boxed()).prop_map(
                |(most, body, until, exhausted, then)| Ast::Repeat {
                    most,
                    body,
                    until,
                    exhausted,
                    then
                }
            ),
            4 => saga(&ast),
            2 => (boxed(), boxed()).prop_map(|(first, rest)| Ast::Then { first, rest }),
        ]
    })
}

/// Steps with compensations, most of them tasks, followed by a step that is likely to fail.
fn saga(ast: &BoxedStrategy<Ast>) -> BoxedStrategy<Ast> {
    let called = || prop_oneof![2 => task(ast.clone()), 1 => ast.clone()];
    let steps = proptest::collection::vec((called(), called(), 0..4_u8), 1..4);
    let last = (task(ast.clone()), 0..4_u8).prop_map(|(mut task, how)| {
        if let Ast::Task(task) = &mut task
            && how > 0
        {
            task.caught_all = None;
            if how > 1 {
                task.behaviour = Behaviour::Fails(FailureMode::Error(Error::Refused), 3);
            }
        }
        task
    });
    (steps, last, ast.clone())
        .prop_map(|(steps, last, handler)| {
            let body = steps.into_iter().rev().fold(last, |rest, (step, undo, undone)| {
                let (first, rest) = (Box::new(step), Box::new(rest));
                if undone == 0 {
                    return Ast::Then { first, rest };
                }
                Ast::Undoable {
                    in_doubt: undone == 1,
                    step: first,
                    undo: Box::new(undo),
                    rest,
                }
            });
            Ast::Saga {
                body: Box::new(body),
                handler: Box::new(handler),
            }
        })
        .boxed()
}

fn task(ast: BoxedStrategy<Ast>) -> impl Strategy<Value = Ast> {
    let optional = proptest::option::of(ast);
    let arms = (
        proptest::option::weighted(0.3, caught()),
        optional.clone(),
        optional.clone(),
        optional,
    );
    let policy = (0..3_u8, proptest::option::weighted(0.2, 0..3_u8));
    (callee(), sample_term(), behaviour(), policy, arms).prop_map(
        |(callee, input, behaviour, (retries, retries_if_refused), (name, caught, caught_all, then))| {
            Ast::Task(Box::new(Task {
                name: String::new(),
                callee,
                input,
                behaviour,
                retries,
                retries_if_refused,
                caught: name.zip(caught),
                caught_all,
                then,
            }))
        },
    )
}

fn callee() -> impl Strategy<Value = Callee> {
    prop_oneof![
        6 => Just(Callee::Function),
        1 => number().prop_map(Callee::Bounded),
        2 => proptest::option::of(number()).prop_map(Callee::Callback),
        1 => Just(Callee::Queue),
        1 => Just(Callee::Run),
        1 => Just(Callee::Start),
    ]
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let how = prop_oneof![2 => error().prop_map(FailureMode::Error), 1 => Just(FailureMode::NoAnswer)];
    prop_oneof![
        3 => (0..12_u8).prop_map(Behaviour::Succeeds),
        2 => (how, 1..4_u8).prop_map(|(how, times)| Behaviour::Fails(how, times)),
    ]
}

fn error() -> impl Strategy<Value = Error> {
    prop_oneof![Just(Error::Refused), Just(Error::Busy)]
}

fn caught() -> impl Strategy<Value = CaughtError> {
    prop_oneof![2 => error().prop_map(CaughtError::Declared), 1 => Just(CaughtError::Timeout), 1 => Just(CaughtError::ExecutionFailed)]
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        (0..200_u8).prop_map(Time::Literal),
        number().prop_map(Time::Computed)
    ]
}

fn continuation(ast: BoxedStrategy<Ast>) -> impl Strategy<Value = Continuation> {
    let optional = proptest::option::of(ast.clone());
    (optional.clone(), optional, any::<bool>(), ast).prop_map(|(caught, undo, as_step, rest)| Continuation {
        caught,
        undo,
        as_step,
        rest,
    })
}

fn map(ast: BoxedStrategy<Ast>) -> impl Strategy<Value = Ast> {
    let distributed = (
        proptest::option::of(sample_term()),
        proptest::option::of(1..3_u8),
        prop_oneof![2 => Just(0), 1 => 1..3_u8],
        any::<bool>(),
    )
        .prop_map(|(item_input, batch, tolerated, by_name)| Distributed {
            item_input,
            batch,
            tolerated,
            by_name,
        });
    (
        list(),
        any::<bool>(),
        proptest::option::of(distributed),
        ast.clone(),
        continuation(ast),
    )
        .prop_map(|(items, one_by_one, distributed, body, continuation)| {
            Ast::Map(Box::new(Map {
                items,
                one_by_one,
                distributed,
                body,
                continuation,
            }))
        })
}
