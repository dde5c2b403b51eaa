//! Bodies of successful responses. Unknown fields are ignored.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use contracts::values::{Contact, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// An accepted request: the sign-up that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: UserId,
    pub status: Status,
}

/// Where a sign-up is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: UserId,
    pub status: Status,
    pub steps: Steps,
    /// When another mail can be requested; `None` if the API does not say, or there is none left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub another_mail: Option<AnotherMail>,
    /// The contacts that are to be confirmed; empty if none is, or none can be any more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unconfirmed: BTreeSet<Contact>,
}

/// An accepted confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The contacts that are to be confirmed as well.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unconfirmed: BTreeSet<Contact>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted, and not yet stored.
    Pending,
    /// Stored, and waiting for the owner of the address.
    AwaitingVerification,
    /// The address was confirmed, and the person has an account.
    Verified,
    /// The address was not confirmed in time.
    Expired,
    /// A step failed permanently.
    Failed,
}

/// The steps that are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// The data is stored.
    pub stored: bool,
    /// The mail step is complete.
    pub mailed: bool,
    /// The address is confirmed.
    pub confirmed: bool,
}

/// When another mail can be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnotherMail {
    in_seconds: u64,
}

/// What a link confirms: the data that a sign-up for the address was made with. Anybody can have entered it. `Debug` hides
/// it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// When the sign-up was made.
    pub requested_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

contracts::hide_in_debug!(Preview);

impl Status {
    /// The status as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::AwaitingVerification => "awaiting_verification",
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    /// Whether the status will not change any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::AwaitingVerification => false,
            Self::Verified | Self::Expired | Self::Failed => true,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl AnotherMail {
    /// The time until then, in whole seconds; zero is now.
    pub fn wait(self) -> Duration {
        Duration::from_secs(self.in_seconds)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn statuses_are_written_as_the_api_does() {
        for status in [
            Status::Pending,
            Status::AwaitingVerification,
            Status::Verified,
            Status::Expired,
            Status::Failed,
        ] {
            assert_eq!(to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let user: User = from_value(json!({
            "id": "a".repeat(32),
            "status": "awaiting_verification",
            "steps": {"stored": true, "mailed": true, "confirmed": false, "greeted": true},
            "anotherMail": {"inSeconds": 42, "left": 3},
        }))
        .unwrap();

        assert!(user.steps.mailed && !user.steps.confirmed);
        assert_eq!(user.another_mail.unwrap().wait(), Duration::from_secs(42));
    }

    #[test]
    fn debug_hides_what_a_link_confirms() {
        let preview: Preview =
            from_value(json!({"requestedAt": "2026-11-29T21:00:00Z", "name": "canary"})).unwrap();

        assert_eq!(preview.name.as_deref(), Some("canary"));
        assert!(!format!("{preview:?}").contains("canary"));
    }
}
