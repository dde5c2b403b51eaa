//! The words that contracts share.

mod address_key;
mod campaign;
mod email;
mod email_confirmed;
mod id;
mod link_token;
mod locale;
mod name;
mod outcome;
mod phone;

pub use address_key::AddressKey;
pub use asl::{TaskToken, Timestamp};
pub use campaign::{Campaign, InvalidCampaign};
pub use email::{EmailAddress, InvalidEmail};
pub use email_confirmed::{EmailConfirmed, EmailConfirmedFields};
pub use id::{InvalidUserId, UserId};
pub use link_token::{InvalidLinkToken, LinkToken, LinkTokenHash};
pub use locale::{InvalidLocale, Locale};
pub use name::{InvalidName, PersonName};
pub use outcome::SignUpOutcome;
pub use phone::{InvalidPhone, PhoneNumber};

/// What went wrong below, kept for the log and never shown to a stranger.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;
