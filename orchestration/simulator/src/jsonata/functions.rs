//! The functions that Step Functions adds to JSONata, and those whose result depends on the execution.
//!
//! Source: [JSONata functions provided by Step
//! Functions](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).
//! What that leaves open was measured on AWS by the authors of floci, and is in
//! [floci#2676](https://github.com/floci-io/floci/pull/2676).

use std::cell::RefCell;
use std::rc::Rc;

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde_json::Value;

use super::digest::digest;
use super::host::Host;
use super::values::from_json;
use crate::random::{index, unit, uuid};

/// A function that Step Functions adds, or whose result depends on the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Function {
    EncodeUrlComponent,
    Hash,
    Millis,
    Now,
    Parse,
    Partition,
    Random,
    Range,
    Shuffle,
    Uuid,
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(name)).ok()
    }
}

type Answer = Result<JValue, EvaluatorError>;

/// The maximum number of items of `$range`, by the memory limit of an expression.
///
/// Source: [floci#2790](https://github.com/floci-io/floci/pull/2790), measured on AWS.
const MAX_RANGE: usize = 360_145;

/// Registers those that the expression may call. The random ones share a generator of the evaluation's own: a function
/// cannot borrow the execution's.
pub(super) fn register(
    evaluator: &mut Evaluator,
    functions: &[Function],
    host: &dyn Host,
) -> Result<(), EvaluatorError> {
    let millis = host.now().as_millis();
    let mut shared: Option<Rc<RefCell<ChaCha8Rng>>> = None;
    let mut random = || {
        let seeded = || Rc::new(RefCell::new(ChaCha8Rng::seed_from_u64(host.draw_seed())));
        Rc::clone(shared.get_or_insert_with(seeded))
    };
    for function in functions {
        match function {
            Function::Parse => evaluator.register_fn("parse", parse),
            Function::Partition => evaluator.register_fn("partition", partition),
            Function::Range => evaluator.register_fn("range", range),
            Function::Hash => evaluator.register_fn("hash", hash),
            Function::EncodeUrlComponent => {
                evaluator.register_fn_override("encodeUrlComponent", encode_component)
            }
            Function::Millis => {
                evaluator.register_fn_override("millis", move |_: &[JValue]| Ok(JValue::from_i64(millis)))
            }
            Function::Now => evaluator.register_fn_override("now", move |args: &[JValue]| now(millis, args)),
            Function::Uuid => {
                let random = random();
                evaluator.register_fn("uuid", move |_: &[JValue]| {
                    Ok(JValue::string(uuid(&mut *random.borrow_mut())))
                })
            }
            Function::Random => {
                let random = random();
                evaluator.register_fn_override("random", move |args: &[JValue]| {
                    Ok(JValue::Number(match given(args, 0) {
                        Some(_) => seeded(whole(args, 0, "random")?),
                        None => unit(&mut *random.borrow_mut()),
                    }))
                })
            }
            Function::Shuffle => {
                let random = random();
                evaluator.register_fn_override("shuffle", move |args: &[JValue]| {
                    Ok(shuffle(args, &mut *random.borrow_mut()))
                })
            }
        }?;
    }
    Ok(())
}

fn wrong(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::TypeError(message.into())
}

fn mismatch(function: &str, index: usize) -> EvaluatorError {
    wrong(format!(
        "T0410: Argument {index} of function \"{function}\" does not match function signature"
    ))
}

/// The argument, unless it is absent or undefined.
fn given(args: &[JValue], index: usize) -> Option<&JValue> {
    args.get(index).filter(|arg| !arg.is_undefined())
}

fn parse(args: &[JValue]) -> Answer {
    match given(args, 0) {
        None => Ok(JValue::Undefined),
        Some(JValue::String(text)) => serde_json::from_str::<Value>(text)
            .map(|value| from_json(&value))
            // The text itself may be personal, so the message does not quote it.
            .map_err(|_| wrong("D3137: Invalid JSON")),
        Some(_) => Err(mismatch("parse", 1)),
    }
}

