//! The digests of `$hash`.

use std::fmt::Write;

use sha2::{Digest, Sha256, Sha384, Sha512};

/// The digest in hexadecimal; `None` for an unknown algorithm.
pub(super) fn hex(algorithm: &str, data: &[u8]) -> Option<String> {
    let digest = match algorithm {
        "MD5" => md5(data),
        "SHA-1" => sha1(data),
        "SHA-256" => Sha256::digest(data).to_vec(),
        "SHA-384" => Sha384::digest(data).to_vec(),
        "SHA-512" => Sha512::digest(data).to_vec(),
        _ => return None,
    };
    Some(digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The data, a one bit, zeros, and the length in bits: whole blocks of 64 bytes.
fn padded(data: &[u8], length: [u8; 8]) -> Vec<u8> {
    let mut message = data.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&length);
    message
}

fn bit_length(data: &[u8]) -> u64 {
    u64::try_from(data.len()).unwrap_or(u64::MAX).wrapping_mul(8)
}

/// The words of one block.
fn words(block: &[u8], word: fn([u8; 4]) -> u32) -> impl Iterator<Item = u32> {
    block.as_chunks::<4>().0.iter().copied().map(word)
}

/// RFC 3174, method 1. Not for security: definitions may ask for it.
#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
fn sha1(data: &[u8]) -> Vec<u8> {
    let mut hash: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(data, bit_length(data).to_be_bytes()).as_chunks::<64>().0 {
        let mut schedule: Vec<u32> = words(block, u32::from_be_bytes).collect();
        for index in 16..80 {
            let mixed = [3, 8, 14, 16]
                .iter()
                .filter_map(|back| schedule.get(index - back))
                .fold(0, |mixed, word| mixed ^ word);
            schedule.push(mixed.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = hash;
        for (index, word) in schedule.into_iter().enumerate() {
            let (mixed, constant) = match index {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc_u32),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (total, part) in hash.iter_mut().zip([a, b, c, d, e]) {
            *total = total.wrapping_add(part);
        }
    }
    hash.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// RFC 1321. Not for security: definitions may ask for it.
fn md5(data: &[u8]) -> Vec<u8> {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut hash: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(data, bit_length(data).to_le_bytes()).as_chunks::<64>().0 {
        let block: Vec<u32> = words(block, u32::from_le_bytes).collect();
        let [mut a, mut b, mut c, mut d] = hash;
        for index in 0..64_u32 {
            let (mixed, position) = match index {
                0..16 => ((b & c) | (!b & d), index),
                16..32 => ((d & b) | (!d & c), 5 * index + 1),
                32..48 => (b ^ c ^ d, 3 * index + 5),
                _ => (c ^ (b | !d), 7 * index),
            };
            let word = usize::try_from(position % 16)
                .ok()
                .and_then(|at| block.get(at))
                .copied()
                .unwrap_or(0);
            let shift = usize::try_from(index / 16)
                .ok()
                .and_then(|round| SHIFTS.get(round))
                .and_then(|shifts| shifts.get(usize::try_from(index % 4).unwrap_or(0)))
                .copied()
                .unwrap_or(0);
            let sum = a.wrapping_add(mixed).wrapping_add(sine(index)).wrapping_add(word);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(shift)));
        }
        for (total, part) in hash.iter_mut().zip([a, b, c, d]) {
            *total = total.wrapping_add(part);
        }
    }
    hash.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The table of RFC 1321, section 3.4: the whole part of 2^32 times |sin(index + 1)|.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the table is defined as the whole part, which is below 2^32"
)]
fn sine(index: u32) -> u32 {
    (f64::from(index + 1).sin().abs() * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_their_standards() {
        assert_eq!(hex("MD5", b"").unwrap(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(hex("MD5", b"abc").unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex("MD5", &[b'1'; 80]).unwrap().len(), 32);
        assert_eq!(
            hex("SHA-1", b"abc").unwrap(),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            hex(
                "SHA-1",
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
            )
            .unwrap(),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        );
        assert_eq!(
            hex("SHA-256", b"abc").unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(hex("SHA-384", b"abc").unwrap().starts_with("cb00753f45a35e8b"));
        assert!(hex("SHA-512", b"abc").unwrap().starts_with("ddaf35a193617aba"));
        assert_eq!(hex("CRC32", b"abc"), None);
    }
}
