//! Maps, inline and distributed.

use serde_json::{Map, Value, json};

use crate::compiler::jsonata::{WHOLE_RESULT, enclosed, template};
use crate::steps::flow::{Distributed, Items, MapFlow, Tolerated};
use crate::values::expr::ExprKind;
use asl_document::{Branch, MapState, Number, State};

use super::names::variable_name;
use super::{Destination, Exit, InputValue, Lowering, not_empty};

/// The results of a map's executions without the failed ones that are tolerated, whose results are descriptions.
///
/// Source: [ResultWriter](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html),
/// `Transformation`.
const SUCCEEDED: &str = "[$filter($states.result, function($one) { $not($exists($one.ExecutionArn) and \
                         $one.Status in ['FAILED', 'TIMED_OUT', 'ABORTED']) })[]]";

impl Lowering {
    pub(super) fn map(&mut self, map: &MapFlow, exit: &Exit, input: Option<&InputValue>) {
        let mut assign = self.assign_from_input(input);
        let value = match &map.arms.then {
            Some((binding, _)) => self.variable_of(*binding, &variable_name(&map.name)),
            None => exit.output,
        };
        let distributed = map.distributed.as_ref();
        let mixed = distributed
            .is_some_and(|distributed| distributed.tolerated.is_some() && distributed.writer.is_none());
        let result = if mixed { SUCCEEDED } else { WHOLE_RESULT };
        self.assign_path(value, result, &mut assign);
        let (items, item_reader) = self.items(&map.items, input);
        let selected = distributed.map(|distributed| distributed.selected);
        // An execution gets the item itself without a selector.
        let selected = selected.filter(|node| !matches!(node.kind, ExprKind::MapItem { index: false, .. }));
        let writer = distributed.and_then(|distributed| distributed.writer);
        let (count, percentage) = match distributed.and_then(|distributed| distributed.tolerated) {
            Some(Tolerated::Count(count)) => (Some(count), None),
            Some(Tolerated::Percentage(percentage)) => (None, Some(percentage)),
            None => (None, None),
        };
        let state = MapState {
            comment: map.comment.clone(),
            query_language: None,
            item_reader,
            items,
            item_selector: selected.map(|node| self.with_input(input, |symbols| template(node, symbols))),
            item_batcher: distributed
                .and_then(|distributed| distributed.batch)
                .map(|most| json!({"MaxItemsPerBatch": most})),
            item_processor: Branch {
                processor_config: Some(processor(distributed)),
                start_at: map.body.entry().to_owned(),
                states: self.level(&map.body, None),
            },
            max_concurrency: map.concurrency.map(Number::Literal),
            tolerated_failure_percentage: percentage.map(Number::Literal),
            tolerated_failure_count: count.map(Number::Literal),
            label: None,
            result_writer: writer.map(|node| {
                let arguments = self.with_input(input, |symbols| template(node, symbols));
                json!({"Resource": "arn:aws:states:::s3:putObject", "Arguments": arguments})
            }),
            retry: Vec::new(),
            catch: self.catchers(&map.arms, &map.name, input),
            assign: not_empty(assign),
            output: (mixed && matches!(value, Destination::Output)).then(|| Value::String(enclosed(result))),
            transition: Self::transition(&map.arms, exit),
        };
        self.insert(map.name.clone(), State::Map(state));
        self.paths(map.arms.flows(), exit);
    }

    fn items(&mut self, items: &Items, input: Option<&InputValue>) -> (Option<Value>, Option<Value>) {
        match items {
            Items::Given(node) => (
                Some(self.with_input(input, |symbols| template(node, symbols))),
                None,
            ),
            Items::Read {
                resource,
                config,
                arguments,
            } => {
                let arguments = self.with_input(input, |symbols| template(arguments, symbols));
                let mut reader = Map::new();
                reader.insert(
                    "Resource".to_owned(),
                    json!(format!("arn:aws:states:::{resource}")),
                );
                if !config.is_empty() {
                    reader.insert("ReaderConfig".to_owned(), Value::Object(config.clone()));
                }
                reader.insert("Arguments".to_owned(), arguments);
                (None, Some(Value::Object(reader)))
            }
        }
    }
}

fn processor(distributed: Option<&Distributed>) -> Map<String, Value> {
    let mut config = Map::new();
    let mode = if distributed.is_some() {
        "DISTRIBUTED"
    } else {
        "INLINE"
    };
    config.insert("Mode".to_owned(), json!(mode));
    if let Some(distributed) = distributed {
        let kind = if distributed.express {
            "EXPRESS"
        } else {
            "STANDARD"
        };
        config.insert("ExecutionType".to_owned(), json!(kind));
    }
    config
}
