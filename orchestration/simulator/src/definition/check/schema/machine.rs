//! Machines, branches and item processors.

use super::Kind::{Integer, Object, OneOf, States, Text};
use super::{MOST, Shape, between, optional, required};

/// The query languages.
const LANGUAGES: &[&str] = &["JSONPath", "JSONata"];

pub(in super::super) const MACHINE: Shape = Shape {
    fields: &[
        optional("Comment", Text),
        optional("QueryLanguage", OneOf(LANGUAGES)),
        optional("Version", OneOf(&["1.0"])),
        required("StartAt", Text),
        optional("TimeoutSeconds", Integer(between(1, MOST))),
        required("States", States),
    ],
    jsonpath: &[],
};

/// Neither a branch nor an item processor has a query language of its own. Measured:
/// [floci#2968](https://github.com/floci-io/floci/issues/2968).
pub(in super::super) const BRANCH: Shape = Shape {
    fields: &[
        optional("Comment", Text),
        required("StartAt", Text),
        required("States", States),
    ],
    jsonpath: &[],
};

pub(in super::super) const ITEM_PROCESSOR: Shape = Shape {
    fields: &[
        optional("Comment", Text),
        optional("ProcessorConfig", Object(&PROCESSOR_CONFIG)),
        required("StartAt", Text),
        required("States", States),
    ],
    jsonpath: &[],
};

const PROCESSOR_CONFIG: Shape = Shape {
    fields: &[
        optional("Mode", OneOf(&["INLINE", "DISTRIBUTED"])),
        optional("ExecutionType", OneOf(&["STANDARD", "EXPRESS"])),
    ],
    jsonpath: &[],
};

pub(super) const QUERY_LANGUAGE: super::Field = optional("QueryLanguage", OneOf(LANGUAGES));
