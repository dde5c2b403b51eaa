//! Typed expressions, emitted as JSONata and evaluated by the simulator.

use std::time::Duration;

use asl::{
    Expr, Function, HashAlgorithm, Payload, Step, TaskError, Timestamp, hash, literal, none, parse,
    partition, pass, range,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simulator::{Execution, Machine, Start};

#[derive(Serialize, Deserialize, Payload)]
struct Order {
    id: String,
    prices: Vec<f64>,
    lines: Vec<Line>,
    count: u32,
    note: Option<String>,
    placed_at: Timestamp,
    raw: String,
}

#[derive(Serialize, Deserialize, Payload)]
struct Line {
    sku: String,
    amount: u32,
    weight: f64,
}

/// A value of any type, so that every expression can be an output.
#[derive(Serialize, Deserialize, Payload)]
struct Answer {
    value: Value,
}

#[derive(Debug, TaskError)]
enum Never {}

enum Evaluate {}

impl Function for Evaluate {
    const NAME: &'static str = "Evaluate";
    const TIMEOUT: Duration = Duration::from_secs(5);
    type Input = Order;
    type Output = Answer;
    type Error = Never;
}

fn order() -> Value {
    json!({
        "id": "order-7",
        "prices": [1.5, 2.5],
        "lines": [{"sku": "a", "amount": 1, "weight": 0.5}, {"sku": "b", "amount": 20, "weight": 2}],
        "count": 7,
        "placed_at": "2026-01-01T12:00:00.25Z",
        "raw": "{\"sku\": \"c\", \"amount\": 3, \"weight\": 1}",
    })
}

/// Evaluates an expression as the output of a machine that is emitted, parsed and run.
fn evaluate<T>(expression: impl for<'s> FnOnce(Expr<'s, Order>) -> Expr<'s, T>) -> Value {
    let machine = Evaluate::define(|order| -> Step<Answer> {
        pass(
            "Answer",
            AnswerFields {
                value: expression(order).untyped(),
            },
        )
    })
    .build()
    .unwrap()
    .to_json()
    .unwrap();
    assert!(
        !machine.contains("${"),
        "CloudFormation would substitute: {machine}"
    );
    let execution = Execution::start(Machine::from_json(&machine).unwrap(), Start::new("one", order()));
    let output = execution
        .status()
        .output()
        .unwrap_or_else(|| panic!("{:?}\n{machine}", execution.status()));
    output["value"].clone()
}

#[test]
fn numbers_are_calculated_and_compared() {
    assert_eq!(evaluate(|order| order.count + literal(3) * literal(2)), json!(13));
    assert_eq!(
        evaluate(|order| (order.count - literal(1)) % literal(4)),
        json!(2)
    );
    assert_eq!(evaluate(|order| order.prices.sum() / literal(2.0)), json!(2));
    assert_eq!(
        evaluate(|order| order.count.ge(literal(7)).and(order.count.lt(literal(8)))),
        json!(true)
    );
    assert_eq!(
        evaluate(|order| order.count.gt(literal(7)).or(order.count.le(literal(6)))),
        json!(false)
    );
}

#[test]
fn strings_are_concatenated_and_searched() {
    assert_eq!(
        evaluate(|order| order.id.concat(literal("!".to_owned()))),
        json!("order-7!")
    );
    assert_eq!(evaluate(|order| order.id.starts_with("order-")), json!(true));
    assert_eq!(evaluate(|order| order.id.contains("8").not()), json!(true));
    assert_eq!(evaluate(|order| order.id.to_uppercase().length()), json!(7));
}

#[test]
fn arrays_are_mapped_and_filtered_and_stay_arrays() {
    assert_eq!(
        evaluate(|order| order.lines.map(|line| line.amount * order.count)),
        json!([7, 140])
    );
    assert_eq!(evaluate(|order| order.lines.length()), json!(2));
    let shrink: [(u32, Value); 3] = [(1, json!(["a", "b"])), (2, json!(["b"])), (100, json!([]))];
    for (least, expected) in shrink {
        let skus = evaluate(|order| {
            order
                .lines
                .filter(|line| line.amount.ge(literal(least)))
                .map(|line| line.sku)
        });
        assert_eq!(skus, expected);
    }
    assert_eq!(
        evaluate(|order| order.lines.map(|line| line.sku).includes("b".to_owned())),
        json!(true)
    );
    assert_eq!(
        evaluate(|order| order.lines.filter(|line| line.sku.eq("z".to_owned())).is_empty()),
        json!(true)
    );
}

#[test]
fn an_array_item_is_read_by_its_index() {
    assert_eq!(evaluate(|order| order.prices.get(literal(1))), json!(2.5));
    assert_eq!(evaluate(|order| order.prices.get(literal(2))), json!(null));
    assert_eq!(
        evaluate(|order| order
            .lines
            .get(order.lines.length() - literal(1))
            .map_some(|line| line.sku)),
        json!("b")
    );
}

