//! The functions that Step Functions adds to JSONata, and those whose answer an execution decides.
//!
//! Source: [JSONata functions provided by Step
//! Functions](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).

use std::cell::RefCell;
use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

use super::{Reads, World, digest, from_json};

type Answer = Result<JValue, EvaluatorError>;

/// The most items that `$range` gives.
const MAX_RANGE: usize = 1000;

/// Registers those that the expression calls.
pub(super) fn register(
    evaluator: &mut Evaluator,
    reads: &Reads,
    world: &mut World<'_>,
) -> Result<(), EvaluatorError> {
    if reads.has("parse") {
        evaluator.register_fn("parse", |args: &[JValue]| parse(args))?;
    }
    if reads.has("partition") {
        evaluator.register_fn("partition", |args: &[JValue]| partition(args))?;
    }
    if reads.has("range") {
        evaluator.register_fn("range", |args: &[JValue]| range(args))?;
    }
    if reads.has("hash") {
        evaluator.register_fn("hash", |args: &[JValue]| hash(args))?;
    }
    if ["uuid", "random", "shuffle"].iter().any(|name| reads.has(name)) {
        register_random(
            evaluator,
            reads,
            ChaCha8Rng::seed_from_u64(world.random.next_u64()),
        )?;
    }
    let millis = world.now.as_millis();
    if reads.has("millis") {
        evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from_i64(millis)))?;
    }
    if reads.has("now") {
        evaluator.register_fn_override("now", move |args: &[JValue]| now(millis, args))?;
    }
    Ok(())
}

/// Those that share one generator, which is the evaluation's own: a function cannot borrow the execution's.
fn register_random(
    evaluator: &mut Evaluator,
    reads: &Reads,
    random: ChaCha8Rng,
) -> Result<(), EvaluatorError> {
    let shared = Rc::new(RefCell::new(random));
    if reads.has("uuid") {
        let random = Rc::clone(&shared);
        evaluator.register_fn("uuid", move |_: &[JValue]| {
            Ok(JValue::string(uuid(&mut *random.borrow_mut())))
        })?;
    }
    if reads.has("random") {
        let random = Rc::clone(&shared);
        evaluator.register_fn_override("random", move |args: &[JValue]| {
            Ok(JValue::Number(match args.first().and_then(JValue::as_f64) {
                Some(seed) => unit(&mut ChaCha8Rng::seed_from_u64(seed.to_bits())),
                None => unit(&mut *random.borrow_mut()),
            }))
        })?;
    }
    if reads.has("shuffle") {
        evaluator.register_fn_override("shuffle", move |args: &[JValue]| {
            Ok(shuffle(args, &mut *shared.borrow_mut()))
        })?;
    }
    Ok(())
}

fn wrong(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::TypeError(message.into())
}

fn parse(args: &[JValue]) -> Answer {
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => serde_json::from_str::<Value>(text)
            .map(|value| from_json(&value))
            // The text itself may be personal, so the message does not quote it.
            .map_err(|_| wrong("$parse: the argument is not valid JSON")),
        Some(_) => Err(wrong(
            "T0410: Argument 1 of function \"parse\" does not match function signature",
        )),
    }
}

fn whole(args: &[JValue], index: usize, function: &str) -> Result<i64, EvaluatorError> {
    args.get(index)
        .and_then(JValue::as_f64)
        .map(f64::round)
        .map(as_whole)
        .ok_or_else(|| {
            wrong(format!(
                "T0410: Argument {} of function \"{function}\" does not match function signature",
                index + 1
            ))
        })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is rounded before; saturating is meant"
)]
fn as_whole(number: f64) -> i64 {
    number as i64
}

fn range(args: &[JValue]) -> Answer {
    if matches!(args.first(), None | Some(JValue::Undefined)) {
        return Ok(JValue::Undefined);
    }
    let (start, end) = (whole(args, 0, "range")?, whole(args, 1, "range")?);
    let step = if args.len() > 2 {
        whole(args, 2, "range")?
    } else {
        1
    };
    if step == 0 {
        return Err(wrong("$range: the step must not be zero"));
    }
    let mut items = Vec::new();
    let mut number = start;
    while (step > 0 && number <= end) || (step < 0 && number >= end) {
        if items.len() == MAX_RANGE {
            return Err(wrong(format!("$range: more than {MAX_RANGE} items")));
        }
        items.push(JValue::from_i64(number));
        number = number.saturating_add(step);
    }
    // A sequence: with one item it is that item, as recorded on AWS.
    Ok(JValue::sequence(items))
}

fn partition(args: &[JValue]) -> Answer {
    let items = match args.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items.to_vec(),
        Some(single) => vec![single.clone()],
    };
    let size = usize::try_from(whole(args, 1, "partition")?).unwrap_or(0);
    if size == 0 {
        return Err(wrong("$partition: the size must be greater than zero"));
    }
    Ok(JValue::array(
        items
            .chunks(size)
            .map(|chunk| JValue::array(chunk.to_vec()))
            .collect(),
    ))
}

fn hash(args: &[JValue]) -> Answer {
    let text = match args.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(text)) => text.to_string(),
        Some(other) => other.to_json_string().map_err(|error| wrong(error.to_string()))?,
    };
    let algorithm = args.get(1).and_then(JValue::as_str).unwrap_or_default();
    digest::hex(algorithm, text.as_bytes())
        .map(JValue::string)
        .ok_or_else(|| wrong("$hash: the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"))
}

/// A number from 0 up to 1, without 1.
pub(super) fn unit(random: &mut impl Rng) -> f64 {
    // 53 bits are what a double holds.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    let bits = (random.next_u64() >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

/// A random UUID of version 4.
pub(crate) fn uuid(random: &mut impl Rng) -> String {
    let high = (random.next_u64() & !0xf000) | 0x4000;
    let low = (random.next_u64() & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

fn shuffle(args: &[JValue], random: &mut impl Rng) -> JValue {
    let mut items = match args.first() {
        None | Some(JValue::Undefined) => return JValue::Undefined,
        Some(JValue::Array(items)) => items.to_vec(),
        Some(single) => vec![single.clone()],
    };
    for last in (1..items.len()).rev() {
        let bound = u128::from(u64::try_from(last).unwrap_or(u64::MAX)) + 1;
        let other = usize::try_from((u128::from(random.next_u64()) * bound) >> 64).unwrap_or(0);
        items.swap(last, other);
    }
    JValue::array(items)
}

/// `$now` in terms of `$fromMillis`, which knows pictures and time zones.
fn now(millis: i64, args: &[JValue]) -> Answer {
    let mut context = Context::new();
    context.bind("time".to_owned(), JValue::from_i64(millis));
    for (name, arg) in ["picture", "zone"].iter().zip(args) {
        context.bind((*name).to_owned(), arg.clone());
    }
    let ast =
        parser::parse("$fromMillis($time, $picture, $zone)").map_err(|error| wrong(error.to_string()))?;
    Evaluator::with_context(context).evaluate(&ast, &JValue::Undefined)
}
