//! The eight kinds of state.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{Branch, Catcher, Number, QueryLanguage, Retrier, Transition};

/// Does work outside of the machine and waits for its result.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The ARN of the integration; `.waitForTaskToken` at its end makes the task a callback.
    pub resource: String,
    /// What the integration is called with.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub arguments: Option<Value>,
    /// A role to assume for the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Value>,
    /// The longest that one attempt may take, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<Number>,
    /// The longest between two heartbeats, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat_seconds: Option<Number>,
    /// Which errors are tried again, and how often.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    /// Which errors lead to which state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the result where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where the machine goes from here.
    #[serde(flatten)]
    pub transition: Transition,
}

/// Runs branches side by side; its result is the array of their outputs.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The input of every branch; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub arguments: Option<Value>,
    /// What runs side by side.
    pub branches: Vec<Branch>,
    /// Which errors of a branch run all branches again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    /// Which errors of a branch lead to which state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the result where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where the machine goes from here.
    #[serde(flatten)]
    pub transition: Transition,
}

/// Runs one branch per item; its result is the array of their outputs.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// Where a distributed map reads its items from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_reader: Option<Value>,
    /// The items: an array, or an expression that gives one; the state's input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub items: Option<Value>,
    /// What each iteration gets; the item itself where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub item_selector: Option<Value>,
    /// How a distributed map groups its items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_batcher: Option<Value>,
    /// What runs per item.
    pub item_processor: Branch,
    /// How many iterations may run at once; 0 is as many as there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_concurrency: Option<Number>,
    /// How many percent of the items may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_percentage: Option<Number>,
    /// How many items may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_count: Option<Number>,
    /// The name that a distributed map's executions are grouped under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where a distributed map writes its results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_writer: Option<Value>,
    /// Which errors run the whole map again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<Retrier>,
    /// Which errors lead to which state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catcher>,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the result where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where the machine goes from here.
    #[serde(flatten)]
    pub transition: Transition,
}

/// Takes the first rule whose condition holds.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The rules, tried in order.
    pub choices: Vec<ChoiceRule>,
    /// Where to go when no rule holds; without it such an execution fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Variables that later states read, assigned when no rule holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input when no rule holds; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
}

/// One rule of a Choice.
///
/// See [`ChoiceState`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChoiceRule {
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// A literal boolean or a JSONata string that gives one.
    pub condition: Value,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where to go when the condition holds.
    pub next: String,
}

/// Produces a value without doing work.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where the machine goes from here.
    #[serde(flatten)]
    pub transition: Transition,
}

/// Waits for a number of seconds or until a time.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// How long to wait, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Number>,
    /// Until when to wait: an RFC 3339 time, or an expression that gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Variables that later states read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
    /// Where the machine goes from here.
    #[serde(flatten)]
    pub transition: Transition,
}

/// Ends the machine or the branch well.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The result; the state's own input where absent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Value>,
}

/// Ends the execution with an error.
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
    /// Shown in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The language of this state, where it is not the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The name of the error, or an expression that gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What a person should know about it, or an expression that gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Keeps an explicit `null` apart from an absent field: `"Output": null` is an output.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