#[test]
fn nested_maps_have_separate_items() {
    let nested = evaluate(|order| {
        order
            .lines
            .map(|line| order.prices.map(|price| price * line.weight).sum())
    });

    assert_eq!(nested, json!([2, 8]));
}

#[test]
fn an_absent_option_is_null_and_can_have_a_default() {
    assert_eq!(evaluate(|order| order.note), json!(null));
    assert_eq!(evaluate(|order| order.note.is_some()), json!(false));
    assert_eq!(evaluate(|order| order.note.unwrap_or(order.id)), json!("order-7"));
    assert_eq!(evaluate(|_| none::<String>()), json!(null));
}

#[test]
fn timestamps_are_compared_as_times() {
    let noon = || literal("2026-01-01T12:00:00Z".parse::<Timestamp>().unwrap());

    assert_eq!(evaluate(|order| order.placed_at.is_after(noon())), json!(true));
    assert_eq!(
        evaluate(|order| order.placed_at.is_before(noon().plus_seconds(literal(1)))),
        json!(true)
    );
    assert_eq!(
        evaluate(|_| noon().plus_seconds(literal(60))),
        json!("2026-01-01T12:01:00.000Z")
    );
}

#[test]
fn the_jsonata_functions_of_aws_are_available() {
    assert_eq!(
        evaluate(|order| hash(order.id, HashAlgorithm::Sha256))
            .as_str()
            .unwrap()
            .len(),
        64
    );
    assert_eq!(
        evaluate(|_| range(literal(0), literal(6), literal(2))),
        json!([0, 2, 4, 6])
    );
    assert_eq!(
        evaluate(|order| partition(order.prices, literal(1))),
        json!([[1.5], [2.5]])
    );
    assert_eq!(
        evaluate(|_| range(literal(5), literal(5), literal(1))),
        json!([5])
    );
    assert_eq!(evaluate(|_| range(literal(5), literal(1), literal(1))), json!([]));
    assert_eq!(
        evaluate(|order| partition(order.prices, literal(9))),
        json!([[1.5, 2.5]])
    );
    assert_eq!(
        evaluate(|_| partition(literal(Vec::<f64>::new()), literal(2))),
        json!([])
    );
    assert_eq!(evaluate(|order| parse::<Line>(order.raw).amount), json!(3));
    assert_eq!(evaluate(|_| asl::uuid()).as_str().unwrap().len(), 36);
    assert!(
        evaluate(|_| asl::now())
            .as_str()
            .unwrap()
            .parse::<Timestamp>()
            .is_ok()
    );
}

fn pairs(order: Expr<'_, Order>) -> Expr<'_, Vec<Vec<f64>>> {
    partition(order.prices, literal(2))
}

#[test]
fn a_list_of_one_item_stays_a_list() {
    assert_eq!(
        evaluate(|order| pairs(order).map(|pair| pair)),
        json!([[1.5, 2.5]])
    );
    assert_eq!(
        evaluate(|order| pairs(order).filter(|pair| pair.length().eq(2))),
        json!([[1.5, 2.5]])
    );
    assert_eq!(
        evaluate(|order| pairs(order).filter(|pair| pair.length().eq(3))),
        json!([])
    );
    assert_eq!(
        evaluate(|_| range(literal(1), literal(1), literal(1))),
        json!([1])
    );
    assert_eq!(evaluate(|_| range(literal(1), literal(0), literal(1))), json!([]));
}

#[test]
fn the_context_object_describes_the_execution() {
    assert_eq!(evaluate(|_| asl::execution_name()), json!("one"));
    assert_eq!(evaluate(|_| asl::retry_count()), json!(0));
    assert_eq!(evaluate(|_| asl::redrive_count()), json!(0));
}

#[test]
fn an_item_used_outside_its_closure_is_an_error() {
    let diagnostics = Evaluate::define(|order| {
        let mut leaked = None;
        let _ = order.lines.map(|line| {
            leaked = Some(line.sku);
            line.sku
        });
        pass(
            "Answer",
            AnswerFields {
                value: leaked.unwrap().untyped(),
            },
        )
    })
    .build()
    .unwrap_err();

    assert_eq!(diagnostics.diagnostics.len(), 1, "{diagnostics}");
    assert!(
        diagnostics.to_string().contains("outside of its closure"),
        "{diagnostics}"
    );
}

proptest! {
    #[test]
    fn any_string_survives_emission_and_evaluation(text in any::<String>()) {
        prop_assert_eq!(evaluate(|_| literal(text.clone())), json!(text.clone()));
        // Quoted, inside an expression.
        prop_assert_eq!(evaluate(|order| order.id.concat(literal(text.clone()))), json!(format!("order-7{text}")));
    }

    #[test]
    fn strings_with_special_characters_survive_emission_and_evaluation(text in "[\\x00-\\x20$%{}'\"\\\\`&a]{0,12}") {
        prop_assert_eq!(evaluate(|_| literal(text.clone())), json!(text.clone()));
        prop_assert_eq!(evaluate(|order| order.id.concat(literal(text.clone()))), json!(format!("order-7{text}")));
    }
}
