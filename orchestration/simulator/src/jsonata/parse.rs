//! The JSON that `$parse` reads: strict, with exact integers and without a repeated key.
//!
//! Source: [floci#2676](https://github.com/floci-io/floci/pull/2676), measured on AWS.

use serde_json::Value;
use serde_json::error::Category;

use crate::repeated_keys;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParseFailure {
    Invalid,
    /// Deeper than this parser goes, though not than AWS's.
    TooDeep,
}

pub(super) fn parse(text: &str) -> Result<Value, ParseFailure> {
    match repeated_keys::read(text) {
        Ok((value, repeated)) if repeated.is_empty() => Ok(value),
        // The parser has no other way to tell.
        Err(error) if error.classify() == Category::Syntax && error.to_string().starts_with(RECURSION) => {
            Err(ParseFailure::TooDeep)
        }
        Ok(_) | Err(_) => Err(ParseFailure::Invalid),
    }
}

const RECURSION: &str = "recursion limit exceeded";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_as_aws_reads_it() {
        assert_eq!(
            parse(r#"{"b": [1.5, null], "a": {}}"#),
            Ok(json!({"b": [1.5, null], "a": {}}))
        );
        assert_eq!(parse("9223372036854775807"), Ok(json!(i64::MAX)));
        for text in [
            "",
            "  ",
            "{\"a\":1}{}",
            "[1] 2",
            r#"{"a":1,"a":1}"#,
            r#"[{"a":1,"\u0061":2}]"#,
            "1e400",
            "nan",
            "'a'",
        ] {
            assert_eq!(parse(text), Err(ParseFailure::Invalid), "{text}");
        }
    }

    #[test]
    fn deep_json_is_told_apart_from_invalid_json() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(127)).is_ok());
        assert_eq!(parse(&nested(200)), Err(ParseFailure::TooDeep));
    }
}
