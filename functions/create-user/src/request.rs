//! Requests to sign up.

use contracts::sign_up::SignUpInput;
use contracts::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, UserId};
use kit::api::{Problem, Request};
use serde::Serialize;

use crate::mailable::MailableAddress;

/// The header that makes a request idempotent.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The maximum length of the key, in characters.
const MAX_KEY_LENGTH: usize = 255;

/// A request to sign up, in normal form: two spellings of one request are equal. The fingerprint is made from its JSON, so a
/// change in the order of its fields would make retries look like different requests.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SignUpRequest {
    email: EmailAddress,
    name: Option<PersonName>,
    phone: Option<PhoneNumber>,
    locale: Option<Locale>,
    campaign: Option<Campaign>,
}

impl SignUpRequest {
    /// Reads the body, and ignores unknown fields.
    pub(crate) fn read(request: &Request) -> Result<Self, Problem> {
        let mut fields = request.fields()?;
        let email = fields.required::<MailableAddress>("email");
        let name = fields.optional("name");
        let phone = fields.optional("phone");
        let locale = fields.optional("locale");
        let campaign = fields.optional("campaign");
        Ok(Self {
            email: fields.finish_with(email)?.into_inner(),
            name,
            phone,
            locale,
            campaign,
        })
    }

    pub(crate) fn email(&self) -> &EmailAddress {
        &self.email
    }

    pub(crate) fn into_input(self, user_id: UserId) -> SignUpInput {
        SignUpInput {
            user_id,
            email: self.email,
            name: self.name,
            phone: self.phone,
            locale: self.locale,
            campaign: self.campaign,
        }
    }
}

/// The request's `Idempotency-Key`, if it has one.
///
/// API Gateway joins the values of repeated headers with commas, so a comma may be the trace of a second key.
pub(crate) fn idempotency_key(request: &Request) -> Result<Option<&[u8]>, Problem> {
    let Some(key) = request.header_bytes(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let visible = |byte: &u8| byte.is_ascii_graphic() && *byte != b',';
    if (1..=MAX_KEY_LENGTH).contains(&key.len()) && key.iter().all(visible) {
        Ok(Some(key))
    } else {
        Err(Problem::invalid_header(
            "`Idempotency-Key` must be one header of 1 to 255 visible ASCII characters other than commas",
        ))
    }
}
