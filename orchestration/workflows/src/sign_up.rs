//! The sign-up.

use std::time::Duration;

use asl::Diagnostics;
use asl::document::StateMachine;
use asl::prelude::*;
use contracts::notify_webhook::{
    Delivery, NotifyWebhook, NotifyWebhookInputFields, NotifyWebhookOutput, NotifyWebhookOutputFields,
    notify_webhook_error,
};
use contracts::set_user_status::{
    NewStatus, SetUserStatus, SetUserStatusInputFields, SetUserStatusOutput, SetUserStatusOutputFields,
};
use contracts::sign_up::{CONFIRMATION_WINDOW, SignUp, SignUpInput, SignUpOutputFields, sign_up_error};
use contracts::store_user_data::{
    StorageOutcome, StoreUserData, StoreUserDataInputFields, StoreUserDataOutput,
};
use contracts::validate_email::{MailPurpose, ValidateEmail, ValidateEmailInputFields};
use contracts::values::{AddressKey, EmailConfirmed, SignUpOutcome};

mod window;

pub use window::with_window;

/// What a test may want otherwise than production.
#[derive(Debug, Clone, Copy)]
pub struct SignUpSettings {
    /// How long the mailed links work, in whole seconds.
    pub window: Duration,
}

impl Default for SignUpSettings {
    fn default() -> Self {
        Self {
            window: CONFIRMATION_WINDOW,
        }
    }
}

/// The sign-up: store the data; then, side by side, have the address confirmed and tell marketing.
///
/// If the data is not stored, nobody is mailed and no webhook is told. If the webhook is down, the sign-up
/// still completes. If nobody follows a link, it expires. A sign-up for an address that a verified account
/// has runs through the same states and takes the same time, so that nobody learns of the account.
///
/// # Errors
///
/// What [`asl::Workflow::build`] finds; with the default settings, nothing.
pub fn sign_up(settings: SignUpSettings) -> Result<StateMachine, Diagnostics> {
    sign_up_workflow(settings).build()
}

/// The sign-up before it is built; for its report.
pub fn sign_up_workflow(settings: SignUpSettings) -> Workflow<SignUp> {
    composed(settings, |user, stored| {
        validate_email(user, stored, settings.window)
    })
}

/// The sign-up with another function in the place of `ValidateEmail`, say one that also sends a text message.
///
/// Whatever has the same output can stand there: no other state, and no other function, is touched.
///
/// # Errors
///
/// What [`asl::Workflow::build`] finds.
pub fn sign_up_with<V>(
    settings: SignUpSettings,
    validate: impl for<'s> FnOnce(Expr<'s, SignUpInput>, Expr<'s, StoreUserDataOutput>) -> Callback<V>,
) -> Result<StateMachine, Diagnostics>
where
    V: Function<Output = EmailConfirmed>,
{
    composed(settings, validate).build()
}

fn composed<V>(
    settings: SignUpSettings,
    validate: impl for<'s> FnOnce(Expr<'s, SignUpInput>, Expr<'s, StoreUserDataOutput>) -> Callback<V>,
) -> Workflow<SignUp>
where
    V: Function<Output = EmailConfirmed>,
{
    SignUp::define(|user| {
        StoreUserData::call(StoreUserDataInputFields {
            user_id: user.user_id,
            email: user.email,
            name: user.name,
            phone: user.phone,
            locale: user.locale,
            campaign: user.campaign,
        })
        .retry(long_retry())
        .catch_all(|_| {
            record("StorageFailure", user, NewStatus::Failed, none())
                .then(|_| fail("DataNotStored", sign_up_error::SignUpFailed, NOT_STORED))
        })
        .and_then(|stored| {
            let validated = validate(user, stored).within(settings.window);
            parallel(
                "ConfirmAndNotify",
                (confirm(user, stored, validated), notify(user, stored)),
            )
            .catch_all(|_| fail("BranchFailed", sign_up_error::SignUpFailed, BRANCH_FAILED))
            .and_then(|(ended, _)| {
                choose("CheckOutcome")
                    .when(
                        ended.outcome.eq(SignUpOutcome::Failed),
                        fail("StepFailed", sign_up_error::SignUpFailed, STEP_FAILED),
                    )
                    .otherwise(pass(
                        "SignedUp",
                        SignUpOutputFields {
                            outcome: ended.outcome,
                        },
                    ))
            })
        })
    })
    .comment(COMMENT)
}

/// Names of states that readers of a history look for. A task is otherwise named after its function.
pub mod states {
    /// The user is recorded as verified, or as superseded.
    pub const RECORD_VERIFIED: &str = "RecordVerified";
    /// The webhook's event could not be delivered.
    pub const WEBHOOK_UNDELIVERED: &str = "WebhookUndelivered";
    /// There is no conversion to tell the webhook of.
    pub const WEBHOOK_NOT_DUE: &str = "WebhookNotDue";
}

const COMMENT: &str = "Signs a user up. Generated from orchestration/workflows/src/sign_up.rs by \
                       `cargo run -p workflows --bin emit`; do not edit.";
