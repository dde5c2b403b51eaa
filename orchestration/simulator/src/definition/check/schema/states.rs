//! States, with their retriers, catchers and rules.

use super::Kind::{
    Assignments, Boolean, Branches, Condition, Factor, Integer, IntegerOrExpression, ItemProcessor, Items,
    Object, Objects, OneOf, Percentage, Rules, Template, Text, TextOrExpression, Texts, Timestamp,
};
use super::machine::QUERY_LANGUAGE;
use super::map::{ITEM_BATCHER, ITEM_READER, RESULT_WRITER};
use super::{Field, MOST, Shape, between, from, optional, required};
use crate::jsonata::StatesField;

/// The types of states, in AWS's order.
pub(in super::super) const TYPES: [&str; 8] = [
    "Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map",
];

/// The fields that only JSONata states have. `Assign` is not among them.
pub(in super::super) const ONLY_JSONATA: [&str; 3] = ["Output", "Arguments", "Items"];

/// The fields of a type of state; `None` if there is no such type.
pub(in super::super) fn shape_of(state_type: &str) -> Option<&'static Shape> {
    Some(match state_type {
        "Task" => &TASK,
        "Parallel" => &PARALLEL,
        "Map" => &MAP,
        "Choice" => &CHOICE,
        "Pass" => &PASS,
        "Wait" => &WAIT,
        "Succeed" => &SUCCEED,
        "Fail" => &FAIL,
        _ => return None,
    })
}

const RESULT: Option<StatesField> = Some(StatesField::Result);
const ERROR_OUTPUT: Option<StatesField> = Some(StatesField::ErrorOutput);

const TYPE: Field = required("Type", OneOf(&TYPES));
const COMMENT: Field = optional("Comment", Text);
const NEXT: Field = optional("Next", Text);
const END: Field = optional("End", Boolean);
const RETRY: Field = optional("Retry", Objects(&RETRIER));
const CATCH: Field = optional("Catch", Objects(&CATCHER));

const TASK: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        required("Resource", Text),
        optional("Arguments", Template(None)),
        optional("Credentials", Object(&CREDENTIALS)),
        optional("TimeoutSeconds", IntegerOrExpression(between(1, MOST))),
        optional("HeartbeatSeconds", IntegerOrExpression(between(1, MOST))),
        RETRY,
        CATCH,
        optional("Assign", Assignments(RESULT)),
        optional("Output", Template(RESULT)),
        NEXT,
        END,
    ],
    jsonpath: &[
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ResultSelector",
        "Parameters",
        "TimeoutSecondsPath",
        "HeartbeatSecondsPath",
    ],
};

/// Source: [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const CREDENTIALS: Shape = Shape {
    fields: &[required("RoleArn", TextOrExpression)],
    jsonpath: &["RoleArn.$"],
};

const PARALLEL: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        required("Branches", Branches),
        optional("Arguments", Template(None)),
        RETRY,
        CATCH,
        optional("Assign", Assignments(RESULT)),
        optional("Output", Template(RESULT)),
        NEXT,
        END,
    ],
    jsonpath: &[
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ResultSelector",
        "Parameters",
    ],
};

/// Source: [Map state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html).
const MAP: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        optional("ItemProcessor", ItemProcessor),
        optional("Iterator", ItemProcessor),
        optional("ItemReader", Object(&ITEM_READER)),
        optional("Items", Items),
        optional("ItemSelector", Template(None)),
        optional("ItemBatcher", Object(&ITEM_BATCHER)),
        optional("ResultWriter", Object(&RESULT_WRITER)),
        optional("MaxConcurrency", IntegerOrExpression(from(0))),
        optional("ToleratedFailurePercentage", Percentage),
        optional("ToleratedFailureCount", IntegerOrExpression(from(0))),
        optional("Label", Text),
        RETRY,
        CATCH,
        optional("Assign", Assignments(RESULT)),
        optional("Output", Template(RESULT)),
        NEXT,
        END,
    ],
    jsonpath: &[
        "InputPath",
        "OutputPath",
        "ResultPath",
        "ResultSelector",
        "Parameters",
        "ItemsPath",
        "MaxConcurrencyPath",
        "ToleratedFailurePercentagePath",
        "ToleratedFailureCountPath",
    ],
};

/// Source: [Choice state](https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html): "Choice states do not
/// support the End field".
const CHOICE: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        required("Choices", Rules(&RULE)),
        optional("Default", Text),
        optional("Assign", Assignments(None)),
        optional("Output", Template(None)),
    ],
    jsonpath: &["InputPath", "OutputPath"],
};

const RULE: Shape = Shape {
    fields: &[
        COMMENT,
        required("Condition", Condition),
        optional("Assign", Assignments(None)),
        optional("Output", Template(None)),
        required("Next", Text),
    ],
    jsonpath: &COMPARISONS,
};

const COMPARISONS: [&str; 43] = [
    "Variable",
    "And",
    "Or",
    "Not",
    "BooleanEquals",
    "BooleanEqualsPath",
    "IsBoolean",
    "IsNull",
    "IsNumeric",
    "IsPresent",
    "IsString",
    "IsTimestamp",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "StringEquals",
    "StringEqualsPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringMatches",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
];

const PASS: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        optional("Assign", Assignments(None)),
        optional("Output", Template(None)),
        NEXT,
        END,
    ],
    jsonpath: &["InputPath", "OutputPath", "ResultPath", "Parameters", "Result"],
};

/// Source: [Wait state](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html).
const WAIT: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        optional("Seconds", IntegerOrExpression(between(0, MOST))),
        optional("Timestamp", Timestamp),
        optional("Assign", Assignments(None)),
        optional("Output", Template(None)),
        NEXT,
        END,
    ],
    jsonpath: &["InputPath", "OutputPath", "SecondsPath", "TimestampPath"],
};

const SUCCEED: Shape = Shape {
    fields: &[TYPE, COMMENT, QUERY_LANGUAGE, optional("Output", Template(None))],
    jsonpath: &["InputPath", "OutputPath"],
};

/// Source: [Fail state](https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html).
const FAIL: Shape = Shape {
    fields: &[
        TYPE,
        COMMENT,
        QUERY_LANGUAGE,
        optional("Error", TextOrExpression),
        optional("Cause", TextOrExpression),
    ],
    jsonpath: &["ErrorPath", "CausePath"],
};

/// `MaxDelaySeconds` is "less than" 31,622,400.
///
/// Source: [Retrying after an
/// error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).
const RETRIER: Shape = Shape {
    fields: &[
        COMMENT,
        required("ErrorEquals", Texts),
        optional("IntervalSeconds", Integer(between(1, MOST))),
        optional("MaxAttempts", Integer(between(0, MOST))),
        optional("BackoffRate", Factor),
        optional("MaxDelaySeconds", Integer(between(1, 31_622_399))),
        optional("JitterStrategy", OneOf(&["FULL", "NONE"])),
    ],
    jsonpath: &[],
};

/// Source: [Fallback
/// states](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states).
const CATCHER: Shape = Shape {
    fields: &[
        COMMENT,
        required("ErrorEquals", Texts),
        optional("Assign", Assignments(ERROR_OUTPUT)),
        optional("Output", Template(ERROR_OUTPUT)),
        required("Next", Text),
    ],
    jsonpath: &["ResultPath"],
};
