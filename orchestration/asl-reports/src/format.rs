//! Formatting of money, intervals and bounds.

use super::interval::Interval;
use super::paths::PathCount;
use asl_analysis::Unbounded;
use asl_analysis::duration::number;

pub(super) fn dollars(cents: u64) -> String {
    format!("{}.{:02}", number(cents / 100), cents % 100)
}

/// Both bounds, or the one amount that they are.
pub(super) fn interval<T: Copy + PartialEq>(interval: Interval<T>, format: impl Fn(T) -> String) -> String {
    let min = format(interval.min);
    match interval.max.map(format) {
        None => format!("{min} or more"),
        Some(max) if max == min => max,
        Some(max) => format!("{min} to {max}"),
    }
}

pub(super) fn count(count: PathCount) -> String {
    let number = number(count.number);
    if count.is_lower_bound {
        format!("{number} or more")
    } else {
        number
    }
}

pub(super) fn bound<T: Copy>(bound: &Result<T, Unbounded>, format: impl Fn(T) -> String) -> String {
    bound
        .as_ref()
        .map_or_else(|_| "unbounded".to_owned(), |amount| format(*amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!(number(999), "999");
        assert_eq!(number(25_000), "25,000");
        assert_eq!(dollars(123_405), "1,234.05");
    }
}