const NOT_STORED: &str = "the user's data could not be stored; nobody was mailed";
const BRANCH_FAILED: &str = "a branch failed in a way that no state of it answers";
const STEP_FAILED: &str =
    "the address could not be validated, or the end of the sign-up could not be recorded";

/// More than an attempt is ever retried before somebody redrives the execution.
const MORE_THAN_RETRIES: u64 = 1_000;

/// A person follows the mailed link some minutes after it was sent: an assumption, not a measurement.
const UNTIL_THE_CLICK: Duration = Duration::from_mins(5);

/// The webhook's endpoint is somebody else's, and answers within half a second: an assumption, too.
const WEBHOOK_CALL: Duration = Duration::from_millis(500);

/// Mails a link, or to the owner of an account a notice.
fn validate_email(
    user: Expr<'_, SignUpInput>,
    stored: Expr<'_, StoreUserDataOutput>,
    window: Duration,
) -> Callback<ValidateEmail> {
    ValidateEmail::callback(ValidateEmailInputFields {
        user_id: user.user_id,
        email: user.email,
        locale: user.locale,
        purpose: stored
            .outcome
            .eq(StorageOutcome::Held)
            .select(MailPurpose::AlreadyRegistered, MailPurpose::Confirm),
        task_token: task_token(),
        // A redrive counts retries from 0 again, and its attempts are newer than all before.
        attempt: redrive_count() * MORE_THAN_RETRIES + retry_count(),
        requested_at: state_entered_time(),
        window_seconds: window.as_secs().into(),
    })
}

/// Waits for the owner of the address, and records what became of that.
///
/// Links work for the window from when the state was entered. Each retry waits for as long again, so that after an
/// outage of the mail service the sign-up may expire some hours after its links have.
fn confirm<V: Function>(
    user: Expr<'_, SignUpInput>,
    stored: Expr<'_, StoreUserDataOutput>,
    validated: Task<V>,
) -> Step<SetUserStatusOutput> {
    validated
        .expected(UNTIL_THE_CLICK)
        .comment("Waits for the owner of the address to follow the mailed link.")
        .retry(long_retry())
        .catch(Timeout, |_| record("Expired", user, NewStatus::Expired, none()))
        .catch_all(|_| record("ValidationFailure", user, NewStatus::Failed, none()))
        .and_then(|_| record("Verified", user, NewStatus::Verified, stored.address_key.some()))
}

/// Tells marketing about the conversion, unless there is none. Nothing that goes wrong here fails the sign-up.
fn notify<'s>(
    user: Expr<'s, SignUpInput>,
    stored: Expr<'s, StoreUserDataOutput>,
) -> Step<NotifyWebhookOutput> {
    let ended = |delivery: Delivery| NotifyWebhookOutputFields {
        delivery: delivery.into(),
    };
    choose("IsConversion")
        .when(
            stored.outcome.eq(StorageOutcome::Stored),
            NotifyWebhook::call(NotifyWebhookInputFields {
                user_id: user.user_id,
                campaign: user.campaign,
                converted_at: execution_start_time(),
            })
            // Once the function runs, the event is kept: the endpoint's own troubles get a few minutes. Until then
            // nobody but this execution knows of it.
            .expected(WEBHOOK_CALL)
            .retry(long_retry())
            .retry_on(
                notify_webhook_error::WebhookUnavailable,
                Retry::default().max_retries(7),
            )
            .catch_all(move |_| pass(states::WEBHOOK_UNDELIVERED, ended(Delivery::Undelivered))),
        )
        .otherwise(pass(states::WEBHOOK_NOT_DUE, ended(Delivery::NotDue)))
}

/// Records how the sign-up ended. If that cannot be recorded, it has failed.
fn record<'s>(
    end: &str,
    user: Expr<'s, SignUpInput>,
    status: NewStatus,
    address_key: Expr<'s, Option<AddressKey>>,
) -> Step<SetUserStatusOutput> {
    SetUserStatus::call(SetUserStatusInputFields {
        user_id: user.user_id,
        status: status.into(),
        address_key,
    })
    .named(&format!("Record{end}"))
    .retry(long_retry())
    .catch_all(|_| {
        let failed = SetUserStatusOutputFields {
            outcome: SignUpOutcome::Failed.into(),
        };
        pass(&format!("{end}NotRecorded"), failed)
    })
    .into_step()
}

/// For what must not be lost: 60 retries, which take two hours on average and less than four and a half at the
/// most. An outage of an hour loses nothing, and all of it together stays below the workflow's own bound.
fn long_retry() -> Retry {
    Retry::default().max_retries(60).max_delay(Duration::from_mins(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_states_are_there() {
        let definition = sign_up(SignUpSettings::default()).unwrap().to_json().unwrap();

        for name in [
            states::RECORD_VERIFIED,
            states::WEBHOOK_UNDELIVERED,
            states::WEBHOOK_NOT_DUE,
        ] {
            assert!(definition.contains(&format!("\"{name}\": {{")), "{name}");
        }
    }
}
