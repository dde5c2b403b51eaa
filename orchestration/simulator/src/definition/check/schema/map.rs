//! Item readers, item batchers and result writers of distributed Maps.

use super::Kind::{IntegerOrExpression, Object, OneOf, Template, Text, Texts};
use super::{Shape, between, from, optional, required};

/// The fields that only a Map of mode `DISTRIBUTED` has.
///
/// Source: [Distributed Map state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-dist-state-fields).
pub(in super::super) const ONLY_DISTRIBUTED: [&str; 4] =
    ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];

/// Pairs of fields of which a Map has at most one: the older name beside its successor, and the two sources of items.
pub(in super::super) const EXCLUSIVE_IN_MAPS: [[&str; 2]; 2] =
    [["ItemProcessor", "Iterator"], ["ItemReader", "Items"]];

/// The most items that a reader takes. Measured: [floci#3733](https://github.com/floci-io/floci/issues/3733).
const MOST_ITEMS: u64 = 100_000_000;

/// The most bytes of a batch.
///
/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
const MOST_BYTES: u64 = 262_144;

/// Source: [ItemReader](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html).
pub(super) const ITEM_READER: Shape = Shape {
    fields: &[
        required("Resource", Text),
        optional("Arguments", Template(None)),
        optional("ReaderConfig", Object(&READER_CONFIG)),
    ],
    jsonpath: &["Parameters"],
};

const READER_CONFIG: Shape = Shape {
    fields: &[
        optional(
            "InputType",
            OneOf(&["MANIFEST", "JSON", "CSV", "JSONL", "PARQUET"]),
        ),
        optional("Transformation", OneOf(&["NONE", "LOAD_AND_FLATTEN"])),
        optional("ManifestType", OneOf(&["ATHENA_DATA", "S3_INVENTORY"])),
        optional(
            "CSVDelimiter",
            OneOf(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
        ),
        optional("CSVHeaderLocation", OneOf(&["FIRST_ROW", "GIVEN"])),
        optional("CSVHeaders", Texts),
        optional("ItemsPointer", Text),
        optional("MaxItems", IntegerOrExpression(between(0, MOST_ITEMS))),
    ],
    jsonpath: &["MaxItemsPath"],
};

/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html); that 0 is
/// accepted is measured in [floci#3733](https://github.com/floci-io/floci/issues/3733).
pub(super) const ITEM_BATCHER: Shape = Shape {
    fields: &[
        optional("BatchInput", Template(None)),
        optional("MaxItemsPerBatch", IntegerOrExpression(from(0))),
        optional(
            "MaxInputBytesPerBatch",
            IntegerOrExpression(between(0, MOST_BYTES)),
        ),
    ],
    jsonpath: &["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"],
};

/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
pub(super) const RESULT_WRITER: Shape = Shape {
    fields: &[
        optional("Resource", Text),
        optional("Arguments", Template(None)),
        optional("WriterConfig", Object(&WRITER_CONFIG)),
    ],
    jsonpath: &["Parameters"],
};

const WRITER_CONFIG: Shape = Shape {
    fields: &[
        optional("Transformation", OneOf(&["NONE", "COMPACT", "FLATTEN"])),
        optional("OutputType", OneOf(&["JSON", "JSONL"])),
    ],
    jsonpath: &[],
};
