//! Conversion between JSON and the values of JavaScript.
//!
//! Numbers are doubles, but an integer that a double cannot hold and 64 bits can is a `BigInt`: AWS keeps those exact.
//!
//! Source: [floci#2676](https://github.com/floci-io/floci/pull/2676) and
//! [#2683](https://github.com/floci-io/floci/pull/2683), measured on AWS.

use rquickjs::object::Property;
use rquickjs::{Array, BigInt, Ctx, Object, Value as Js};
use serde_json::{Map, Value};

use crate::invariant::Invariant;
use crate::jsonata::values::{MAX_DEPTH, number_to_json, wide_integer};

/// Why a value of JavaScript is no JSON.
pub(super) enum Unconverted {
    Undefined,
    Function,
    TooDeep,
    /// A text with half of a surrogate pair.
    HalfCharacter,
    Failed(rquickjs::Error),
}

impl From<rquickjs::Error> for Unconverted {
    fn from(error: rquickjs::Error) -> Self {
        match error {
            rquickjs::Error::Utf8(_) => Self::HalfCharacter,
            other => Self::Failed(other),
        }
    }
}

/// JSON as an expression sees it; `wide` becomes true if there is an integer that a double cannot hold.
pub(super) fn to_js<'js>(ctx: &Ctx<'js>, value: &Value, wide: &mut bool) -> rquickjs::Result<Js<'js>> {
    Ok(match value {
        Value::Null => Js::new_null(ctx.clone()),
        Value::Bool(truth) => Js::new_bool(ctx.clone(), *truth),
        Value::Number(number) => match wide_integer(number) {
            Some(integer) => {
                *wide = true;
                BigInt::from_i64(ctx.clone(), integer)?.into_value()
            }
            None => double(
                ctx,
                number
                    .as_f64()
                    .expect_invariant("every JSON number can be read as a double"),
            ),
        },
        Value::String(text) => rquickjs::String::from_str(ctx.clone(), text)?.into_value(),
        Value::Array(items) => {
            let array = Array::new(ctx.clone())?;
            for (index, item) in items.iter().enumerate() {
                array.set(index, to_js(ctx, item, wide)?)?;
            }
            array.into_value()
        }
        Value::Object(fields) => {
            let object = Object::new(ctx.clone())?;
            for (key, field) in fields {
                let field = to_js(ctx, field, wide)?;
                // Defined, since an assignment to `__proto__` is none.
                object.prop(
                    key.as_str(),
                    Property::from(field).writable().enumerable().configurable(),
                )?;
            }
            object.into_value()
        }
    })
}

/// A number; as an integer where it is one, but for a zero with a sign.
fn double<'js>(ctx: &Ctx<'js>, number: f64) -> Js<'js> {
    if number == 0.0 && number.is_sign_negative() {
        Js::new_float(ctx.clone(), number)
    } else {
        Js::new_number(ctx.clone(), number)
    }
}

/// The result of an expression as JSON.
pub(super) fn from_js(value: &Js<'_>) -> Result<Value, Unconverted> {
    if value.is_undefined() {
        return Err(Unconverted::Undefined);
    }
    part(value, 0)
}

fn part(value: &Js<'_>, depth: usize) -> Result<Value, Unconverted> {
    if depth > MAX_DEPTH {
        return Err(Unconverted::TooDeep);
    }
    if let Some(truth) = value.as_bool() {
        return Ok(Value::Bool(truth));
    }
    if let Some(number) = value.as_number() {
        return Ok(number_to_json(number));
    }
    if let Some(text) = value.as_string() {
        return Ok(Value::String(text.to_string()?));
    }
    if let Some(integer) = value.as_big_int() {
        return Ok(Value::from(integer.clone().to_i64()?));
    }
    if value.is_function() {
        return Err(Unconverted::Function);
    }
    if let Some(array) = value.as_array() {
        return array
            .iter::<Js<'_>>()
            .map(|item| part(&item?, depth + 1))
            .collect::<Result<_, _>>()
            .map(Value::Array);
    }
    let Some(object) = value.as_object() else {
        // Nothing, in a place of an array.
        return Ok(Value::Null);
    };
    if is_function(object)? {
        return Err(Unconverted::Function);
    }
    object
        // A key as a value of JavaScript, since as a text of Rust it would end at a NUL.
        .props::<rquickjs::String<'_>, Js<'_>>()
        .map(|field| {
            let (key, field) = field?;
            Ok((key.to_string()?, part(&field, depth + 1)?))
        })
        .collect::<Result<Map<_, _>, _>>()
        .map(Value::Object)
}

/// Whether the object is one of the reference's functions.
fn is_function(object: &Object<'_>) -> rquickjs::Result<bool> {
    let marked = |mark: &str| rquickjs::Result::Ok(object.get::<_, Js<'_>>(mark)?.as_bool() == Some(true));
    Ok(marked("_jsonata_lambda")? || marked("_jsonata_function")?)
}
