//! The functions of JSONata 2.0.6: what each returns, and which arguments it expects.
//!
//! Source: the signatures in [jsonata.js](https://github.com/jsonata-js/jsonata/blob/v2.0.6/src/jsonata.js), registered
//! at its end. `$now`, `$millis`, `$random` and `$shuffle` are in
//! [`crate::rules`], where it does not matter what they return; `$eval` is not there.

use crate::schema::Kind;

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) returns: Kind,
    pub(crate) name: &'static str,
    /// Templates.
    pub(crate) arguments: &'static [&'static str],
    /// How many of them have to be given.
    pub(crate) required: usize,
}

const fn function(
    returns: Kind,
    name: &'static str,
    arguments: &'static [&'static str],
    required: usize,
) -> Function {
    Function {
        returns,
        name,
        arguments,
        required,
    }
}

/// The names, without `$`.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

use Kind::{Any, Array, Boolean, Number, Object, Objects, Text, Texts};

pub(crate) const FUNCTIONS: [Function; 60] = [
    function(Number, "sum", &["«numbers»"], 1),
    function(Number, "count", &["«array»"], 1),
    function(Number, "max", &["«numbers»"], 1),
    function(Number, "min", &["«numbers»"], 1),
    function(Number, "average", &["«numbers»"], 1),
    function(Text, "string", &["«any»", "«boolean»"], 1),
    function(Text, "substring", &["«text»", "«small»", "«small»"], 2),
    function(Text, "substringBefore", &["«text»", "«text»"], 2),
    function(Text, "substringAfter", &["«text»", "«text»"], 2),
    function(Text, "lowercase", &["«text»"], 1),
    function(Text, "uppercase", &["«text»"], 1),
    function(Number, "length", &["«text»"], 1),
    function(Text, "trim", &["«text»"], 1),
    function(Text, "pad", &["«text»", "«bound»", "«'a'»"], 2),
    function(Objects, "match", &["«text»", "«regex»", "«small»"], 2),
    function(Boolean, "contains", &["«text»", "«text or regex»"], 2),
    function(
        Text,
        "replace",
        &[
            "«text»",
            "«text or regex»",
            "«replacement or function»",
            "«small»",
        ],
        3,
    ),
    function(Texts, "split", &["«text»", "«text or regex»", "«small»"], 2),
    function(Text, "join", &["«texts»", "«text»"], 1),
    function(
        Text,
        "formatNumber",
        &["«number»", "«number picture»", "«number options»"],
        2,
    ),
    function(Text, "formatBase", &["«number»", "«small»"], 1),
    function(Text, "formatInteger", &["«number»", "«integer picture»"], 2),
    function(
        Number,
        "parseInteger",
        &["«integer text»", "«integer picture»"],
        2,
    ),
    function(Number, "number", &["«text»"], 1),
    function(Number, "floor", &["«number»"], 1),
    function(Number, "ceil", &["«number»"], 1),
    function(Number, "round", &["«number»", "«small»"], 1),
    function(Number, "abs", &["«number»"], 1),
    function(Number, "sqrt", &["«number»"], 1),
    function(Number, "power", &["«number»", "«small»"], 2),
    function(Boolean, "boolean", &["«any»"], 1),
    function(Boolean, "not", &["«any»"], 1),
    function(Array, "map", &["«array»", "«function»"], 2),
    function(Array, "zip", &["«array»", "«array»", "«array»"], 1),
    function(Array, "filter", &["«array»", "«function»"], 2),
    function(Any, "single", &["«array»", "«function»"], 1),
    function(Any, "reduce", &["«array»", "«function2»", "«any»"], 2),
    function(Object, "sift", &["«object»", "«function»"], 2),
    function(Texts, "keys", &["«object»"], 1),
    function(Any, "lookup", &["«object»", "«quoted»"], 2),
    function(Array, "append", &["«array»", "«any»"], 2),
    function(Boolean, "exists", &["«any»"], 1),
    function(Objects, "spread", &["«object»"], 1),
    function(Object, "merge", &["«objects»"], 1),
    function(Array, "reverse", &["«array»"], 1),
    function(Array, "each", &["«object»", "«function»"], 2),
    function(Any, "error", &["«text»"], 0),
    function(Any, "assert", &["«boolean»", "«text»"], 1),
    function(Text, "type", &["«any»"], 1),
    function(Array, "sort", &["«array»", "«function2»"], 1),
    function(Array, "distinct", &["«array»"], 1),
    function(Text, "base64encode", &["«text»"], 1),
    function(Text, "base64decode", &["«text»"], 1),
    function(Text, "encodeUrlComponent", &["«text»"], 1),
    function(Text, "encodeUrl", &["«text»"], 1),
    function(Text, "decodeUrlComponent", &["«text»"], 1),
    function(Text, "decodeUrl", &["«text»"], 1),
    function(Number, "toMillis", &["«time text»", "«time picture»"], 1),
    function(Text, "fromMillis", &["«number»", "«time picture»", "«zone»"], 1),
    function(Any, "clone", &["«any»"], 1),
];
