//! Fields that hold a number, with their ranges.
//!
//! A number that is written down is checked when the definition is compiled; the value of an expression here. Of a
//! value of another type AWS says the same for every field. Of a whole number out of range, the sentences with a
//! `recorded` source are AWS's; the others are ours, since none is published.

use serde_json::Value;

use super::fields::{FailedStep, FieldError, unexpected};
use crate::SharedValue;
use crate::definition::NumberField;
use crate::jsonata::Scope;
use crate::limits::MAX_PAYLOAD_BYTES;

/// The most seconds that a field may hold.
///
/// Source: `TimeoutSeconds` in [Task state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields), and `Seconds` in
/// [Wait workflow state](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html).
const MOST_SECONDS: u64 = 99_999_999;

/// The whole numbers that a field takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    least: u64,
    most: u64,
    /// What AWS says of a number outside of it, where that is known.
    recorded: Option<fn(&Value) -> String>,
}

/// `Seconds` of a Wait.
pub(super) const WAIT: Range = Range::of(0, MOST_SECONDS);

/// `TimeoutSeconds` and `HeartbeatSeconds` of a Task.
pub(super) const TIMEOUT: Range = Range::of(1, MOST_SECONDS);

/// `MaxConcurrency`: 0 is no limit.
///
/// Recorded by LocalStack, for a `MaxConcurrencyPath`.
pub(super) const CONCURRENCY: Range = Range {
    recorded: Some(|value| {
        format!("Expected non-negative integer for MaxConcurrency, got '{value}' instead.")
    }),
    ..Range::of(0, u64::MAX)
};

/// `ToleratedFailureCount`.
///
/// Recorded by LocalStack, for a `ToleratedFailureCountPath`.
pub(super) const TOLERATED_COUNT: Range = Range {
    recorded: Some(|_| "ToleratedFailureCount cannot be negative.".to_owned()),
    ..Range::of(0, u64::MAX)
};

/// `MaxItemsPerBatch`: "positive".
///
/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
pub(super) const BATCH_ITEMS: Range = Range::of(1, u64::MAX);

/// `MaxInputBytesPerBatch`: "up to 256 KiB".
///
/// Source: [ItemBatcher](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html).
pub(super) const BATCH_BYTES: Range = Range::of(1, MAX_PAYLOAD_BYTES as u64);

impl Range {
    const fn of(least: u64, most: u64) -> Self {
        Self {
            least,
            most,
            recorded: None,
        }
    }

    /// The whole number that a field must hold.
    pub(super) fn required(self, field: &NumberField, scope: &Scope<'_>) -> Result<u64, FieldError> {
        let value = whole(field, scope)?;
        value
            .as_u64()
            .filter(|number| (self.least..=self.most).contains(number))
            .ok_or_else(|| self.out_of_range(field, &value))
    }

    /// The same of a field that may be absent.
    pub(super) fn optional(
        self,
        field: Option<&NumberField>,
        scope: &Scope<'_>,
    ) -> Result<Option<u64>, FieldError> {
        field.map(|field| self.required(field, scope)).transpose()
    }

    fn out_of_range(self, field: &NumberField, value: &Value) -> FieldError {
        let message = self.recorded.map_or_else(
            || {
                let Self { least, most, .. } = self;
                let bounds = if most == u64::MAX {
                    format!("{least} or more")
                } else {
                    format!("{least} to {most}")
                };
                format!(
                    "The field '{}' must be an integer of {bounds} but was: {value}",
                    field.field
                )
            },
            |recorded| recorded(value),
        );
        uninterpretable(field, message)
    }
}

/// A whole number of any size and sign.
fn whole(field: &NumberField, scope: &Scope<'_>) -> Result<SharedValue, FieldError> {
    let value = field.value.evaluate(field.field, scope)?;
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 => Ok(value),
        _ => Err(unexpected(&field.value, field.field, "integer", &value)),
    }
}

fn uninterpretable(field: &NumberField, message: String) -> FieldError {
    FieldError {
        field: Some(field.field.to_owned()),
        message,
        step: FailedStep::Interpretation,
    }
}

/// `MaxItems` of an `ItemReader`: how many items it reads at most. `None` if the value is negative, which is a failure of
/// the reader and not of the expression.
///
/// 0 is no limit of one's own: "a limit of up to 100,000,000".
///
/// Source: [ItemReader](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html), and
/// LocalStack's snapshots for `MaxItemsPath`, recorded on AWS.
pub(super) fn max_items(field: Option<&NumberField>, scope: &Scope<'_>) -> Result<Option<u64>, FieldError> {
    const MOST: u64 = 100_000_000;
    let Some(field) = field else {
        return Ok(Some(MOST));
    };
    let value = whole(field, scope)?;
    if value.as_f64().is_some_and(|number| number < 0.0) {
        return Ok(None);
    }
    Ok(Some(match value.as_u64() {
        Some(number @ 1..MOST) => number,
        _ => MOST,
    }))
}

/// `ToleratedFailurePercentage`: 0 to 100, with or without a fraction.
///
/// The sentence is recorded by LocalStack, for a `ToleratedFailurePercentagePath`.
pub(super) fn percentage(field: Option<&NumberField>, scope: &Scope<'_>) -> Result<Option<f64>, FieldError> {
    let Some(field) = field else { return Ok(None) };
    let value = field.value.evaluate(field.field, scope)?;
    match value.as_f64() {
        Some(number) if (0.0..=100.0).contains(&number) => Ok(Some(number)),
        Some(_) => {
            let message = "ToleratedFailurePercentage must be between 0 and 100.";
            Err(uninterpretable(field, message.to_owned()))
        }
        None => Err(unexpected(&field.value, field.field, "number", &value)),
    }
}
