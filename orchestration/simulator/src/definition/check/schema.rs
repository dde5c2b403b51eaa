//! The schema: the fields that each object of a definition may have, and the values that they take.
//!
//! The lists are closed, as AWS's are: "Field '…' is not supported". They hold the fields of JSONata states; those of
//! `JSONPath` states are named apart, since AWS words their refusal differently.
//!
//! Sources: [Amazon States Language](https://states-language.net/spec.html), [State machine
//! structure](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html) and the pages of each type
//! of state, [Changes to fields in
//! JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#convert-jsonpath-to-jsonata), and
//! AWS's own list in
//! [amazon-states-language-service](https://github.com/aws/amazon-states-language-service/blob/main/src/validation/validationSchema.ts).
//! What AWS does with some of them is measured in [floci#2735](https://github.com/floci-io/floci/issues/2735).

use crate::jsonata::StatesField;

mod machine;
mod map;
mod states;

pub(super) use machine::{BRANCH, ITEM_PROCESSOR, MACHINE};
pub(super) use map::{EXCLUSIVE_IN_MAPS, ONLY_DISTRIBUTED};
pub(super) use states::{ONLY_JSONATA, TYPES, shape_of};

/// An object of a definition.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) fields: &'static [Field],
    /// The fields that only a `JSONPath` state has.
    pub(super) jsonpath: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) kind: Kind,
}

/// The values that a field takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Boolean,
    OneOf(&'static [&'static str]),
    /// An integer, and never an expression.
    Integer(Limits),
    IntegerOrExpression(Limits),
    /// 0 to 100.
    Percentage,
    /// At least 1.
    Factor,
    /// Strings, at least one.
    Texts,
    TextOrExpression,
    /// An RFC 3339 time, or an expression of one.
    Timestamp,
    /// A boolean, or an expression of one.
    Condition,
    /// An array, or an expression of one.
    Items,
    /// Any JSON, with expressions at any depth, and what they can read besides the input.
    Template(Option<StatesField>),
    /// Templates by the name of a variable.
    Assignments(Option<StatesField>),
    Object(&'static Shape),
    Objects(&'static Shape),
    /// At least one.
    Rules(&'static Shape),
    Branches,
    ItemProcessor,
    /// States by name. They are checked with their block.
    States,
}

/// The range of an integer, inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) least: u64,
    pub(super) most: u64,
}

/// The most seconds, attempts and items that a field may hold.
///
/// Source: `IntervalSeconds`, `MaxAttempts` and `TimeoutSeconds` in [Retrying after an
/// error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error)
/// and [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const MOST: u64 = 99_999_999;

const fn from(least: u64) -> Limits {
    Limits {
        least,
        most: u64::MAX,
    }
}

const fn between(least: u64, most: u64) -> Limits {
    Limits { least, most }
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        required: true,
        kind,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        required: false,
        kind,
    }
}
