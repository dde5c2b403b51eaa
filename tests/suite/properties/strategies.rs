//! Plans at random.

use proptest::prelude::*;

use super::fit::fit;
use super::plan::{Behaviour, Behind, Callee, Caught, Distributed, Error, How, Map, Plan, Task, Time};
use super::values::{condition, list, made, number, text};

/// A workflow and the one that it runs, both such as the language takes.
#[derive(Debug, Clone)]
pub(crate) struct Plans {
    pub(crate) whole: Plan,
    pub(crate) inner: Plan,
}

pub(crate) fn plans() -> impl Strategy<Value = Plans> {
    (plan(4, 32), plan(2, 6)).prop_map(|(whole, inner)| fit(whole, inner))
}

fn plan(depth: u32, size: u32) -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        6 => (made(), any::<bool>()).prop_map(|(value, ends)| Plan::Pass { value, ends }),
        1 => (error(), text()).prop_map(|(error, because)| Plan::Fail { error, because }),
    ];
    leaf.prop_recursive(depth, size, 3, |plan| {
        let plan = plan.boxed();
        let boxed = || plan.clone().prop_map(Box::new);
        prop_oneof![
            5 => task(plan.clone()),
            2 => (condition(), boxed(), boxed()).prop_map(|(condition, yes, no)| Plan::Choose {
                condition,
                yes,
                no
            }),
            1 => (any::<prop::sample::Index>(), boxed(), boxed())
                .prop_map(|(of, some, none)| Plan::IfSome { of, some, none }),
            1 => (time(), boxed()).prop_map(|(time, rest)| Plan::Wait { time, rest }),
            3 => (boxed(), boxed(), behind(plan.clone())).prop_map(|(left, right, behind)| Plan::Both {
                left,
                right,
                behind: Box::new(behind),
            }),
            3 => map(plan.clone()),
            2 => (1..4_u8, boxed(), condition(), boxed(), boxed()).prop_map(
                |(most, body, until, exhausted, then)| Plan::Repeat {
                    most,
                    body,
                    until,
                    exhausted,
                    then
                }
            ),
            4 => saga(&plan),
            2 => (boxed(), boxed()).prop_map(|(first, rest)| Plan::Then { first, rest }),
        ]
    })
}

/// Steps with undos, most of which call something, and behind them something that may well fail.
fn saga(plan: &BoxedStrategy<Plan>) -> BoxedStrategy<Plan> {
    let called = || prop_oneof![2 => task(plan.clone()), 1 => plan.clone()];
    let steps = proptest::collection::vec((called(), called(), 0..4_u8), 1..4);
    let last = (task(plan.clone()), 0..4_u8).prop_map(|(mut task, how)| {
        if let Plan::Task(task) = &mut task
            && how > 0
        {
            task.caught_all = None;
            if how > 1 {
                task.behaviour = Behaviour::Fails(How::With(Error::Refused), 3);
            }
        }
        task
    });
    (steps, last, plan.clone())
        .prop_map(|(steps, last, handler)| {
            let body = steps.into_iter().rev().fold(last, |rest, (step, undo, undone)| {
                let (first, rest) = (Box::new(step), Box::new(rest));
                if undone == 0 {
                    return Plan::Then { first, rest };
                }
                Plan::Undoable {
                    in_doubt: undone == 1,
                    step: first,
                    undo: Box::new(undo),
                    rest,
                }
            });
            Plan::Saga {
                body: Box::new(body),
                handler: Box::new(handler),
            }
        })
        .boxed()
}

fn task(plan: BoxedStrategy<Plan>) -> impl Strategy<Value = Plan> {
    let maybe = proptest::option::of(plan);
    let arms = (
        proptest::option::weighted(0.3, caught()),
        maybe.clone(),
        maybe.clone(),
        maybe,
    );
    let policy = (0..3_u8, proptest::option::weighted(0.2, 0..3_u8));
    (callee(), made(), behaviour(), policy, arms).prop_map(
        |(callee, input, behaviour, (retries, retries_if_refused), (name, caught, caught_all, then))| {
            Plan::Task(Box::new(Task {
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
    let how = prop_oneof![2 => error().prop_map(How::With), 1 => Just(How::Silently)];
    prop_oneof![
        3 => (0..12_u8).prop_map(Behaviour::Works),
        2 => (how, 1..4_u8).prop_map(|(how, times)| Behaviour::Fails(how, times)),
    ]
}

fn error() -> impl Strategy<Value = Error> {
    prop_oneof![Just(Error::Refused), Just(Error::Busy)]
}

fn caught() -> impl Strategy<Value = Caught> {
    prop_oneof![2 => error().prop_map(Caught::Declared), 1 => Just(Caught::Timeout), 1 => Just(Caught::ExecutionFailed)]
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![(0..200_u8).prop_map(Time::Known), number().prop_map(Time::From)]
}

fn behind(plan: BoxedStrategy<Plan>) -> impl Strategy<Value = Behind> {
    let maybe = proptest::option::of(plan.clone());
    (maybe.clone(), maybe, any::<bool>(), plan).prop_map(|(caught, undo, as_step, rest)| Behind {
        caught,
        undo,
        as_step,
        rest,
    })
}

fn map(plan: BoxedStrategy<Plan>) -> impl Strategy<Value = Plan> {
    let distributed = (
        proptest::option::of(made()),
        proptest::option::of(1..3_u8),
        prop_oneof![2 => Just(0), 1 => 1..3_u8],
        any::<bool>(),
    )
        .prop_map(|(handed, batch, tolerated, by_name)| Distributed {
            handed,
            batch,
            tolerated,
            by_name,
        });
    (
        list(),
        any::<bool>(),
        proptest::option::of(distributed),
        plan.clone(),
        behind(plan),
    )
        .prop_map(|(items, one_by_one, distributed, body, behind)| {
            Plan::Map(Box::new(Map {
                items,
                one_by_one,
                distributed,
                body,
                behind,
            }))
        })
}
