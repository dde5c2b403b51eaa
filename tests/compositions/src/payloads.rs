//! The inputs of the functions, for the compositions that are code. In the orchestrator, the definition has them.

use contracts::notify_webhook::{EventKind, NotifyWebhookInput};
use contracts::set_user_status::{NewStatus, SetUserStatusInput};
use contracts::sign_up::{CONFIRMATION_WINDOW, SignUpInput};
use contracts::store_user_data::{StorageOutcome, StoreUserDataInput, StoreUserDataOutput};
use contracts::validate_email::ValidateEmailInput;
use contracts::values::{
    AddressAlreadyConfirmed, AddressHash, AlreadyConfirmed, EmailConfirmed, ErrorName, MailPurpose,
    TaskToken, Timestamp, UserId,
};
use kit::Failure;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An accepted sign-up, and when it was accepted: the same at every retry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    pub(crate) user: SignUpInput,
    pub(crate) at: Timestamp,
}

/// A sign-up whose data is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stored {
    pub(crate) accepted: Accepted,
    pub(crate) storage: StoreUserDataOutput,
}

/// What is needed after the confirmation. It takes the place of the task token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Continuation {
    user_id: UserId,
    address_key: AddressHash,
}

impl Stored {
    /// Whether there is a new sign-up to report.
    pub(crate) fn is_new(&self) -> bool {
        self.storage.outcome == StorageOutcome::Stored
    }
}

pub(crate) fn store_user_data(accepted: &Accepted) -> Value {
    let user = accepted.user.clone();
    json(&StoreUserDataInput {
        user_id: user.user_id,
        email: user.email,
        name: user.name,
        phone: user.phone,
        locale: user.locale,
        campaign: user.campaign,
    })
}

/// The token says itself how to go on, since nothing waits. Without a counter that outlives a process, the time numbers the
/// attempts.
pub(crate) fn validate_email(stored: &Stored, now: Timestamp) -> Value {
    let continuation = Continuation {
        user_id: stored.accepted.user.user_id.clone(),
        address_key: stored.storage.address_key.clone(),
    };
    let user = stored.accepted.user.clone();
    json(&ValidateEmailInput {
        user_id: user.user_id,
        email: user.email,
        locale: user.locale,
        purpose: match stored.storage.outcome {
            StorageOutcome::Held => MailPurpose::AlreadyRegistered,
            StorageOutcome::Stored => MailPurpose::Confirm,
        },
        task_token: TaskToken::new(json(&continuation).to_string()),
        attempt: now.epoch_millis().unsigned_abs(),
        requested_at: stored.accepted.at,
        window_seconds: CONFIRMATION_WINDOW.as_secs(),
    })
}

pub(crate) fn notify_webhook(stored: &Stored) -> Value {
    let user = stored.accepted.user.clone();
    json(&NotifyWebhookInput {
        user_id: user.user_id,
        event: Some(EventKind::SignedUp),
        campaign: user.campaign,
        converted_at: stored.accepted.at,
        redelivery: None,
    })
}

/// The input of `SetUserStatus` after a confirmation.
pub(crate) fn verified(token: &TaskToken, confirmed: &EmailConfirmed) -> Result<Value, Failure> {
    let continuation: Continuation = serde_json::from_str(token.expose()).map_err(|_| invalid("token"))?;
    Ok(json(&SetUserStatusInput {
        user_id: continuation.user_id,
        status: NewStatus::Verified,
        address_key: Some(continuation.address_key),
        scope: confirmed.scope,
    }))
}

/// Whether `ValidateEmail` failed because a mail of an earlier attempt was used.
pub(crate) fn is_confirmed(name: &str) -> bool {
    [AlreadyConfirmed::NAME, AddressAlreadyConfirmed::NAME].contains(&name)
}

#[expect(clippy::expect_used, reason = "contracts and these structs become JSON")]
pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the value becomes JSON")
}

pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|_| invalid("message"))
}

fn invalid(what: &str) -> Failure {
    Failure {
        name: "InvalidInput".to_owned(),
        message: format!("the {what} cannot be read"),
    }
}
