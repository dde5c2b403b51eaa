//! Wrapping: an expression over an input document, as one over `$states.input`, since a state has no document.

use serde_json::Value;

/// The expression for a state whose input is the document.
///
/// In `$states.input.(…)` the names in the block are those of the input, and `$` is the input. A step goes through the items of
/// an array, so an array is wrapped in another. The root `$$` is written out. Where this has another meaning, such as for
/// the parent of the input, the reference itself gives another value for it.
pub(crate) fn wrapped(expression: &str, document: &Value) -> String {
    let expression = without_root(expression);
    match document {
        Value::Array(_) => format!("[[$states.input]].({expression}\n)"),
        _ => format!("$states.input.({expression}\n)"),
    }
}

/// `$$` written as `$states.input`, except in strings, quoted names and comments.
fn without_root(expression: &str) -> String {
    let mut written = String::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' | '`' => quoted(rest, first),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '$' if rest.starts_with("$$") => {
                written.push_str("$states.input");
                rest = rest.get(2..).unwrap_or_default();
                continue;
            }
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        written.push_str(token);
        rest = after;
    }
    written
}

/// The length of the quoted text at the beginning, with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            _ if character == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_those_of_the_input() {
        assert_eq!(wrapped("a.b", &json!({})), "$states.input.(a.b\n)");
        assert_eq!(wrapped("a", &json!([])), "[[$states.input]].(a\n)");
    }

    #[test]
    fn the_root_is_written_out_where_it_is_read() {
        assert_eq!(without_root("$$.a & $"), "$states.input.a & $");
        assert_eq!(
            without_root(r#""$$" & '\'$$' & `$$` /* $$ */ "#),
            r#""$$" & '\'$$' & `$$` /* $$ */ "#
        );
        assert_eq!(without_root("'ä$$"), "'ä$$");
    }
}
