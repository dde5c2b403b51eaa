//! Names in JSONata: fields, closure parameters, and names that variables may not have.

use crate::compiler::symbols::SymbolTable;

/// `base.name`, with the name quoted if it is no identifier.
pub(crate) fn join(base: &str, name: &str) -> String {
    let mut letters = name.chars();
    let starts_well = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let plain = starts_well && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain && !["and", "or", "in", "true", "false", "null", "function"].contains(&name) {
        format!("{base}.{name}")
    } else {
        format!("{base}.`{name}`")
    }
}

/// The parameter of a closure: `$item`, and inside of it `$item2` and so on.
pub(super) fn parameter_name(symbols: &SymbolTable) -> String {
    match symbols
        .paths()
        .filter(|path| is_parameter_name(path.trim_start_matches('$')))
        .count()
    {
        0 => "$item".to_owned(),
        outer => format!("$item{}", outer + 1),
    }
}

/// Whether the name is that of a function, a closure parameter or `$states`, which a variable would hide.
pub(crate) fn is_reserved(variable: &str) -> bool {
    is_parameter_name(variable)
        || FUNCTIONS.split_whitespace().any(|name| name == variable)
        || variable == "states"
}

/// The functions of JSONata and those that AWS adds: a variable of such a name would hide the function.
///
/// Source: [JSONata function library](https://docs.jsonata.org/string-functions) and
/// [functions provided by Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).
const FUNCTIONS: &str = "
    abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl
    decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor
    formatBase formatInteger formatNumber fromMillis hash join keys length lookup lowercase map match
    max merge millis min not now number pad parse parseInteger partition power random range reduce
    replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter
    substringBefore sum toMillis trim type uppercase uuid zip
";

fn is_parameter_name(variable: &str) -> bool {
    variable
        .strip_prefix("item")
        .is_some_and(|rest| rest.chars().all(|letter| letter.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variable_hides_a_function() {
        assert!(
            ["uuid", "hash", "now", "zip"]
                .iter()
                .all(|name| is_reserved(name))
        );
    }

    #[test]
    fn names_that_jsonata_would_misread_are_quoted() {
        assert_eq!(join("$x", "userId"), "$x.userId");
        assert_eq!(join("$x", "user-id"), "$x.`user-id`");
        assert_eq!(join("$x", "and"), "$x.`and`");
    }
}
