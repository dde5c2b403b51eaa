//! Error messages of JSONata, in the words of the reference implementation, which are those of AWS.
//!
//! `jsonata-core` has the reference's codes, but words of its own. Where its message lacks a part, such as the name of
//! the function, the part is looked for in the expression, and used if there is only one.
//!
//! Source: [floci#2736](https://github.com/floci-io/floci/issues/2736), measured on AWS, and `errorCodes` of [jsonata.js 2.0.6](https://github.com/jsonata-js/jsonata/blob/v2.0.6/src/jsonata.js).

use std::collections::BTreeSet;

use jsonata_core::ast::{AstNode, BinaryOp};
use serde_json::Value;

use super::builtin::Builtin;
use super::tree::{Node, nodes};

/// The message as the reference words it; unchanged where that is not known.
pub(super) fn reworded(message: &str, ast: &AstNode) -> String {
    let Some((code, said)) = message.split_once(':').filter(|(code, _)| is_code(code)) else {
        return message.to_owned();
    };
    match words(code, said.trim_start(), ast) {
        Some(words) => format!("{code}: {words}"),
        None => message.to_owned(),
    }
}

fn is_code(text: &str) -> bool {
    text.len() == 5
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

fn words(code: &str, said: &str, ast: &AstNode) -> Option<String> {
    if let Some(fixed) = fixed(code) {
        return Some(fixed.to_owned());
    }
    match code {
        "T0410" => signature(said, ast),
        "T0411" => Some(format!(
            "Context value is not a compatible type with argument 1 of function {:?}",
            called(ast)?
        )),
        "T0412" => {
            let (index, kind) = said
                .strip_prefix("Argument ")?
                .split_once(" must be an array of ")?;
            // Otherwise these are the reference's words already.
            index.parse::<usize>().ok()?;
            let name = called(ast)?;
            Some(format!(
                "Argument {index} of function {name:?} must be an array of \"{}s\"",
                kind.to_lowercase()
            ))
        }
        "T2001" | "T2002" => {
            let (side, rest) = said.split_once(" side of the ")?;
            let operator = rest.split(' ').next()?;
            Some(format!(
                "{side} side of the {:?} operator must evaluate to a number",
                operator.trim_matches('"')
            ))
        }
        "T2010" => Some(format!(
            "The expressions either side of operator {:?} must evaluate to numeric or string values",
            comparison(ast)?
        )),
        "T1010" => {
            let name = said.split_once('$')?.1.split(' ').next()?;
            Some(format!(
                "The matcher function argument passed to function {name:?} does not return the correct object \
                 structure"
            ))
        }
        "D3030" => {
            let value = said
                .strip_prefix("Cannot convert '")?
                .strip_suffix("' to number")?;
            Some(format!(
                "Unable to cast value to a number: {}",
                Value::from(value)
            ))
        }
        "D3100" => Some(format!(
            "The radix of the formatBase function must be between 2 and 36.  It was given {}",
            said.rsplit(' ').next()?
        )),
        "D3130" => Some(format!(
            "Formatting or parsing an integer as a sequence starting with {} is not supported by this \
             implementation",
            Value::from(said)
        )),
        "D3132" => Some(format!(
            "Unknown component specifier {} in date/time picture string",
            Value::from(said)
        )),
        "D3133" => Some(format!(
            "The 'name' modifier can only be applied to months and days in the date/time picture string, not {}",
            Value::from(said)
        )),
        _ => None,
    }
}

/// The messages without anything in them.
fn fixed(code: &str) -> Option<&'static str> {
    Some(match code {
        "T1006" => "Attempted to invoke a non-function",
        "T2003" => "The left side of the range operator (..) must evaluate to an integer",
        "T2004" => "The right side of the range operator (..) must evaluate to an integer",
        "D3001" => "Attempting to invoke string function on Infinity or NaN",
        "D3010" => "Second argument of replace function cannot be an empty string",
        "D3020" => "Third argument of split function must evaluate to a positive number",
        "D3080" => "The picture string must only contain a maximum of two sub-pictures",
        "D3081" => {
            "The sub-picture must not contain more than one instance of the 'decimal-separator' character"
        }
        "D3082" => "The sub-picture must not contain more than one instance of the 'percent' character",
        "D3083" => "The sub-picture must not contain more than one instance of the 'per-mille' character",
        "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3085" => {
            "The mantissa part of a sub-picture must contain at least one character that is either an 'optional \
             digit character' or a member of the 'decimal digit family'"
        }
        "D3086" => {
            "The sub-picture must not contain a passive character that is preceded by an active character and that \
             is followed by another active character"
        }
        "D3087" => {
            "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a \
             'decimal-separator' character"
        }
        "D3088" => "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
        "D3089" => {
            "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character"
        }
        "D3090" => {
            "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is \
             followed by an instance of the 'optional digit character'"
        }
        "D3091" => {
            "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' \
             that is followed by a member of the 'decimal digit family'"
        }
        "D3092" => {
            "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated \
             as an 'exponent-separator'"
        }
        "D3093" => {
            "The exponent part of the sub-picture must comprise only of one or more characters that are members of \
             the 'decimal digit family'"
        }
        "D3131" => "In a decimal digit pattern, all digits must be from the same decimal group",
        "D3134" => "The timezone integer format specifier cannot have more than four digits",
        "D3135" => "No matching closing bracket ']' in date/time picture string",
        "D3136" => "The date/time picture string is missing specifiers required to parse the timestamp",
        _ => return None,
    })
}

