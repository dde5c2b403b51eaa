//! Verdicts: how the outcome of the simulator relates to that of the reference.

use serde_json::Value;

use crate::outcome::{Nothing, Outcome};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The same value.
    Value,
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

impl Verdict {
    pub(crate) fn of(reference: &Outcome, ours: &Outcome) -> Self {
        match (reference, ours) {
            (_, Outcome::Panicked) => Self::Wrong,
            (Outcome::Value(reference), Outcome::Value(ours)) if same(reference, ours) => Self::Value,
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
            (Outcome::Refused(_), Outcome::Refused(reason)) if reason.code.is_none() => {
                Self::ErrorInOtherWords
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

/// Whether two values are the same JSON. Numbers are doubles, so 1 is 1.0.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outcome::Fault;

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
            Verdict::of(&value(json!([1, {"a": 0.0}])), &value(json!([1.0, {"a": -0.0}]))),
            Verdict::Value
        );
        assert_eq!(Verdict::of(&value(json!([1])), &value(json!(1))), Verdict::Wrong);
        assert_eq!(
            Verdict::of(&value(json!({"a": 1})), &value(json!({"a": 1, "b": 2}))),
            Verdict::Wrong
        );
        assert_eq!(
            Verdict::of(&value(json!(null)), &Outcome::Nothing(Nothing::Undefined)),
            Verdict::Wrong
        );
        assert_eq!(
            Verdict::of(&value(json!(1)), &failed("T2001: no number")),
            Verdict::Wrong
        );
        assert_eq!(
            Verdict::of(&failed("T2001: no number"), &value(json!(1))),
            Verdict::Wrong
        );
    }

    #[test]
    fn errors_are_the_same_by_their_code() {
        assert_eq!(
            Verdict::of(&failed("T2001: a"), &failed("T2001: a")),
            Verdict::Error
        );
        assert_eq!(
            Verdict::of(&failed("T2001: a"), &failed("T2001: b")),
            Verdict::ErrorInOtherWords
        );
        assert_eq!(
            Verdict::of(&failed("T2001: a"), &failed("T2002: a")),
            Verdict::Wrong
        );
        assert_eq!(
            Verdict::of(&failed("T2001: a"), &refused("T2001: a")),
            Verdict::Wrong
        );
    }

    #[test]
    fn a_refusal_has_a_reason_and_no_code() {
        let value = Outcome::Value(json!(1));

        assert_eq!(
            Verdict::of(&value, &refused("`$eval` is not available")),
            Verdict::Refusal("`$eval` is not available".to_owned())
        );
        assert_eq!(
            Verdict::of(&value, &refused("Reference to 'a' is not supported")),
            Verdict::Refusal("Reference to '…' is not supported".to_owned())
        );
        assert_eq!(
            Verdict::of(&value, &refused("S0201: Syntax error")),
            Verdict::Wrong
        );
    }
}
