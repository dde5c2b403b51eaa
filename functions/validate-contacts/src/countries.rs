//! The countries whose numbers are texted.

use std::str::FromStr;

use contracts::values::PhoneNumber;

/// The longest calling code: a country code of up to three digits, or `1` and an area code, which tells the countries of
/// the North American Numbering Plan apart.
///
/// Source: [ITU-T E.164](https://www.itu.int/rec/T-REC-E.164), section 6.
const MAX_DIGITS: usize = 4;

/// Calling codes of countries: an allow-list, which is empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallingCodes(Vec<String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be calling codes without `+`, of at most {MAX_DIGITS} digits, separated by commas")]
pub struct InvalidCallingCodes;

impl CallingCodes {
    /// Whether the number is one of these countries.
    pub fn contain(&self, phone: &PhoneNumber) -> bool {
        let digits = phone.expose().trim_start_matches('+');
        self.0.iter().any(|code| digits.starts_with(code))
    }
}

impl FromStr for CallingCodes {
    type Err = InvalidCallingCodes;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let codes = text.split(',').map(str::trim).map(|code| {
            let valid = (1..=MAX_DIGITS).contains(&code.len())
                && !code.starts_with('0')
                && code.bytes().all(|digit| digit.is_ascii_digit());
            valid.then(|| code.to_owned()).ok_or(InvalidCallingCodes)
        });
        codes.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_of_the_country_of_its_calling_code() {
        let codes: CallingCodes = "49, 1212".parse().unwrap();

        for (number, expected) in [
            ("+493012345678", true),
            ("+12125550123", true),
            ("+12465550123", false),
            ("+4412345678", false),
        ] {
            assert_eq!(codes.contain(&number.parse().unwrap()), expected, "{number}");
        }
        assert!(!CallingCodes::default().contain(&"+493012345678".parse().unwrap()));
    }

    #[test]
    fn calling_codes_are_one_to_four_digits() {
        for text in ["", "+49", "049", "49,", "49 43", "12345", "DE"] {
            assert_eq!(text.parse::<CallingCodes>(), Err(InvalidCallingCodes), "{text:?}");
        }
    }
}
