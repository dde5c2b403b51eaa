//! Base64 as Node's `Buffer` reads it.
//!
//! Source: [Buffers and character encodings](https://nodejs.org/api/buffer.html#buffers-and-character-encodings): both
//! alphabets, padding is not needed, and what is in neither alphabet is left out.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::invariant::Invariant;

pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let engine = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::RequireNone)
            .with_decode_allow_trailing_bits(true),
    );
    let mut digits: Vec<u8> = text
        .iter()
        .copied()
        .take_while(|byte| *byte != b'=')
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b'+' | b'/' => Some(byte),
            _ => byte.is_ascii_alphanumeric().then_some(byte),
        })
        .collect();
    // A last digit by itself holds no whole byte.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    engine
        .decode(digits)
        .expect_invariant("only digits of the alphabet are left")
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn it_is_read_leniently() {
        assert_eq!(decode(b"bXk="), b"my");
        assert_eq!(decode(b"b X\nk"), b"my");
        assert_eq!(decode(b"_-8"), [0xff, 0xef]);
        assert_eq!(decode(b"bXk=bXk="), b"my");
        assert_eq!(decode(b"*"), b"");
        assert_eq!(decode(b"bXkb_"), b"my\x1b");
    }
}
