//! Document model of the Amazon States Language, with JSONata.
//!
//! One type per type of state, with the fields that a JSONata machine may have, in the order in which they are
//! written. Payload templates (`Arguments`, `Output`, `Assign`, ...) are plain JSON, in which a string between `{%` and
//! `%}` is a JSONata expression.
//!
//! Fields that several types of states have:
//!
//! | field | content |
//! | --- | --- |
//! | `comment` | a description, which the console shows |
//! | `query_language` | the language of this state, where it is not the machine's |
//! | `retry`, `catch` | the retry policies, and the transitions after errors that are left |
//! | `assign` | variables for later states |
//! | `output` | the input of the next state; where absent, the result or, in a state without one, its own input |
//! | `transition` | the transition after success |
//!
//! Source: [Amazon States Language](https://states-language.net/spec.html) and
//! [its use in Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html).

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

mod error_handling;
mod states;

pub use error_handling::{Catcher, JitterStrategy, Retrier};
pub use states::{
    ChoiceRule, ChoiceState, FailState, MapState, ParallelState, PassState, SucceedState, TaskState,
    WaitState,
};

/// The states of a machine or of one branch, by name, in written order.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_document::States;
///
/// let machine = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// })
/// .build()?;
///
/// let states: &States = &machine.states;
/// assert!(states.keys().eq(["Charge", "NotCharged"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type States = IndexMap<String, State>;

/// The wildcard that matches every error that can be caught.
///
/// Source of these names: [Errors](https://states-language.net/spec.html#appendix-a), and
/// [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
pub const ALL_ERRORS: &str = "States.ALL";

/// The error of a task or a callback that exceeds its timeout or misses a heartbeat.
pub const TIMEOUT: &str = "States.Timeout";

/// The name by which a retrier or a catcher can tell a missed heartbeat from other timeouts. The error itself is named
/// [`TIMEOUT`].
pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";

/// The error of a state one of whose expressions fails or has no result.
pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";

/// The language of the expressions of a machine or a state.
///
/// ```
/// use asl_document::QueryLanguage;
///
/// assert_eq!(serde_json::to_string(&QueryLanguage::JSONata)?, r#""JSONata""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueryLanguage {
    /// The default where absent. It is parsed so that it can be rejected by name.
    JSONPath,
    /// The language of all definitions that are emitted or simulated.
    JSONata,
}

/// A whole state machine.
///
/// ```
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(machine.start_at, "Done");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    /// A description for readers of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The default of all states; `JSONPath` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_language: Option<QueryLanguage>,
    /// The language version; `1.0` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The state an execution begins with.
    pub start_at: String,
    /// The timeout of an execution, in whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    pub states: States,
}

/// The states of one Parallel branch, or of a Map's item processor.
///
/// ```
/// # use serde_json::json;
/// use asl_document::Branch;
///
/// let branch: Branch = serde_json::from_value(json!({
///     "StartAt": "Done",
///     "States": {"Done": {"Type": "Succeed"}},
/// }))?;
///
/// assert_eq!(branch.states.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Branch {
    /// The mode of a Map; only on an item processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor_config: Option<Map<String, Value>>,
    /// The state that the branch begins with.
    pub start_at: String,
    pub states: States,
}

/// One state.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_document::State;
///
/// let machine = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// })
/// .build()?;
///
/// let calls = machine.states.values().filter(|state| matches!(state, State::Task(_)));
/// assert_eq!(calls.count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Type")]
#[expect(
    clippy::large_enum_variant,
    reason = "a machine has tens of states, and boxes would complicate every match"
)]
pub enum State {
    /// A call of an integration, such as a Lambda function.
    Task(TaskState),
    /// Concurrent branches.
    Parallel(ParallelState),
    /// One branch per item.
    Map(MapState),
    /// A branch to the first rule that holds.
    Choice(ChoiceState),
    /// A value that is computed without a call.
    Pass(PassState),
    Wait(WaitState),
    /// The successful end of the machine or the branch.
    Succeed(SucceedState),
    /// The end of the execution with an error.
    Fail(FailState),
}

