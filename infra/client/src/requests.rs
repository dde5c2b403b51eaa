//! Bodies of requests.

use std::convert::Infallible;
use std::str::FromStr;

use contracts::values::{ConfirmationScope, LinkToken, UserId};
use serde::{Serialize, Serializer};

/// What a person signs up with. The API checks it; fields that are `None` are left out. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignUp {
    /// The address to confirm.
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In E.164 format, such as `+493012345678`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The language of mails, as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The marketing campaign to which the sign-up is attributed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

impl SignUp {
    /// A sign-up with an address and nothing else.
    pub fn new(email: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            name: None,
            phone: None,
            locale: None,
            campaign: None,
        }
    }
}

contracts::hide_in_debug!(SignUp);

/// The code of a mail, as a person typed it, without white space. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Code(String);

impl FromStr for Code {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split_whitespace().collect()))
    }
}

contracts::hide_in_debug!(Code);

/// How an address is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Verification {
    /// By the code of a mail, which confirms this sign-up and no other.
    Code { user_id: UserId, code: Code },
    /// By the token of a mailed link.
    Link {
        #[serde(serialize_with = "expose")]
        token: LinkToken,
        /// `None` is the API's default, [`ConfirmationScope::All`].
        #[serde(skip_serializing_if = "Option::is_none")]
        confirm: Option<ConfirmationScope>,
    },
}

/// The body of `POST /verifications/preview`.
#[derive(Serialize)]
pub(crate) struct PreviewRequest<'a> {
    #[serde(serialize_with = "expose")]
    pub(crate) token: &'a LinkToken,
}

fn expose<S: Serializer>(token: &LinkToken, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&token.expose())
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn absent_fields_are_not_sent() {
        let sign_up = SignUp {
            phone: Some("+4930123456".to_owned()),
            ..SignUp::new("ada@example.org")
        };

        assert_eq!(
            to_value(sign_up).unwrap(),
            json!({"email": "ada@example.org", "phone": "+4930123456"})
        );
    }

    #[test]
    fn a_verification_is_a_code_or_a_token() {
        let by_code = Verification::Code {
            user_id: "a".repeat(32).parse().unwrap(),
            code: " 123 456\n".parse().unwrap(),
        };
        let by_link = |confirm| Verification::Link {
            token: LinkToken::from_bytes([7; 32]),
            confirm,
        };
        let token = LinkToken::from_bytes([7; 32]).expose();

        assert_eq!(
            to_value(by_code).unwrap(),
            json!({"userId": "a".repeat(32), "code": "123456"})
        );
        assert_eq!(to_value(by_link(None)).unwrap(), json!({"token": token}));
        assert_eq!(
            to_value(by_link(Some(ConfirmationScope::Address))).unwrap(),
            json!({"token": token, "confirm": "address"})
        );
    }

    #[test]
    fn debug_hides_personal_data_and_secrets() {
        let sign_up = SignUp::new("canary@example.org");
        let code: Code = "canary".parse().unwrap();

        assert!(!format!("{sign_up:?} {code:?}").contains("canary"));
    }
}
