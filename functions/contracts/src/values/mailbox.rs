//! Mailboxes: what several addresses have in common that reach one person.

use sha2::{Digest, Sha256};

use super::EmailAddress;

/// The domains of Gmail, whose mailboxes ignore dots.
///
/// Sources: [Dots don't matter in Gmail addresses](https://support.google.com/mail/answer/7436150),
/// [Gmail and Google Mail](https://support.google.com/mail/answer/10313).
const GMAIL: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The SHA-256 of a mailbox, in hexadecimal: of the address without its tag and, at a provider that is known to ignore them,
/// without its dots.
///
/// Limits of mails count by it, since a tag makes another address for the same reader. Accounts do not: what a tag means is for
/// the mailbox's provider to say. It is a pseudonym, not a secret, like [`AddressHash`](super::AddressHash).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailboxHash(String);

impl MailboxHash {
    pub(super) fn of(address: &EmailAddress) -> Self {
        let digest = Sha256::new()
            .chain_update("mailbox:")
            .chain_update(mailbox(address.expose()))
            .finalize();
        Self(super::hexadecimal(&digest))
    }

    /// The hash as text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn mailbox(normalised: &str) -> String {
    let (local, domain) = normalised.rsplit_once('@').unwrap_or((normalised, ""));
    // A local part that begins with `+` has no name in front of a tag.
    let name = match local.split_once('+') {
        Some((name, _)) if !name.is_empty() => name,
        _ => local,
    };
    if GMAIL.contains(&domain) {
        format!("{}@{}", name.replace('.', ""), GMAIL[0])
    } else {
        format!("{name}@{domain}")
    }
}
