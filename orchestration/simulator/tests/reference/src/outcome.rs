//! Outcomes of an evaluation.

use std::fmt::{self, Display, Formatter};

use serde::Deserialize;
use serde_json::Value;

/// What an evaluator makes of an expression.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    Value(Value),
    Nothing(Nothing),
    /// The expression does not parse, or is not accepted.
    Refused(Fault),
    /// The evaluation failed.
    Failed(Fault),
    /// The evaluator itself did.
    #[serde(skip)]
    Panicked,
}

/// Why there is no value, although nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Nothing {
    Undefined,
    /// The result is or contains a function.
    Function,
    /// A string of the result is no Unicode text.
    Surrogate,
    /// A limit of time, depth or memory was exceeded.
    Limit,
}

/// An error: its code, such as `T2001`, and its message, which can begin with the code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Fault {
    /// Without it, the reference itself is at fault: an error of JavaScript.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
}

impl Fault {
    /// An error whose code is looked for in its message.
    pub(crate) fn said(message: &str) -> Self {
        let (code, said) =
            coded(message).map_or((None, message), |(code, said)| (Some(code.to_owned()), said));
        Self {
            code,
            message: said.to_owned(),
        }
    }
}

/// The first code in a message, followed by a colon, and what is said after it.
fn coded(message: &str) -> Option<(&str, &str)> {
    message.match_indices(": ").find_map(|(at, separator)| {
        let start = at.checked_sub(5)?;
        let code = message.get(start..at)?;
        let (letter, digits) = code.split_at_checked(1)?;
        let is_code = "DSTU".contains(letter) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| (code, message.get(at + separator.len()..).unwrap_or_default()))
    })
}

impl Display for Outcome {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(formatter, "{value}"),
            Self::Nothing(Nothing::Undefined) => write!(formatter, "nothing (undefined)"),
            Self::Nothing(Nothing::Function) => write!(formatter, "a function"),
            Self::Nothing(Nothing::Surrogate) => write!(formatter, "an unpaired surrogate"),
            Self::Nothing(Nothing::Limit) => write!(formatter, "a limit exceeded"),
            Self::Refused(fault) => write!(formatter, "refused: {fault}"),
            Self::Failed(fault) => write!(formatter, "error: {fault}"),
            Self::Panicked => write!(formatter, "a panic"),
        }
    }
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(formatter, "{code}: {}", self.message),
            None => write!(formatter, "{}", self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_error_is_found_in_its_message() {
        let fault =
            Fault::said("The expression 'a: b' threw an error during evaluation. T2001: The left side");

        assert_eq!(fault.code.as_deref(), Some("T2001"));
        assert_eq!(fault.message, "The left side");
        assert_eq!(Fault::said("D12: no, ä: neither").code, None);
    }
}
