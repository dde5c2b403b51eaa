//! Random workflows, built, emitted and run, against what they mean.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use asl::{
    Expr, Feeds, Function, IntoStep, Payload, Step, TaskError, choose, literal, none, parallel, pass, task,
    workflow,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::virtual_time::VirtualTime;
use simulator::{EpochMillis, Kind, Machine, StateMachines, TaskCall, TaskFailure, runner};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Payload)]
struct Pair {
    number: u32,
    maybe: Option<u32>,
}

#[derive(Debug, TaskError)]
enum Never {}

/// Returns what it is given.
enum Echo {}

impl Function for Echo {
    const NAME: &'static str = "Echo";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = Pair;
    type Output = Pair;
    type Error = Never;
}

enum Whole {}

impl Function for Whole {
    const NAME: &'static str = "Whole";
    const TIMEOUT: Duration = Duration::from_hours(24);
    type Input = Pair;
    type Output = Pair;
    type Error = Never;
}

/// A workflow, as it is both built and understood.
#[derive(Debug, Clone)]
enum Plan {
    Pass(Pairing),
    Task {
        input: Pairing,
        fails: bool,
        caught: Box<Plan>,
        then: Option<Box<Plan>>,
    },
    Choose {
        condition: Condition,
        yes: Box<Plan>,
        no: Box<Plan>,
    },
    Both {
        left: Box<Plan>,
        right: Box<Plan>,
        rest: Box<Plan>,
    },
    Then {
        first: Box<Plan>,
        rest: Box<Plan>,
    },
}

/// A pair: one that is bound already, or one made of parts of such.
#[derive(Debug, Clone)]
enum Pairing {
    Bound(Index),
    Made { number: Number, maybe: Maybe },
}

#[derive(Debug, Clone)]
enum Number {
    Literal(u8),
    Of(Index),
    Sum(Index, u8),
    OrElse(Index, Index),
}

#[derive(Debug, Clone)]
enum Maybe {
    None,
    Some(u8),
    Of(Index),
}

#[derive(Debug, Clone)]
enum Condition {
    Is(Index, u8),
    IsPresent(Index),
    Less(Index, Index),
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        (0..4_u8).prop_map(Number::Literal),
        any::<Index>().prop_map(Number::Of),
        (any::<Index>(), 0..4_u8).prop_map(|(of, more)| Number::Sum(of, more)),
        any::<(Index, Index)>().prop_map(|(maybe, other)| Number::OrElse(maybe, other)),
    ]
}

fn maybe() -> impl Strategy<Value = Maybe> {
    prop_oneof![
        Just(Maybe::None),
        (0..4_u8).prop_map(Maybe::Some),
        any::<Index>().prop_map(Maybe::Of)
    ]
}

