//! The digests of `$hash`.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::hex::hex;

/// The digest in hexadecimal; `None` for an unknown algorithm.
pub(super) fn digest(algorithm: &str, data: &[u8]) -> Option<String> {
    Some(match algorithm {
        // These two are not for security: definitions may ask for them.
        "MD5" => hex(&Md5::digest(data)),
        "SHA-1" => hex(&Sha1::digest(data)),
        "SHA-256" => hex(&Sha256::digest(data)),
        "SHA-384" => hex(&Sha384::digest(data)),
        "SHA-512" => hex(&Sha512::digest(data)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_their_standards() {
        assert_eq!(digest("MD5", b"").unwrap(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(digest("MD5", b"abc").unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(digest("MD5", &[b'1'; 80]).unwrap().len(), 32);
        assert_eq!(
            digest("SHA-1", b"abc").unwrap(),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            digest(
                "SHA-1",
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
            )
            .unwrap(),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        );
        assert_eq!(
            digest("SHA-256", b"abc").unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(digest("SHA-384", b"abc").unwrap().starts_with("cb00753f45a35e8b"));
        assert!(digest("SHA-512", b"abc").unwrap().starts_with("ddaf35a193617aba"));
        assert_eq!(digest("CRC32", b"abc"), None);
    }
}
