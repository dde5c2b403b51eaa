//! Types of states.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{Branch, Catcher, Number, QueryLanguage, Retrier, Transition};

/// A call of an integration, such as a Lambda function.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_document::{Number, State};
///
/// let machine = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// })
/// .build()?;
///
/// let State::Task(charged) = &machine.states["Charge"] else { panic!("it calls a function") };
/// assert_eq!(charged.resource, "arn:aws:states:::lambda:invoke");
/// assert_eq!(charged.timeout_seconds, Some(Number::Literal(15)));
/// assert_eq!(charged.catch[0].next, "NotCharged");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TaskState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The ARN of the integration; `.waitForTaskToken` at its end makes the task a callback.
    pub resource: String,
    /// The payload of the call.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Value>,
    /// The role that is assumed for the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Value>,
    /// The longest that one attempt may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<Number>,
    /// The longest between two heartbeats, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat_seconds: Option<Number>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(flatten)]
    pub transition: Transition,
}

/// Concurrent branches; the result is the array of their outputs.
///
/// ```
/// # use serde_json::json;
/// use asl_document::ParallelState;
///
/// let branch = json!({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}});
/// let both: ParallelState = serde_json::from_value(json!({
///     "Branches": [branch, branch],
///     "End": true,
/// }))?;
///
/// assert_eq!(both.branches[0], both.branches[1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParallelState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The input of every branch; the state's own input where absent.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Value>,
    /// The concurrent branches.
    pub branches: Vec<Branch>,
    /// The retry policies, which run all branches again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(flatten)]
    pub transition: Transition,
}

/// One branch per item; the result is the array of their outputs.
///
/// ```
/// # use serde_json::json;
/// use asl_document::MapState;
///
/// let each: MapState = serde_json::from_value(json!({
///     "Items": "{% $states.input.lines %}",
///     "ItemProcessor": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}},
///     "End": true,
/// }))?;
///
/// assert_eq!(each.item_processor.start_at, "Done");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MapState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The source of a distributed Map's items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_reader: Option<Value>,
    /// The items: an array, or an expression of one; the state's input where absent.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub items: Option<Value>,
    /// The input of each iteration; the item itself where absent.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub item_selector: Option<Value>,
    /// The grouping of a distributed Map's items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_batcher: Option<Value>,
    /// The states of one iteration. Its older name is `Iterator`.
    #[serde(alias = "Iterator")]
    pub item_processor: Branch,
    /// The most concurrent iterations; 0 is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_concurrency: Option<Number>,
    /// The percentage of items that may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_percentage: Option<Number>,
    /// The number of items that may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_count: Option<Number>,
    /// The name of a distributed Map in the ARNs of its executions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The destination of a distributed Map's results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_writer: Option<Value>,
    /// The retry policies, which run all iterations again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(flatten)]
    pub transition: Transition,
}

/// A branch to the first rule whose condition holds.
///
/// ```
/// # use serde_json::json;
/// use asl_document::ChoiceState;
///
/// let choice: ChoiceState = serde_json::from_value(json!({
///     "Choices": [{"Condition": "{% $states.input.gift %}", "Next": "Wrap"}],
///     "Default": "Pack",
/// }))?;
///
/// assert_eq!(choice.choices[0].next, "Wrap");
/// assert_eq!(choice.default.as_deref(), Some("Pack"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChoiceState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The rules, tried in order.
    pub choices: Vec<ChoiceRule>,
    /// The next state when no rule holds; such an execution fails where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Variables for later states, assigned when no rule holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// The input of the next state when no rule holds; the state's own input where absent.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

/// One rule of a Choice.
///
/// See [`ChoiceState`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChoiceRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A literal boolean, or an expression of one.
    pub condition: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// The next state when the condition holds.
    pub next: String,
}

/// A value that is computed without a call.
///
/// ```
/// # use serde_json::json;
/// use asl_document::PassState;
///
/// let free: PassState = serde_json::from_value(json!({
///     "Output": {"number": "r-0"},
///     "End": true,
/// }))?;
///
/// assert_eq!(free.output, Some(json!({"number": "r-0"})));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PassState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(flatten)]
    pub transition: Transition,
}

/// A wait for a number of seconds or until a time.
///
/// ```
/// # use serde_json::json;
/// use asl_document::{Number, WaitState};
///
/// let pause: WaitState = serde_json::from_value(json!({"Seconds": 60, "End": true}))?;
///
/// assert_eq!(pause.seconds, Some(Number::Literal(60)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WaitState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The length of the wait, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Number>,
    /// The end of the wait: an RFC 3339 time, or an expression of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(flatten)]
    pub transition: Transition,
}

/// The successful end of the machine or the branch.
///
/// ```
/// # use serde_json::json;
/// use asl_document::SucceedState;
///
/// let nothing: SucceedState = serde_json::from_value(json!({"Output": null}))?;
/// let absent: SucceedState = serde_json::from_value(json!({}))?;
///
/// assert_eq!(nothing.output, Some(json!(null)));
/// assert_eq!(absent.output, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SucceedState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The result; the state's own input where absent.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

/// The end of the execution with an error.
///
/// ```
/// # use serde_json::json;
/// use asl_document::FailState;
///
/// let refused: FailState = serde_json::from_value(json!({"Error": "OrderFailed"}))?;
///
/// assert_eq!(refused.error.as_deref(), Some("OrderFailed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The name of the error, or an expression of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The description of the error, or an expression of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Distinguishes an explicit `null` from an absent field: `"Output": null` is an output.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