fn pairing() -> impl Strategy<Value = Pairing> {
    prop_oneof![
        any::<Index>().prop_map(Pairing::Bound),
        (number(), maybe()).prop_map(|(number, maybe)| Pairing::Made { number, maybe }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (any::<Index>(), 0..4_u8).prop_map(|(of, value)| Condition::Is(of, value)),
        any::<Index>().prop_map(Condition::IsPresent),
        any::<(Index, Index)>().prop_map(|(left, right)| Condition::Less(left, right)),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    pairing().prop_map(Plan::Pass).prop_recursive(5, 40, 3, |plan| {
        let boxed = || plan.clone().prop_map(Box::new);
        prop_oneof![
            (pairing(), any::<bool>(), boxed(), proptest::option::of(boxed())).prop_map(
                |(input, fails, caught, then)| Plan::Task {
                    input,
                    fails,
                    caught,
                    then
                }
            ),
            (condition(), boxed(), boxed()).prop_map(|(condition, yes, no)| Plan::Choose {
                condition,
                yes,
                no
            }),
            (boxed(), boxed(), boxed()).prop_map(|(left, right, rest)| Plan::Both { left, right, rest }),
            (boxed(), boxed()).prop_map(|(first, rest)| Plan::Then { first, rest }),
        ]
    })
}

/// What a plan means, given what is bound.
fn meaning(plan: &Plan, bound: &[Pair]) -> Pair {
    let with = |more: &[Pair]| [bound, more].concat();
    match plan {
        Plan::Pass(value) => pair(value, bound),
        Plan::Task {
            fails: true, caught, ..
        } => meaning(caught, bound),
        Plan::Task {
            input, then: None, ..
        } => pair(input, bound),
        Plan::Task {
            input,
            then: Some(then),
            ..
        } => meaning(then, &with(&[pair(input, bound)])),
        Plan::Choose { condition, yes, no } => {
            let holds = match condition {
                Condition::Is(of, value) => of.get(bound).number == u32::from(*value),
                Condition::IsPresent(of) => of.get(bound).maybe.is_some(),
                Condition::Less(left, right) => left.get(bound).number < right.get(bound).number,
            };
            meaning(if holds { yes } else { no }, bound)
        }
        Plan::Both { left, right, rest } => {
            let ends = [meaning(left, bound), meaning(right, bound)];
            meaning(rest, &with(&ends))
        }
        Plan::Then { first, rest } => meaning(rest, &with(&[meaning(first, bound)])),
    }
}

fn pair(value: &Pairing, bound: &[Pair]) -> Pair {
    match value {
        Pairing::Bound(of) => *of.get(bound),
        Pairing::Made { number, maybe } => Pair {
            number: match number {
                Number::Literal(value) => u32::from(*value),
                Number::Of(of) => of.get(bound).number,
                Number::Sum(of, more) => of.get(bound).number + u32::from(*more),
                Number::OrElse(maybe, other) => maybe.get(bound).maybe.unwrap_or(other.get(bound).number),
            },
            maybe: match maybe {
                Maybe::None => None,
                Maybe::Some(value) => Some(u32::from(*value)),
                Maybe::Of(of) => of.get(bound).maybe,
            },
        },
    }
}

/// Names states, and remembers which of them are to fail.
#[derive(Default)]
struct Names {
    next: Cell<u32>,
    failing: RefCell<Vec<String>>,
}

impl Names {
    fn next(&self, kind: &str) -> String {
        self.next.set(self.next.get() + 1);
        format!("{kind}{}", self.next.get())
    }
}

/// The plan in the language.
fn build(plan: &Plan, bound: &[Expr<'_, Pair>], names: &Names) -> Step<Pair> {
    match plan {
        Plan::Pass(value) => pass(&names.next("Pass"), expression(value, bound)),
        Plan::Task {
            input,
            fails,
            caught,
            then,
        } => {
            let name = names.next("Task");
            if *fails {
                names.failing.borrow_mut().push(name.clone());
            }
            let task = task::<Echo>(expression(input, bound))
                .named(&name)
                .catch_all(|_| build(caught, bound, names));
            match then {
                None => task.into_step(),
                Some(then) => task.then(|output| build(then, &with(bound, &[output]), names)),
            }
        }
        Plan::Choose { condition, yes, no } => {
            let condition = match condition {
                Condition::Is(of, value) => of.get(bound).number.is(u32::from(*value)),
                Condition::IsPresent(of) => of.get(bound).maybe.is_present(),
                Condition::Less(left, right) => left.get(bound).number.is_less_than(right.get(bound).number),
            };
            let name = names.next("Choice");
            choose(&name)
                .when(condition, build(yes, bound, names))
                .otherwise(build(no, bound, names))
        }
        Plan::Both { left, right, rest } => {
            let name = names.next("Both");
            parallel(&name, (build(left, bound, names), build(right, bound, names)))
                .then(|(left, right)| build(rest, &with(bound, &[left, right]), names))
        }
        Plan::Then { first, rest } => {
            build(first, bound, names).then(|value| build(rest, &with(bound, &[value]), names))
        }
    }
}

fn with<'s>(bound: &[Expr<'s, Pair>], more: &[Expr<'s, Pair>]) -> Vec<Expr<'s, Pair>> {
    [bound, more].concat()
}

fn expression<'s>(value: &Pairing, bound: &[Expr<'s, Pair>]) -> Expr<'s, Pair> {
    match value {
        Pairing::Bound(of) => *of.get(bound),
        Pairing::Made { number, maybe } => PairExpr {
            number: match number {
                Number::Literal(value) => literal(u32::from(*value)),
                Number::Of(of) => of.get(bound).number,
                Number::Sum(of, more) => of.get(bound).number + literal(u32::from(*more)),
                Number::OrElse(maybe, other) => maybe.get(bound).maybe.unwrap_or(other.get(bound).number),
            },
            maybe: match maybe {
                Maybe::None => none(),
                Maybe::Some(value) => literal(u32::from(*value)).some(),
                Maybe::Of(of) => of.get(bound).maybe,
            },
        }
        .into_expr(),
    }
}

/// Builds, emits, parses and runs the plan.
fn run(plan: &Plan, input: Value) -> Value {
    let names = Names::default();
    let machine = workflow::<Whole, _>(|input| build(plan, &[input], &names))
        .build()
        .unwrap();
    let json = machine.to_json().unwrap().replace("${EchoFunctionArn}", "Echo");
    let mut service = StateMachines::new(1);
    let parsed = Machine::from_json(&json).unwrap_or_else(|problem| panic!("{problem}\n{json}"));
    service.register("Whole", Kind::Standard, parsed);
    let failing = names.failing.into_inner();
    let echo = runner::from_fn(async |call: TaskCall| {
        if failing.iter().any(|state| *state == *call.state) {
            Err(TaskFailure::of_function("Broken", "told to"))
        } else {
            Ok(call.payload().clone())
        }
    });
    let mut time = VirtualTime::new(service, EpochMillis::new(0), echo);
    let arn = time.handle().start_execution("Whole", "one", input).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(time.run_to_end());
    let status = time.handle().describe(&arn).unwrap().status;
    status
        .output()
        .cloned()
        .unwrap_or_else(|| panic!("{status:?}\n{json}"))
}

proptest! {
    #[test]
    fn whatever_is_built_runs_as_it_was_meant(plan in plan(), number in 0..4_u32, maybe in proptest::option::of(0..4_u32)) {
        let mut input = json!({"number": number});
        if let Some(maybe) = maybe {
            input["maybe"] = json!(maybe);
        }

        let output: Pair = serde_json::from_value(run(&plan, input)).unwrap();

        prop_assert_eq!(output, meaning(&plan, &[Pair { number, maybe }]));
    }
}
