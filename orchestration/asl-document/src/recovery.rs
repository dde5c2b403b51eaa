//! What a state does about errors.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Tries a state again after one of the named errors.
///
/// Defaults are those of the language: see
/// [Retrying after an error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).
///
/// ```
/// # use serde_json::json;
/// use asl_document::Retrier;
///
/// let retrier: Retrier = serde_json::from_value(json!({
///     "ErrorEquals": ["BankUnavailable"],
///     "MaxAttempts": 5,
///     "JitterStrategy": "FULL",
/// }))?;
///
/// assert_eq!(retrier.max_attempts, Some(5));
/// assert_eq!(retrier.interval_seconds, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Retrier {
    /// Shown to readers of the definition only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The error names that it answers to.
    pub error_equals: Vec<String>,
    /// Seconds before the first retry: at least 1, and 1 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u64>,
    /// The most retries: 3 where absent, and 0 is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u64>,
    /// What the interval is multiplied by per retry: at least 1.0, and 2.0 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_rate: Option<f64>,
    /// The longest interval in seconds; unbounded where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_delay_seconds: Option<u64>,
    /// Whether the interval is drawn at random; `NONE` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_strategy: Option<JitterStrategy>,
}

/// Whether a retry's interval is drawn at random.
///
/// See [`Retrier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JitterStrategy {
    /// Between zero and the interval.
    Full,
    /// The interval as computed.
    None,
}

/// Leads from one of the named errors to a state.
///
/// ```
/// # use serde_json::json;
/// use asl_document::Catcher;
///
/// let catcher: Catcher =
///     serde_json::from_value(json!({"ErrorEquals": ["States.ALL"], "Next": "NotCharged"}))?;
///
/// assert_eq!(catcher.next, "NotCharged");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Catcher {
    /// Shown to readers of the definition only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The error names that it answers to.
    pub error_equals: Vec<String>,
    /// Variables that later states read; `$states.errorOutput` is the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// What the next state gets as its input; the error output where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: String,
}
