//! Retry policies and catchers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A retry policy for the named errors.
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
    /// A description for readers of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub error_equals: Vec<String>,
    /// Seconds before the first retry: at least 1, and 1 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u64>,
    /// The most retries: 3 where absent; 0 disables them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u64>,
    /// The factor of the interval per retry: at least 1.0, and 2.0 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_rate: Option<f64>,
    /// The longest interval in seconds; unbounded where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_delay_seconds: Option<u64>,
    /// The randomization of the interval; `NONE` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_strategy: Option<JitterStrategy>,
}

/// The randomization of a retry's interval.
///
/// See [`Retrier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JitterStrategy {
    /// A random time between zero and the interval.
    Full,
    /// Exactly the interval.
    None,
}

/// A transition after one of the named errors.
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
    /// A description for readers of the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub error_equals: Vec<String>,
    /// Variables for later states; `$states.errorOutput` is the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Map<String, Value>>,
    /// The input of the next state; the error output where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    pub next: String,
}
