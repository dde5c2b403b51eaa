//! Numbers, times and amounts of money as people write them.

use std::time::Duration;

use super::paths::Count;
use super::span::Span;
use super::unbounded::Unbounded;

/// What stands where there is no bound.
pub(super) const UNBOUNDED: &str = "unbounded";

/// With a comma between thousands.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of cents as dollars.
pub(super) fn dollars(cents: u64) -> String {
    format!("{}.{:02}", number(cents / 100), cents % 100)
}

/// All of a duration, down to its milliseconds.
pub(super) fn exactly(duration: Duration) -> String {
    units(duration, usize::MAX)
}

/// The two largest units of a duration.
pub(crate) fn about(duration: Duration) -> String {
    units(duration, 2)
}

fn units(duration: Duration, most: usize) -> String {
    const UNITS: [(u128, &str); 5] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
        (1, "ms"),
    ];

    let mut rest = duration.as_millis();
    let mut parts = Vec::new();
    for (index, (unit, name)) in UNITS.into_iter().enumerate() {
        if parts.is_empty() && rest < unit {
            continue;
        }
        if parts.len() + 1 == most || (most < UNITS.len() && index + 1 == UNITS.len()) {
            // The last unit to be named is rounded.
            let rounded = (rest + unit / 2) / unit;
            parts.push((rounded, name));
            break;
        }
        parts.push((rest / unit, name));
        rest %= unit;
    }
    parts.retain(|(amount, _)| *amount > 0);
    if parts.is_empty() {
        return "0".to_owned();
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(amount, name)| format!("{} {name}", number(u64::try_from(amount).unwrap_or(u64::MAX))))
        .collect();
    parts.join(" ")
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
    fn durations_are_written_in_the_units_of_people() {
        for (millis, exact, rough) in [
            (0, "0", "0"),
            (181, "181 ms", "181 ms"),
            (60_000, "1 min", "1 min"),
            (180_160, "3 min 160 ms", "3 min"),
            (136_563_000, "1 d 13 h 56 min 3 s", "1 d 14 h"),
        ] {
            let duration = Duration::from_millis(millis);

            assert_eq!((&*exactly(duration), &*about(duration)), (exact, rough));
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(number(999), "999");
        assert_eq!(number(25_000), "25,000");
        assert_eq!(dollars(123_405), "1,234.05");
    }
}
