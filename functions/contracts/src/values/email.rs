//! E-mail addresses.

use std::str::FromStr;

use asl::{MaxSize, sizes};
use email_address::{EmailAddress as Parsed, Options};
use serde::Serialize;

use super::{AddressHash, MailboxHash};

/// An e-mail address in its normal form, in which it is stored, claimed and mailed.
///
/// The form: the local part in lower case, the domain in lower case as its UTS-46 A-labels. Plus-tags and
/// dots are kept: only the mailbox's provider knows their meaning. Two spellings that differ only in case,
/// or in the normalisation form of the domain, are therefore one address.
///
/// A local part that is not ASCII is refused, since SES sends no mail to it: it does not support SMTPUTF8
/// ([Destination](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html)).
///
/// It is personal: `Debug` hides it, and there is no `Display`.
///
/// ```
/// use contracts::values::{EmailAddress, InvalidEmail};
///
/// let address: EmailAddress = "Zoe+News@BÜCHER.example".parse()?;
/// assert_eq!(address.expose(), "zoe+news@xn--bcher-kva.example");
/// assert_eq!("Zoë@example.org".parse::<EmailAddress>(), Err(InvalidEmail::LocalPartNotAscii));
/// # Ok::<(), InvalidEmail>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The maximum length, in bytes.
///
/// Source: [RFC 5321](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3), section 4.5.3.1.3: a path of 256, of
/// which two are its brackets.
const MAX_LENGTH: usize = 254;

/// The size in JSON: no character of an accepted address is escaped.
impl MaxSize for EmailAddress {
    const LARGEST: u64 = sizes::plain(MAX_LENGTH as u64);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    #[error("not an e-mail address of the form name@domain")]
    Malformed,
    /// It may well be an address, but no mail can be sent to it.
    #[error("not an address that mail can be sent to: the part before the @ is not ASCII")]
    LocalPartNotAscii,
}

impl EmailAddress {
    /// The address itself, for the few places that need it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Hash of the address, for lookups by functions that must not see the address.
    pub fn hash(&self) -> AddressHash {
        AddressHash::of(&self.0)
    }

    /// Hash of the mailbox, which addresses with different tags share.
    pub fn mailbox(&self) -> MailboxHash {
        MailboxHash::of(self)
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        if !local.is_ascii() {
            return Err(InvalidEmail::LocalPartNotAscii);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::Malformed)?;
        // Some clients parse a numeric last label as an IPv4 address.
        let top = domain.rsplit('.').next().unwrap_or_default();
        if top.bytes().all(|letter| letter.is_ascii_digit()) {
            return Err(InvalidEmail::Malformed);
        }
        let address = format!("{}@{domain}", local.to_ascii_lowercase());
        if address.len() > MAX_LENGTH {
            return Err(InvalidEmail::Malformed);
        }
        // Not accepted: display names, address literals, quoted local parts.
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let parsed = Parsed::parse_with_options(&address, options).map_err(|_| InvalidEmail::Malformed)?;
        if parsed.local_part().starts_with('"') {
            Err(InvalidEmail::Malformed)
        } else {
            Ok(Self(address))
        }
    }
}

super::deserialize_by_parsing!(EmailAddress);
crate::hide_in_debug!(EmailAddress);
