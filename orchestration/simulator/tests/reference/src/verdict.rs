//! Verdicts: how the outcome of the simulator relates to that of the reference.

use serde_json::Value;

use crate::outcome::{Nothing, Outcome};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The same value.
    Value,
    /// The same value but for the last digits of `$power`, which ECMAScript leaves to the implementation.
    ///
    /// Source: [ECMAScript 2023](https://tc39.es/ecma262/2023/#sec-number-exponentiate), `Number::exponentiate`, "an
    /// implementation-approximated value".
    ValueOfPower,
    /// Both have no value, for the same reason.
    Nothing(Nothing),
    /// Both fail or do not parse, with the same code.
    Error,
    /// The same, but the messages differ.
    ErrorInOtherWords,
    /// The simulator refuses what the reference evaluates, and says why.
    Refusal(String),
    /// Another value, another error, or only one of the two.
    Wrong,
}

/// The relative error that results of `$power` may have, some four units of the last place.
const POWER_TOLERANCE: f64 = 1e-15;

impl Verdict {
    /// The verdict on the outcomes of that expression.
    pub(crate) fn of(expression: &str, reference: &Outcome, ours: &Outcome) -> Self {
        match (reference, ours) {
            (_, Outcome::Panicked) => Self::Wrong,
            (Outcome::Value(reference), Outcome::Value(ours)) if same(reference, ours, 0.0) => Self::Value,
            (Outcome::Value(reference), Outcome::Value(ours))
                if expression.contains("$power") && same(reference, ours, POWER_TOLERANCE) =>
            {
                Self::ValueOfPower
            }
            (Outcome::Nothing(reference), Outcome::Nothing(ours)) if reference == ours => {
                Self::Nothing(*ours)
            }
            (Outcome::Failed(reference), Outcome::Failed(ours))
            | (Outcome::Refused(reference), Outcome::Refused(ours))
                if reference.code == ours.code =>
            {
                if reference.code.is_none() || reference.message == ours.message {
                    Self::Error
                } else {
                    Self::ErrorInOtherWords
                }
            }
            // The reason is no error's code but a sentence.
            (Outcome::Value(_) | Outcome::Nothing(_) | Outcome::Failed(_), Outcome::Refused(reason))
                if reason.code.is_none() =>
            {
                Self::Refusal(general(&reason.message))
            }
            // Diagnostics of Step Functions have codes of their own, not those of JSONata.
            (Outcome::Refused(reference), Outcome::Refused(ours)) if ours.code.is_none() => {
                if reference.message == ours.message {
                    Self::Error
                } else {
                    Self::ErrorInOtherWords
                }
            }
            (_, Outcome::Nothing(Nothing::Limit)) => {
                Self::Refusal("a limit of time, depth or memory".to_owned())
            }
            (Outcome::Nothing(Nothing::Surrogate), Outcome::Failed(reason)) => {
                Self::Refusal(general(&reason.message))
            }
            // What ends the reference in one process may fit into the other.
            (Outcome::Nothing(Nothing::Limit), _) => Self::Nothing(Nothing::Limit),
            _ => Self::Wrong,
        }
    }
}

/// A reason without the names in it, which are quoted.
fn general(reason: &str) -> String {
    let unquoted = |(at, part)| if at % 2 == 0 { part } else { "…" };
    let parts: Vec<&str> = reason.split('\'').enumerate().map(unquoted).collect();
    parts.join("'")
}

/// Whether two values are the same JSON. Numbers are doubles, so 1 is 1.0; `tolerance` is relative.
pub(crate) fn same(left: &Value, right: &Value, tolerance: f64) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => (left - right).abs() <= tolerance * left.abs(),
            _ => false,
        },
        (Value::Array(left), Value::Array(right)) => {
            let items = left.iter().zip(right);
            left.len() == right.len()
                && items
                    .into_iter()
                    .all(|(left, right)| same(left, right, tolerance))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has = |(key, left): (&String, &Value)| {
                right.get(key).is_some_and(|right| same(left, right, tolerance))
            };
            left.len() == right.len() && left.iter().all(has)
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outcome::Fault;

    fn verdict(reference: &Outcome, ours: &Outcome) -> Verdict {
        Verdict::of("$power(a, b)", reference, ours)
    }

    fn failed(message: &str) -> Outcome {
        Outcome::Failed(Fault::said(message))
    }

    fn refused(message: &str) -> Outcome {
        Outcome::Refused(Fault::said(message))
    }

    #[test]
    fn values_are_the_same_or_wrong() {
        let value = |value| Outcome::Value(value);

        assert_eq!(
            verdict(&value(json!([1, {"a": 0.0}])), &value(json!([1.0, {"a": -0.0}]))),
            Verdict::Value
        );
        assert_eq!(verdict(&value(json!([1])), &value(json!(1))), Verdict::Wrong);
        assert_eq!(
            verdict(&value(json!({"a": 1})), &value(json!({"a": 1, "b": 2}))),
            Verdict::Wrong
        );
        assert_eq!(
            verdict(&value(json!(null)), &Outcome::Nothing(Nothing::Undefined)),
            Verdict::Wrong
        );
        assert_eq!(
            verdict(&value(json!(1)), &failed("T2001: no number")),
            Verdict::Wrong
        );
        assert_eq!(
            verdict(&failed("T2001: no number"), &value(json!(1))),
            Verdict::Wrong
        );
    }

    #[test]
    fn only_powers_may_differ_in_their_last_digits() {
        let (exact, near) = (
            Outcome::Value(json!([0.1])),
            Outcome::Value(json!([0.100_000_000_000_000_02])),
        );
        let far = Outcome::Value(json!([0.100_000_000_000_1]));

        assert_eq!(verdict(&exact, &near), Verdict::ValueOfPower);
        assert_eq!(verdict(&exact, &far), Verdict::Wrong);
        assert_eq!(Verdict::of("$sqrt(a)", &exact, &near), Verdict::Wrong);
    }

    #[test]
    fn errors_are_the_same_by_their_code() {
        assert_eq!(verdict(&failed("T2001: a"), &failed("T2001: a")), Verdict::Error);
        assert_eq!(
            verdict(&failed("T2001: a"), &failed("T2001: b")),
            Verdict::ErrorInOtherWords
        );
        assert_eq!(verdict(&failed("T2001: a"), &failed("T2002: a")), Verdict::Wrong);
        assert_eq!(verdict(&failed("T2001: a"), &refused("T2001: a")), Verdict::Wrong);
        assert_eq!(verdict(&refused("S0201: a"), &refused("a")), Verdict::Error);
        assert_eq!(
            verdict(&refused("S0201: a"), &refused("b")),
            Verdict::ErrorInOtherWords
        );
    }

    #[test]
    fn a_refusal_has_a_reason_and_no_code() {
        let value = Outcome::Value(json!(1));

        assert_eq!(
            verdict(&value, &refused("`$eval` is not available")),
            Verdict::Refusal("`$eval` is not available".to_owned())
        );
        assert_eq!(
            verdict(&value, &refused("Reference to 'a' is not supported")),
            Verdict::Refusal("Reference to '…' is not supported".to_owned())
        );
        assert_eq!(verdict(&value, &refused("S0201: Syntax error")), Verdict::Wrong);
    }
}
