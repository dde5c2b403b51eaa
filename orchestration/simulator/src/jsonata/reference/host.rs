//! What the reference asks of Rust: the functions and the bounds in the glue's `host`.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rquickjs::{Array, Ctx, Function, IntoJs, Object, Value as Js};

use super::convert::to_js;
use super::engine::Run;
use super::lenient_base64;
use crate::invariant::Invariant;
use crate::jsonata::digest::digest;
use crate::jsonata::parse::{ParseFailure, parse};
use crate::jsonata::seeded::seeded;
use crate::random::{unit, uuid};

/// How deep evaluations may nest.
///
/// Source: [floci#2737](https://github.com/floci-io/floci/issues/2737), measured on AWS for sums, parentheses, brackets,
/// chains and recursive functions.
const MAX_DEPTH: u32 = 100;

/// How many parts of an expression are evaluated before it counts as one that does not end.
///
/// AWS ends an evaluation [after one
/// second](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), and one of 600,000 parts is [known
/// to pass there](https://github.com/floci-io/floci/issues/2737). A count, other than time, is the same on each machine.
pub(super) const MAX_STEPS: u32 = 1_000_000;

/// The most items of a sequence, and by the same memory the most characters of a text, at eight bytes for an item.
///
/// Source: [floci#2737](https://github.com/floci-io/floci/issues/2737), measured on AWS: `[1..873782]` passes and one item
/// more does not, a text of 2^22 characters does and one of 2^23 does not.
const MAX_ITEMS: u32 = 873_782;
const MAX_CHARACTERS: u32 = MAX_ITEMS * 8;

/// The most items of `$range`.
///
/// Source: [floci#2790](https://github.com/floci-io/floci/pull/2790), measured on AWS.
const MAX_RANGE: u32 = 360_145;

/// The glue's `host`.
pub(super) fn functions<'js>(ctx: &Ctx<'js>, run: &Arc<Mutex<Run>>) -> rquickjs::Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    host.set("maxDepth", MAX_DEPTH)?;
    host.set("maxSteps", MAX_STEPS)?;
    host.set("maxItems", MAX_ITEMS)?;
    host.set("maxCharacters", MAX_CHARACTERS)?;
    host.set("maxRange", MAX_RANGE)?;

    let clock = Arc::clone(run);
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
    let now = move || {
        clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .now
            .as_millis() as f64
    };
    host.set("now", Function::new(ctx.clone(), now)?)?;
    let drawing = Arc::clone(run);
    host.set(
        "random",
        Function::new(ctx.clone(), move || draw(&drawing, unit))?,
    )?;
    let drawing = Arc::clone(run);
    host.set("uuid", Function::new(ctx.clone(), move || draw(&drawing, uuid))?)?;
    host.set("seeded", Function::new(ctx.clone(), seeded)?)?;
    host.set("hash", Function::new(ctx.clone(), hash)?)?;
    let noting = Arc::clone(run);
    let parse = move |ctx, text| parsed(ctx, text, &noting);
    host.set("parse", Function::new(ctx.clone(), parse)?)?;
    host.set("encodeBase64", Function::new(ctx.clone(), encode)?)?;
    host.set("decodeBase64", Function::new(ctx.clone(), decode)?)?;
    Ok(host)
}

fn draw<T>(run: &Mutex<Run>, one: impl FnOnce(&mut rand_chacha::ChaCha8Rng) -> T) -> T {
    let mut run = run.lock().unwrap_or_else(PoisonError::into_inner);
    let random = run.random.as_mut();
    one(random.expect_invariant("an expression that draws names a function that does"))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a function that JavaScript calls owns its arguments"
)]
fn hash(text: String, algorithm: String) -> Option<String> {
    digest(&algorithm, text.as_bytes())
}

/// The value in an array, or a text: empty if it is no JSON, and otherwise why it is refused.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a function that JavaScript calls owns its arguments"
)]
fn parsed<'js>(ctx: Ctx<'js>, text: String, run: &Mutex<Run>) -> rquickjs::Result<Js<'js>> {
    match parse(&text) {
        Ok(value) => {
            let holder = Array::new(ctx.clone())?;
            let mut run = run.lock().unwrap_or_else(PoisonError::into_inner);
            holder.set(0, to_js(&ctx, &value, &mut run.wide)?)?;
            Ok(holder.into_value())
        }
        Err(ParseFailure::Invalid) => "".into_js(&ctx),
        Err(ParseFailure::TooDeep) => "it parses JSON that is nested deeper than 128".into_js(&ctx),
    }
}

/// As `btoa` of the reference does it in Node: the low byte of each UTF-16 unit.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a function that JavaScript calls owns its arguments"
)]
fn encode(text: String) -> String {
    STANDARD.encode(low_bytes(&text))
}

/// As `atob` of the reference does it in Node: the low byte of each UTF-16 unit is a digit, and each byte that comes of
/// them is a character.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a function that JavaScript calls owns its arguments"
)]
fn decode(text: String) -> String {
    lenient_base64::decode(&low_bytes(&text))
        .into_iter()
        .map(char::from)
        .collect()
}

fn low_bytes(text: &str) -> Vec<u8> {
    text.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect()
}
