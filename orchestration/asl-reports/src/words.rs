//! Amounts of money, spans and bounds as people write them.

use super::paths::Count;
use super::span::Span;
use asl_analysis::Unbounded;
use asl_analysis::duration::number;

/// What stands where there is no bound.
pub(super) const UNBOUNDED: &str = "unbounded";

/// A number of cents as dollars.
pub(super) fn dollars(cents: u64) -> String {
    format!("{}.{:02}", number(cents / 100), cents % 100)
}

/// From the least to the most, or the one number that it is.
pub(super) fn span<T: Copy + PartialEq>(span: Span<T>, write: impl Fn(T) -> String) -> String {
    let least = write(span.least);
    match span.most.map(write) {
        None => format!("{least} or more"),
        Some(most) if most == least => most,
        Some(most) => format!("{least} to {most}"),
    }
}

pub(super) fn count(count: Count) -> String {
    let number = number(count.number);
    if count.at_least {
        format!("{number} or more")
    } else {
        number
    }
}

/// A bound, or that there is none.
pub(super) fn bound<T: Copy>(bound: &Result<T, Unbounded>, write: impl Fn(T) -> String) -> String {
    bound
        .as_ref()
        .map_or_else(|_| UNBOUNDED.to_owned(), |amount| write(*amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(number(999), "999");
        assert_eq!(number(25_000), "25,000");
        assert_eq!(dollars(123_405), "1,234.05");
    }
}
