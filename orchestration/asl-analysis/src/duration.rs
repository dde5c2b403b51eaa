//! Formatting of durations and numbers.

use std::time::Duration;

/// With a comma between thousands.
pub fn number(number: u64) -> String {
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

/// A duration in all its units, down to milliseconds.
pub fn exactly(duration: Duration) -> String {
    units(duration, usize::MAX)
}

/// A duration rounded to its two largest units.
pub fn about(duration: Duration) -> String {
    units(duration, 2)
}

fn units(duration: Duration, max_units: usize) -> String {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1_000, "s"),
        (1, "ms"),
    ];

    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let units = UNITS.into_iter().skip_while(|(unit, _)| millis < *unit);
    let mut rest = millis;
    let mut parts = Vec::new();
    for (index, (unit, name)) in units.take(max_units).enumerate() {
        let is_last = index + 1 == max_units;
        let amount = (rest + if is_last { unit / 2 } else { 0 }) / unit;
        rest %= unit;
        if amount > 0 {
            parts.push(format!("{} {name}", number(amount)));
        }
    }
    if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_names_all_units_and_about_the_two_largest() {
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
}