fn signature(said: &str, ast: &AstNode) -> Option<String> {
    let name = called(ast)?;
    let index = if let Some(rest) = said.strip_prefix("Argument count mismatch: expected ") {
        let given: usize = rest.rsplit(' ').next()?.parse().ok()?;
        // The first that is too many, or the first that is missing.
        Builtin::named(&name)?.most_arguments().min(given) + 1
    } else {
        let (index, _) = said.strip_prefix("Argument ")?.split_once(" must be ")?;
        index.parse().ok()?
    };
    Some(format!(
        "Argument {index} of function {name:?} does not match function signature"
    ))
}

/// The function that the expression calls, if it calls only one.
fn called(ast: &AstNode) -> Option<String> {
    let calls = nodes(ast).into_iter().filter_map(|node| match node {
        Node::Call(name) => Some(name),
        _ => None,
    });
    single(calls.collect())
}

/// The comparison in the expression, if it has only one.
fn comparison(ast: &AstNode) -> Option<&'static str> {
    let operators = nodes(ast).into_iter().filter_map(|node| match node {
        Node::Operator(BinaryOp::LessThan) => Some("<"),
        Node::Operator(BinaryOp::LessThanOrEqual) => Some("<="),
        Node::Operator(BinaryOp::GreaterThan) => Some(">"),
        Node::Operator(BinaryOp::GreaterThanOrEqual) => Some(">="),
        _ => None,
    });
    single(operators.collect())
}

fn single<T: Ord>(mut found: BTreeSet<T>) -> Option<T> {
    let first = found.pop_first();
    first.filter(|_| found.is_empty())
}

#[cfg(test)]
mod tests {
    use jsonata_core::parser;

    use super::*;

    fn said(message: &str, expression: &str) -> String {
        reworded(message, &parser::parse(expression).unwrap())
    }

    #[test]
    fn a_message_has_the_words_of_the_reference() {
        assert_eq!(
            said("T0410: Argument 1 must be Number", "$abs('a')"),
            "T0410: Argument 1 of function \"abs\" does not match function signature"
        );
        assert_eq!(
            said(
                "T0410: Argument count mismatch: expected 0, got 2",
                "$boolean(2, 3)"
            ),
            "T0410: Argument 2 of function \"boolean\" does not match function signature"
        );
        assert_eq!(
            said("T0412: Argument 1 must be an array of Number", "$sum(['a'])"),
            "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\""
        );
        assert_eq!(
            said(
                "T2001: The left side of the - operator must evaluate to a number",
                "'s' - 1"
            ),
            "T2001: The left side of the \"-\" operator must evaluate to a number"
        );
        assert_eq!(
            said("D3030: Cannot convert '1/2' to number", "$number('1/2')"),
            "D3030: Unable to cast value to a number: \"1/2\""
        );
    }

    #[test]
    fn a_message_stays_where_the_function_is_ambiguous() {
        let message = "T0410: Argument 1 must be Number";
        assert_eq!(said(message, "$abs($string(1))"), message);
        assert_eq!(said("D3137: boom", "$error('boom')"), "D3137: boom");
        assert_eq!(said("no code: here", "1"), "no code: here");
    }
}
