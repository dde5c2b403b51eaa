//! The reference's source as it runs here: the published file, with a few replacements.
//!
//! The file in `vendor/jsonata` is the npm package's own, byte for byte. What is replaced, and why:
//!
//! - `async` and `await` go: no function of Step Functions waits for anything, a synchronous evaluation is several times
//!   faster, and its depth is that of the expression.
//! - Integers that a double cannot hold arrive as `BigInt`s, see [`convert`](super::convert). They pass through an
//!   expression and are written exactly; where the reference asks whether a value is a number, or compares one with a
//!   double, `refuseWideInteger` ends the evaluation, since what AWS computes there is not known.

use std::sync::LazyLock;

use crate::invariant::broken;

const PUBLISHED: &str = include_str!("../../../vendor/jsonata/jsonata.js");

/// What is replaced wherever it stands.
const SYNCHRONOUS: [(&str, &str); 4] = [
    ("async function", "function"),
    ("async (", "("),
    ("await ", ""),
    ("Promise.all(", "("),
];

/// What is replaced once, and stands there once.
const WIDE_INTEGERS: [(&str, &str); 4] = [
    (
        "var isNum = false;\n",
        "var isNum = false;\n        if(typeof n === 'bigint') { refuseWideInteger(); }\n",
    ),
    (
        "function isDeepEqual(lhs, rhs) {\n",
        "function isDeepEqual(lhs, rhs) {\n        compareWideIntegers(lhs, rhs);\n",
    ),
    (
        "if(rhs[i] === lhs) {",
        "compareWideIntegers(lhs, rhs[i]);\n            if(rhs[i] === lhs) {",
    ),
    (
        "case 'number':\n                        symbol = 'n';",
        "case 'bigint':\n                    case 'number':\n                        symbol = 'n';",
    ),
];

/// The source to run.
pub(super) fn source() -> &'static str {
    static SOURCE: LazyLock<String> = LazyLock::new(|| {
        let mut source = PUBLISHED.to_owned();
        for (published, replacement) in SYNCHRONOUS {
            source = source.replace(published, replacement);
        }
        for (published, replacement) in WIDE_INTEGERS {
            if source.matches(published).count() != 1 {
                broken("each replacement in the reference's source has one place");
            }
            source = source.replacen(published, replacement, 1);
        }
        source
    });
    &SOURCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonata::digest::digest;

    #[test]
    fn the_file_is_the_published_one() {
        assert_eq!(
            digest("SHA-256", PUBLISHED.as_bytes()).unwrap(),
            "8327cafae2779d31512939cc45eba2f1b3fff3c09cdf7906ed457c31f198302b"
        );
    }

    #[test]
    fn nothing_in_it_waits() {
        for word in ["async function", "async (", "await ", "Promise."] {
            assert!(!source().contains(word), "{word}");
        }
    }
}