/// A number, or an expression that is evaluated when the state is entered.
///
/// ```
/// # use serde_json::json;
/// use asl_document::Number;
///
/// assert_eq!(serde_json::from_value::<Number>(json!(60))?, Number::Literal(60));
/// assert_eq!(
///     serde_json::from_value::<Number>(json!("{% $pause %}"))?,
///     Number::Expression("{% $pause %}".to_owned())
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    Literal(u64),
    /// A JSONata expression, with its `{%` and `%}`.
    Expression(String),
}

/// The transition of a state that succeeds.
///
/// In the document this is either `"Next": name` or `"End": true`; a state with neither does not parse.
///
/// ```
/// # use serde_json::json;
/// use asl_document::Transition;
///
/// let next = Transition::Next("Pack".to_owned());
///
/// assert_eq!(serde_json::to_value(next)?, json!({"Next": "Pack"}));
/// assert_eq!(serde_json::to_value(Transition::End)?, json!({"End": true}));
/// assert!(serde_json::from_value::<Transition>(json!({})).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Link", into = "Link")]
pub enum Transition {
    /// The next state of the same level.
    Next(String),
    /// The end of the level.
    End,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Link {
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<bool>,
}

impl TryFrom<Link> for Transition {
    type Error = &'static str;

    fn try_from(link: Link) -> Result<Self, Self::Error> {
        match (link.next, link.end) {
            (Some(next), None | Some(false)) => Ok(Self::Next(next)),
            (None, Some(true)) => Ok(Self::End),
            (Some(_), Some(true)) => Err("a state has either `Next` or `\"End\": true`, not both"),
            (None, None | Some(false)) => Err("a state needs `Next` or `\"End\": true`"),
        }
    }
}

impl From<Transition> for Link {
    fn from(transition: Transition) -> Self {
        match transition {
            Transition::Next(next) => Self {
                next: Some(next),
                end: None,
            },
            Transition::End => Self {
                next: None,
                end: Some(true),
            },
        }
    }
}

/// The JSONata expression in a string of a payload template; `None` for plain text.
///
/// ```
/// assert_eq!(asl_document::expression("{% $states.input.id %}"), Some("$states.input.id"));
/// assert_eq!(asl_document::expression("plain"), None);
/// ```
pub fn expression(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}").map(str::trim)
}

/// Whether a string of a payload template has only one of the delimiters of an expression at its place: it begins with `{%`,
/// or ends with `%}`. Step Functions rejects such a definition.
///
/// White space counts: with some before `{%`, the string does not begin with it. With some on both sides it is plain text.
///
/// Source: [Transforming data](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html), "Improperly
/// opening or closing the expression". That white space on both sides makes a text is recorded by `LocalStack`,
/// `test_arguments::test_base_cases[BASE_LAMBDA_LITERALS]`.
///
/// ```
/// use asl_document::is_half_open;
///
/// assert!(is_half_open("{% $states.input.id %"));
/// assert!(is_half_open(" {% $states.input.id %}"));
/// assert!(!is_half_open("{% $states.input.id %}"));
/// assert!(!is_half_open(" {% $states.input.id %} "));
/// ```
pub fn is_half_open(text: &str) -> bool {
    expression(text).is_none() && (text.starts_with("{%") || text.ends_with("%}"))
}

impl StateMachine {
    /// The document as text: two spaces of indent, keys in written order, a final newline.
    ///
    /// # Errors
    ///
    /// Never for a document that was built or parsed: all its keys are strings.
    ///
    /// ```
    /// # use asl_document::StateMachine;
    /// let machine: StateMachine =
    ///     serde_json::from_str(r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#)?;
    ///
    /// assert!(machine.to_json()?.starts_with("{\n  \"StartAt\": \"Done\","));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
