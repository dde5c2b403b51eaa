//! Checking Maps, inline and distributed.

use serde_json::{Map, Value};

use super::resources::has_placeholder;
use super::schema::{EXCLUSIVE_IN_MAPS, ONLY_DISTRIBUTED};
use super::{Checker, DiagnosticCode};
use crate::definition::location::Location;
use crate::name::is_valid;

/// The longest label of a distributed Map, in characters.
///
/// Source: `Label` in [Distributed Map state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-dist-state-fields).
const MAX_LABEL_CHARACTERS: usize = 40;

/// The integrations that read items.
///
/// Source: [ItemReader](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html).
const READERS: [&str; 2] = ["s3:getObject", "s3:listObjectsV2"];

impl Checker {
    pub(super) fn map(&mut self, at: Location<'_>, name: &str, map: &Map<String, Value>) {
        let [processor, iterator] = ["ItemProcessor", "Iterator"].map(|field| map.get(field));
        if processor.or(iterator).is_none() {
            self.schema(at, "These fields are required: [ItemProcessor]");
        }
        for pair in EXCLUSIVE_IN_MAPS {
            if pair.iter().all(|field| map.contains_key(*field)) {
                self.only_one(at, pair);
            }
        }
        let config = processor
            .or(iterator)
            .and_then(|processor| processor.get("ProcessorConfig"));
        let setting = |name| config.and_then(|config| config.get(name)).and_then(Value::as_str);
        if setting("Mode") == Some("DISTRIBUTED") {
            self.distributed(at, name, map, setting("ExecutionType"));
        } else {
            for field in ONLY_DISTRIBUTED {
                if map.contains_key(field) {
                    self.schema(at, format!("Field '{field}' needs the mode 'DISTRIBUTED'"));
                }
            }
        }
    }

    fn distributed(
        &mut self,
        at: Location<'_>,
        name: &str,
        map: &Map<String, Value>,
        execution_type: Option<&str>,
    ) {
        // "Supported in Standard workflows but not in Express workflows": see
        // https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
        self.not_in_express(
            at,
            "Express state machine does not support a Map of mode 'DISTRIBUTED'",
        );
        if execution_type.is_none() {
            let processor = at.field("ItemProcessor");
            self.schema(
                processor.field("ProcessorConfig"),
                "These fields are required: [ExecutionType]",
            );
        }
        self.label(at, name, map);
        if let Some(batcher) = map.get("ItemBatcher").filter(|batcher| batcher.is_object()) {
            self.batcher(at.field("ItemBatcher"), batcher);
        }
        if let Some(resource) = map.get("ItemReader").and_then(|reader| reader.get("Resource")) {
            let reader = at.field("ItemReader");
            self.storage(reader.field("Resource"), resource, &READERS);
        }
        if let Some(Value::Object(writer)) = map.get("ResultWriter") {
            self.writer(at.field("ResultWriter"), writer);
        }
    }

    /// A label names the Map in the ARNs of its executions. Without one it is the state's name.
    fn label(&mut self, at: Location<'_>, name: &str, map: &Map<String, Value>) {
        let label = map.get("Label").and_then(Value::as_str);
        if let Some(label) = label
            && (label.chars().count() > MAX_LABEL_CHARACTERS || !is_valid(label))
        {
            self.report(
                DiagnosticCode::InvalidLabelName,
                at.field("Label"),
                format!("A label has 1 to {MAX_LABEL_CHARACTERS} characters, and no spaces or wildcards"),
            );
        }
        if !self.labels.insert(label.unwrap_or(name).to_owned()) {
            self.report(
                DiagnosticCode::DuplicateLabelName,
                at.field("Label"),
                "Another Map of the machine has the same label",
            );
        }
    }

    fn batcher(&mut self, at: Location<'_>, batcher: &Value) {
        let limits = ["MaxItemsPerBatch", "MaxInputBytesPerBatch"];
        if limits.iter().all(|limit| batcher.get(limit).is_none())
            && ["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"]
                .iter()
                .all(|limit| batcher.get(limit).is_none())
        {
            self.at_least_one(at, limits);
        }
    }

    /// "The `ResultWriter` field cannot be empty": it says what is written, or where, or both. See
    /// [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html).
    fn writer(&mut self, at: Location<'_>, writer: &Map<String, Value>) {
        let has = |field| writer.contains_key(field);
        match (has("Resource"), has("Arguments"), has("WriterConfig")) {
            (false, false, false) => self.at_least_one(at, ["Resource", "WriterConfig"]),
            (true, false, _) if !has("Parameters") => {
                self.schema(at, "These fields are required: [Arguments]");
            }
            (false, true, _) => self.schema(at, "These fields are required: [Resource]"),
            (false, false, true) => self.unwritten(at, writer),
            _ => {}
        }
        if let Some(resource) = writer.get("Resource") {
            self.storage(at.field("Resource"), resource, &["s3:putObject"]);
        }
    }

    /// Results that are only transformed stay in the machine, where the simulator has nothing to describe executions by.
    fn unwritten(&mut self, at: Location<'_>, writer: &Map<String, Value>) {
        let config = writer.get("WriterConfig");
        if config.and_then(|config| config.get("Transformation")) == Some(&Value::from("NONE")) {
            self.report(
                DiagnosticCode::NotSimulated,
                at.field("WriterConfig").field("Transformation"),
                "Results with the metadata of their executions can be simulated only where they are written",
            );
        }
    }

    /// Checks the integration that reads items or writes results.
    fn storage(&mut self, at: Location<'_>, resource: &Value, actions: &[&str]) {
        let Some(text) = resource.as_str() else {
            return;
        };
        let action = text
            .split_once(":states:::")
            .filter(|(arn, _)| arn.starts_with("arn:"));
        if !has_placeholder(text) && !action.is_some_and(|(_, action)| actions.contains(&action)) {
            let actions: Vec<String> = actions
                .iter()
                .map(|action| format!("arn:<partition>:states:::{action}"))
                .collect();
            self.schema(
                at,
                format!(
                    "The field 'Resource' does not match any of the allowed values. Examples: [{}]",
                    actions.join(", ")
                ),
            );
        }
    }
}