/// A whole number: a fraction is cut off.
fn whole(args: &[JValue], index: usize, function: &str) -> Result<i64, EvaluatorError> {
    given(args, index)
        .and_then(JValue::as_f64)
        .map(as_whole)
        .ok_or_else(|| mismatch(function, index + 1))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "cutting off and saturating are meant"
)]
fn as_whole(number: f64) -> i64 {
    number as i64
}

/// Without a step, with one of zero or with one in the other direction there is nothing.
fn range(args: &[JValue]) -> Answer {
    let (start, end) = (whole(args, 0, "range")?, whole(args, 1, "range")?);
    if given(args, 2).is_none() {
        return Ok(JValue::Undefined);
    }
    let step = whole(args, 2, "range")?;
    let mut items = Vec::new();
    let mut next = Some(start);
    while let Some(number) = next.filter(|number| match step {
        0 => false,
        1.. => *number <= end,
        _ => *number >= end,
    }) {
        if items.len() == MAX_RANGE {
            return Err(wrong("D2015: the range has too many items"));
        }
        items.push(JValue::from_i64(number));
        next = number.checked_add(step);
    }
    // A sequence: with one item it is that item, as recorded on AWS.
    Ok(JValue::sequence(items))
}

fn partition(args: &[JValue]) -> Answer {
    let items = match given(args, 0) {
        None => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items.to_vec(),
        Some(_) => {
            return Err(wrong(
                "T0412: Argument 1 of function \"partition\" must be an array of undefined",
            ));
        }
    };
    let size = match given(args, 1) {
        None => i64::MAX,
        Some(_) => whole(args, 1, "partition")?,
    };
    if size < 0 {
        return Err(wrong("D3137: Second argument must be zero or greater"));
    }
    if size == 0 || items.is_empty() {
        return Ok(JValue::Undefined);
    }
    Ok(JValue::array(
        items
            .chunks(usize::try_from(size).unwrap_or(usize::MAX))
            .map(|chunk| JValue::array(chunk.to_vec()))
            .collect(),
    ))
}

fn hash(args: &[JValue]) -> Answer {
    let Some(JValue::String(text)) = given(args, 0) else {
        return Err(mismatch("hash", 1));
    };
    let algorithm = match given(args, 1) {
        None => return Ok(JValue::Undefined),
        Some(JValue::String(algorithm)) => algorithm,
        Some(_) => return Err(mismatch("hash", 2)),
    };
    digest(algorithm, text.as_bytes())
        .map(JValue::string)
        .ok_or_else(|| {
            wrong(format!(
                "D3137: Hash algorithm '{algorithm}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"
            ))
        })
}

/// The first number of Java's generator with that seed, as on AWS.
fn seeded(seed: i64) -> f64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = (seed.cast_unsigned() ^ MULTIPLIER) & MASK;
    let mut bits = |count: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - count)
    };
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    let drawn = ((bits(26) << 27) + bits(27)) as f64;
    drawn / 9_007_199_254_740_992.0
}

/// What `encodeURIComponent` leaves as it is; `jsonata-core` leaves less.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn encode_component(args: &[JValue]) -> Answer {
    match given(args, 0) {
        None => Ok(JValue::Undefined),
        Some(JValue::String(text)) => Ok(JValue::string(utf8_percent_encode(text, UNRESERVED).to_string())),
        Some(_) => Err(mismatch("encodeUrlComponent", 1)),
    }
}

fn shuffle(args: &[JValue], random: &mut impl Rng) -> JValue {
    let mut items = match args.first() {
        None | Some(JValue::Undefined) => return JValue::Undefined,
        Some(JValue::Array(items)) => items.to_vec(),
        Some(single) => vec![single.clone()],
    };
    for last in (1..items.len()).rev() {
        items.swap(last, index(last + 1, random));
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
