//! Value types that contracts share.

/// Reads a type from a JSON string by its `FromStr`.
macro_rules! deserialize_by_parsing {
    ($type:ty) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use deserialize_by_parsing;

/// Keeps a value out of `Debug`: it prints as `Type(hidden)`.
#[macro_export]
macro_rules! hide_in_debug {
    ($type:ty) => {
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(concat!(stringify!($type), "(hidden)"))
            }
        }
    };
}

mod address_hash;
mod campaign;
mod confirmation_code;
mod confirmation_error;
mod contact;
mod email;
mod email_confirmed;
mod hash_key;
mod id;
mod joiners;
mod link_token;
mod locale;
mod mail_id;
mod mail_purpose;
mod mailbox;
mod name;
mod outcome;
mod phone;
mod recipient_hash;

pub use address_hash::AddressHash;
pub use asl::{ErrorName, TaskToken, Timestamp};
pub use campaign::{Campaign, InvalidCampaign};
pub use confirmation_code::{CodeHash, ConfirmationCode, InvalidConfirmationCode};
pub use confirmation_error::{
    AddressAlreadyConfirmed, AddressSuppressed, AlreadyConfirmed, ConfirmationError, MailQuotaUsedUp,
    MailRateExceeded, ResendRequested, WindowEnded,
};
pub use contact::{Contact, InvalidContact};
pub use email::{EmailAddress, InvalidEmail};
pub use email_confirmed::{
    ConfirmationScope, EmailConfirmed, EmailConfirmedFields, InvalidConfirmationScope,
};
pub use hash_key::{HashKey, ShortHashKey};
pub use id::{InvalidUserId, UserId};
pub use link_token::{InvalidLinkToken, LinkToken, LinkTokenHash};
pub use locale::{InvalidLocale, Locale};
pub use mail_id::{InvalidMailId, MailId};
pub use mail_purpose::MailPurpose;
pub use mailbox::MailboxHash;
pub use name::{InvalidName, PersonName};
pub use outcome::SignUpOutcome;
pub use phone::{InvalidPhone, PhoneNumber};
pub use recipient_hash::{InvalidRecipientHash, RecipientHash};

/// The cause of a fault: any error, for the log and never shown to a client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

pub fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
